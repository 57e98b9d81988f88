// The real binary over HTTP, on the two simulated hosts of `mcp-ssh demo --stay`: independent clients, and raw requests.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { httpClients } from './http_clients.mjs';
import { events, modern, openSession, raw, startHttp, token } from './http_server.mjs';
import { inspectHttp } from './inspector.mjs';
import { command, config } from './lab.mjs';
import { assertResult, assertToolSchemas } from './messages.mjs';

const server = await startHttp(command, config);
const { url } = server;
after(() => server.child.kill('SIGTERM'));

const textOf = (result) => result.content.map((block) => block.text ?? '').join('');
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const run = (line) => ({ name: 'ssh_run', arguments: { host: 'web1', command: line } });
const call = (id, line) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: run(line) });

for (const { name, connect: connectClient } of httpClients) {
  test(`${name}: lists the tools and runs commands`, async (t) => {
    const client = await connectClient(url, token);
    t.after(() => client.close());
    const { tools } = await client.listTools();
    assertToolSchemas(tools);
    assert.match(textOf(await client.callTool({ name: 'ssh_list_hosts', arguments: {} })), /web1/);
    assert.match(textOf(await client.callTool(run('echo six-times-seven-42'))), /six-times-seven-42/);
    const shell = { name: 'ssh_shell', arguments: { host: 'web1', command: 'echo from-the-shell' } };
    assert.match(textOf(await client.callTool(shell)), /from-the-shell/);
  });

  test(`${name}: a wrong token is not let in`, async () => {
    await assert.rejects(connectClient(url, 'some-wrong-token'), /401|token|[Uu]nauthorized/);
  });
}

for (const era of ['legacy', 'auto', 'modern'])
  test(`Inspector over HTTP, ${era}: lists without a complaint and calls`, async () => {
    const listed = await inspectHttp(era, 'tools/list', url, token, ['--strict']);
    assert.equal(listed.code, 0, listed.stderr);
    const called = await inspectHttp(era, 'tools/call', url, token,
      ['--tool-name', 'ssh_run', '--tool-args-json', '{"host":"web1","command":"echo inspected"}']);
    assert.equal(called.code, 0, called.stderr);
    assert.match(textOf(called.output.result ?? called.output), /inspected/);
  });

test('raw, 2026-07-28: results have their schemas', async () => {
  for (const [method, params, name] of [
    ['server/discover'], ['tools/list'], ['tools/call', run('echo raw'), 'ssh_run']]) {
    const { headers, body } = modern(method, params, name);
    if (name) headers['Mcp-Param-Host'] = 'web1';
    const answer = await raw(url, { headers, body });
    assert.equal(answer.status, 200, answer.body);
    assert.equal(answer.headers['mcp-session-id'], undefined);
    assertResult(method, JSON.parse(answer.body));
  }
});

test('a wrong Host and a wrong Origin are 403 and say what to set', async () => {
  const { headers, body } = modern('server/discover');
  for (const wrong of [{ Host: 'evil.test' }, { Origin: 'http://evil.test' }]) {
    const refused = await raw(url, { headers: { ...headers, ...wrong }, body });
    assert.equal(refused.status, 403);
    assert.match(refused.body, /settings\.allowed_hosts.*MCP_ALLOWED_HOSTS/);
    assert.match(refused.body, /evil\.test/);
  }
  const fine = await raw(url, { headers: { ...headers, Host: 'localhost:1', Origin: 'http://localhost:5173' }, body });
  assert.equal(fine.status, 200);
});

test('health needs no token, and unknown paths are 404 at once', async () => {
  const headers = { Authorization: '' };
  assert.equal((await raw(url, { method: 'GET', path: '/livez', headers })).body, 'live\n');
  assert.equal((await raw(url, { method: 'GET', path: '/readyz', headers })).body, 'ready\n');
  for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-authorization-server/mcp', '/'])
    assert.equal((await raw(url, { method: 'GET', path, headers })).status, 404);
});

test('a call whose connection is lost is read on from its last event', async () => {
  const headers = await openSession(url);
  const lost = await raw(url, { headers, body: call('long', 'sleep 2; echo was-worth-it'), open: true });
  assert.match(lost.headers['content-type'], /event-stream/);
  const primed = await events(lost.response)[Symbol.asyncIterator]().next();
  assert.equal(primed.value.data, '');
  lost.request.destroy();
  const back = await raw(url, { method: 'GET', headers: { ...headers, 'Last-Event-ID': primed.value.id }, open: true });
  const answers = [];
  for await (const event of events(back.response)) if (event.data) answers.push(JSON.parse(event.data));
  assert.equal(answers.at(-1).id, 'long');
  assert.match(textOf(answers.at(-1).result), /was-worth-it/);
});

test('a modern client that hangs up stops its command on the host', async (t) => {
  const { headers, body } = modern('tools/call', run('sleep 613'), 'ssh_run');
  headers['Mcp-Param-Host'] = 'web1';
  const open = raw(url, { headers, body, open: true });
  const { request } = await open;
  const client = await httpClients[0].connect(url, token);
  t.after(() => client.close());
  const sessions = async () => textOf(await client.callTool({ name: 'ssh_list_sessions', arguments: {} }));
  assert.match(await sessions(), /sleep 613/);
  request.destroy();
  const deadline = Date.now() + 2000;
  let seen = await sessions();
  while (/sleep 613/.test(seen) && Date.now() < deadline) seen = await sessions();
  assert.doesNotMatch(seen, /sleep 613/);
});

test('a client that stops reading harms nobody', async () => {
  const { hostname, port } = new URL(url);
  const stuck = connect({ host: hostname, port: Number(port) });
  stuck.on('error', () => {});
  stuck.pause();
  const { headers, body } = modern('tools/list');
  const text = JSON.stringify(body);
  const head = Object.entries({ Host: 'localhost', Authorization: `Bearer ${token}`, Accept: '*/*',
    'Content-Type': 'application/json', 'Content-Length': text.length, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`).join('');
  for (let i = 0; i < 5000; ++i) stuck.write(`POST /mcp HTTP/1.1\r\n${head}\r\n${text}`);
  for (let i = 0; i < 20; ++i) assert.equal((await raw(url, { headers, body })).status, 200);
  stuck.destroy();
});

test('200 clients at once are all served', async (t) => {
  const connectClient = httpClients[2].connect;
  const all = await Promise.all(Array.from({ length: 200 }, () => connectClient(url, token)));
  t.after(() => Promise.all(all.map((client) => client.close())));
  const answers = await Promise.all(all.map((client, i) => client.callTool(run(`echo client-${i}`))));
  answers.forEach((answer, i) => assert.match(textOf(answer), new RegExp(`client-${i}\\b`)));
});

test('without MCP_AUTH_TOKEN, or with one that can be guessed, HTTP does not start', () => {
  for (const given of [undefined, 'short']) {
    const env = { ...process.env, MCP_TRANSPORT: 'http', MCP_PORT: '0' };
    delete env.MCP_AUTH_TOKEN;
    if (given) env.MCP_AUTH_TOKEN = given;
    const tried = spawnSync(command, ['serve', '--config', config], { env, encoding: 'utf8', timeout: 20_000 });
    assert.equal(tried.status, 78);
    assert.match(tried.stderr, /MCP_AUTH_TOKEN/);
    assert.match(tried.stderr, /openssl rand -hex 32/);
  }
});

test('MCP_TRANSPORT=sse serves all forms, and another address than loopback is warned of', async (t) => {
  const env = { MCP_TRANSPORT: 'sse', MCP_HOST: '0.0.0.0', MCP_PORT: '0' };
  const other = await startHttp(command, config, { env, listen: [] });
  t.after(() => other.child.kill('SIGTERM'));
  assert.match(other.log, /WITHOUT TLS/);
  assert.doesNotMatch(server.log, /WITHOUT TLS/);
  for (const { connect: connectClient } of httpClients.slice(0, 3)) {
    const client = await connectClient(other.url.replace('0.0.0.0', '127.0.0.1'), token);
    t.after(() => client.close());
    assert.ok((await client.listTools()).tools.length > 0);
  }
});

test('named tokens: made, taken, kept apart, revoked', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'mcp-ssh-tokens-'));
  t.after(() => rmSync(home, { recursive: true }));
  const env = { ...process.env, XDG_STATE_HOME: home };
  delete env.MCP_AUTH_TOKEN;
  const token_ = (...args) => spawnSync(command, ['token', ...args], { env, encoding: 'utf8' });
  const [alice, bob] = ['alice', 'bob'].map((name) => token_('add', name, '--days', '1').stdout.trim());
  assert.match(alice, /^mcpssh_[0-9a-f]{64}$/);
  assert.equal(token_('add', 'alice').status, 1);
  assert.match(token_('list').stdout, /alice[^]*expires[^]*bob/);
  const own = await startHttp(command, config, { env: { XDG_STATE_HOME: home, MCP_AUTH_TOKEN: '' } });
  t.after(() => own.child.kill('SIGTERM'));
  const [one, other] = await Promise.all([alice, bob].map((held) => httpClients[3].connect(own.url, held)));
  t.after(() => Promise.all([one.close(), other.close()]));
  const background = { host: 'web1', command: 'sleep 30; echo secret-of-alice', background: true };
  const started = textOf(await one.callTool({ name: 'ssh_run', arguments: background }));
  const [id] = /call_[0-9a-f]+/.exec(started);
  assert.match(textOf(await one.callTool({ name: 'ssh_list_sessions', arguments: {} })), new RegExp(id));
  assert.doesNotMatch(textOf(await other.callTool({ name: 'ssh_list_sessions', arguments: {} })), new RegExp(id));
  for (const tool of ['ssh_output', 'ssh_stop']) {
    const refused = await other.callTool({ name: tool, arguments: { call: id } });
    assert.equal(refused.isError, true);
    assert.match(textOf(refused), /no call .* of yours is known/);
  }
  assert.equal(token_('revoke', 'bob').status, 0);
  await assert.rejects(other.callTool({ name: 'ssh_list_hosts', arguments: {} }), /401|token|[Uu]nauthorized/);
  assert.match(textOf(await one.callTool({ name: 'ssh_stop', arguments: { id } })), /./);
});

test('500 clients that never end their heads keep nobody out, and are cut off after 10 s', async (t) => {
  const own = await startHttp(command, config);
  t.after(() => own.child.kill('SIGTERM'));
  const { port } = new URL(own.url);
  const begun = Date.now();
  const open = new Set();
  const ends = [];
  for (let i = 0; i < 500; ++i) {
    const socket = createConnection({ host: '127.0.0.1', port: Number(port) });
    open.add(socket);
    ends.push(new Promise((resolve) => socket.on('close', () => open.delete(socket) && resolve())));
    socket.on('error', () => {});
    socket.resume().write('POST /mcp HTTP/1.1\r\nX-Slow: ');
  }
  const drip = setInterval(() => open.forEach((socket) => socket.write('a')), 1000);
  t.after(() => clearInterval(drip));
  const { headers, body } = modern('tools/list');
  let served = 0;
  for (; open.size > 0; ++served) {
    assert.equal((await raw(own.url, { headers, body })).status, 200);
    assert.ok(Date.now() - begun < 20_000, `${open.size} are still open`);
  }
  await Promise.all(ends);
  assert.ok(served > 10, `only ${served} requests were served meanwhile`);
});

test('names and proxies of the settings and the environment count', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'mcp-ssh-names-'));
  t.after(() => rmSync(home, { recursive: true }));
  const file = join(home, 'hosts.yaml');
  writeFileSync(file, 'settings:\n  allowed_hosts: [one.example.org]\n  trusted_proxies: [127.0.0.0/8]\n');
  const env = { MCP_ALLOWED_HOSTS: 'two.example.org, three.example.org:8443', XDG_STATE_HOME: home };
  const own = await startHttp(command, file, { env });
  t.after(() => own.child.kill('SIGTERM'));
  const { headers, body } = modern('server/discover');
  const status = async (Host) => (await raw(own.url, { headers: { ...headers, Host }, body })).status;
  for (const fine of ['one.example.org', 'two.example.org:1', 'three.example.org:8443']) assert.equal(await status(fine), 200);
  for (const bad of ['three.example.org', 'four.example.org']) assert.equal(await status(bad), 403);
  const from = async (address, held) => (await raw(own.url, {
    headers: { ...headers, 'X-Forwarded-For': address, Authorization: `Bearer ${held}` }, body })).status;
  for (let i = 0; i < 5; ++i) assert.equal(await from('192.0.2.1', `guess-${i}`), 401);
  assert.equal(await from('192.0.2.1', token), 429);
  assert.equal(await from('192.0.2.2', token), 200);
});

test('SIGTERM: a running call is answered, then the server ends', async () => {
  const ending = await startHttp(command, config);
  const headers = await openSession(ending.url);
  const answer = raw(ending.url, { headers, body: call('last', 'sleep 2; echo last-words'), open: true });
  const { response } = await answer;
  ending.child.kill('SIGTERM');
  const answers = [];
  for await (const event of events(response)) if (event.data) answers.push(JSON.parse(event.data));
  assert.match(textOf(answers.at(-1).result), /last-words/);
  assert.deepEqual(await ending.exit, { code: 0, signal: null });
  assert.doesNotMatch(ending.log, / (error|warning) /);
});
