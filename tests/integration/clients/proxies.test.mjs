// nginx and HAProxy as examples/ sets them up, in front of the real binary: TLS, the client's address, streams that are not held back.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { modern, startHttp, token } from './http_server.mjs';
import { command, config } from './lab.mjs';
import { modernVersion } from './raw_server.mjs';
import { watched } from './witness.mjs';

const name = 'ssh.example.org';
const examples = fileURLToPath(new URL('../../../examples/', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'mcp-ssh-proxies-'));
after(() => rmSync(directory, { recursive: true }));
const at = (file) => join(directory, file);

function run(argv) {
  const done = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' });
  assert.equal(done.status, 0, `${argv.join(' ')}: ${done.error ?? done.stderr}${done.stdout}`);
  return done.stderr;
}

/** A port nobody listens on. */
const freePort = () => new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

/** The text of an example with each of `changes` made; one that does not fit any more is an error. */
function example(file, changes) {
  let text = readFileSync(join(examples, file), 'utf8');
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `${file} has no ${from}`);
    text = text.replace(from, to);
  }
  return text;
}

run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
  '-addext', `subjectAltName=DNS:${name}`, '-keyout', at('privkey.pem'), '-out', at('fullchain.pem')]);
const certificate = readFileSync(at('fullchain.pem'), 'utf8');
writeFileSync(at('both.pem'), certificate + readFileSync(at('privkey.pem'), 'utf8'), { mode: 0o600 });

// What the examples say belongs into hosts.yaml, behind the settings of the simulated hosts.
writeFileSync(at('hosts.yaml'), `${readFileSync(config, 'utf8')}  allowed_hosts: [${name}]\n  trusted_proxies: [127.0.0.1]\n`, { mode: 0o600 });
const server = await startHttp(command, at('hosts.yaml'), { listen: ['--http', '127.0.0.1:0', '--access-log', '-'] });
after(() => server.child.kill('SIGTERM'));
/** The line of its log that has `text`, as soon as it is there. */
const logged = (text) => new Promise((resolve) => {
  const found = () => {
    const line = server.log.split('\n').find((each) => each.includes(text));
    if (!line) return;
    server.child.stderr.off('data', found);
    resolve(line);
  };
  server.child.stderr.on('data', found);
  found();
});
const upstream = new URL(server.url).host;

/** A TLS request to the proxy from another address of this machine than the proxy's own. */
function send(port, url, { method = 'GET', headers = {}, body, signal } = {}) {
  const { pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1', port, localAddress: '127.0.0.2', path: pathname + search, method, signal, ca: certificate, servername: name,
      headers: { ...Object.fromEntries(new Headers(headers)), host: name },
    }, resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

/** `fetch` by that way, for the client libraries. */
const fetchThrough = (port) => async (url, init) => {
  const response = await send(port, url, init);
  const empty = [204, 304].includes(response.statusCode);
  return new Response(empty ? null : Readable.toWeb(response), { status: response.statusCode, headers: response.headers });
};

const identity = { name: 'proxy-test', version: '1.0.0' };
const clients = [
  ['sdk 1.x Streamable', (url, options) => [new LegacyClient(identity), new LegacyTransport(url, options)]],
  ['sdk 1.x SSE', (url, options) => [new LegacyClient(identity),
    new SSEClientTransport(new URL('/sse', url), { ...options, eventSourceInit: { fetch: options.fetch } })]],
  ['client 2.x pinned', (url, options) => [new Client(identity, { versionNegotiation: { mode: { pin: modernVersion } } }),
    new StreamableHTTPClientTransport(url, options)]],
];

/** Starts a proxy; resolves when it says `listening`: from then on connections are taken. */
function started(t, argv, listening) {
  const proxy = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => proxy.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    let said = '';
    createInterface({ input: proxy.stderr }).on('line', (line) => {
      said += line + '\n';
      if (listening.test(line)) resolve();
    });
    proxy.once('exit', (code) => reject(new Error(`${argv[0]} ended with ${code}: ${said}`)));
  });
}

const proxies = [
  {
    program: 'nginx',
    async start(t, port) {
      writeFileSync(at('site.conf'), example('nginx.conf', [
        ['mcp-ssh:8000', upstream], ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
        ['/etc/nginx/tls/fullchain.pem', at('fullchain.pem')], ['/etc/nginx/tls/privkey.pem', at('privkey.pem')]]));
      // What Debian's nginx.conf has around the file, without its paths.
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${at(kind)};`);
      writeFileSync(at('nginx.conf'), `daemon off; user root; pid ${at('nginx.pid')}; error_log stderr notice; events {}
        http { access_log off; gzip on; ${temporary.join(' ')} include ${at('site.conf')}; }`);
      assert.doesNotMatch(run(['nginx', '-t', '-c', at('nginx.conf')]), /\[(warn|error|alert|emerg)\]/);
      await started(t, ['nginx', '-c', at('nginx.conf')], /start worker process /);
    },
  },
  {
    program: 'haproxy',
    async start(t, port) {
      writeFileSync(at('haproxy.cfg'), example('haproxy.cfg', [
        ['127.0.0.1:8000', upstream], ['bind :443', `bind 127.0.0.1:${port}`],
        ['/etc/haproxy/tls/ssh.example.org.pem', at('both.pem')]]));
      assert.doesNotMatch(run(['haproxy', '-c', '-f', at('haproxy.cfg')]), /WARNING|ALERT/);
      await started(t, ['haproxy', '-W', '-db', '-f', at('haproxy.cfg')], /Loading success/);
    },
  },
];

const textOf = (result) => result.content.map((block) => block.text ?? '').join('');

for (const { program, start } of proxies)
  test(`behind ${program}`, async (t) => {
    const port = await freePort();
    await start(t, port);
    const url = new URL(`https://${name}:${port}/mcp`);
    const authorization = { Authorization: `Bearer ${token}` };

    for (const [kind, make] of clients)
      await t.test(`${kind} runs a command`, async () => {
        const [client, transport] = make(url, { fetch: fetchThrough(port), requestInit: { headers: authorization } });
        await client.connect(watched(transport));
        const answer = await client.callTool({ name: 'ssh_run', arguments: { host: 'web1', command: 'echo six-times-seven-42' } });
        assert.match(textOf(answer), /six-times-seven-42/);
        await client.close();
      });

    await t.test('a stream begins while the command runs', async () => {
      const { headers, body } = modern('tools/call', { name: 'ssh_run', arguments: { host: 'web1', command: 'sleep 2; echo then-42' } }, 'ssh_run');
      const accept = { Accept: 'application/json, text/event-stream', 'Content-Type': 'application/json', 'Mcp-Param-Host': 'web1' };
      const stream = await send(port, url, { method: 'POST', headers: { ...authorization, ...headers, ...accept }, body: JSON.stringify(body) });
      assert.equal(stream.headers['content-type'], 'text/event-stream');
      const pieces = [];
      for await (const piece of stream) pieces.push(String(piece));
      assert.doesNotMatch(pieces[0], /then-42/, 'the first bytes came with the answer');
      assert.match(pieces.join(''), /then-42/);
    });

    await t.test("the record has the client's address, not the proxy's and not what the client says of itself", async () => {
      const headers = { 'X-Forwarded-For': '203.0.113.9', 'User-Agent': `seen-through-${program}` };
      const refused = await send(port, url, { method: 'POST', headers });
      assert.equal(refused.statusCode, 401);
      refused.resume();
      const line = await logged(`seen-through-${program}`);
      assert.equal(JSON.parse(line).address, '127.0.0.2');
    });
  });
