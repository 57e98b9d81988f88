// with_token.mjs TARGET: a proxy on loopback that adds $MCP_AUTH_TOKEN to every request and leaves the rest as it is, for
// a suite that cannot send a token. Says its URL on stdout.
import { createServer, request } from 'node:http';

const target = new URL(process.argv[2]);

const proxy = createServer((incoming, outgoing) => {
  const { hostname, port } = target;
  const headers = { ...incoming.headers, authorization: `Bearer ${process.env.MCP_AUTH_TOKEN}` };
  const forwarded = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.rawHeaders);
    outgoing.flushHeaders();
    answer.pipe(outgoing);
  });
  forwarded.on('error', () => outgoing.destroy());
  outgoing.on('close', () => forwarded.destroy());
  incoming.pipe(forwarded);
});
proxy.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${proxy.address().port}${target.pathname}`));
