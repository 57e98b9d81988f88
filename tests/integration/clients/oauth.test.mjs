// The real binary as an OAuth resource server: an independent client that finds its way from a 401 to a token, and raw requests.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { httpClients } from './http_clients.mjs';
import { modern, raw, startHttp, token } from './http_server.mjs';
import { command, config } from './lab.mjs';
import { provider, signer, startAuthorizationServer } from './oauth_server.mjs';

const home = mkdtempSync(join(tmpdir(), 'mcp-ssh-oauth-'));
after(() => rmSync(home, { recursive: true }));
const textOf = (result) => result.content.map((block) => block.text ?? '').join('');
const run = (line) => ({ name: 'ssh_run', arguments: { host: 'web1', command: line } });

/** A port nobody listens on: the resource's URL has to be known before the start. */
async function freePort() {
  const holder = createServer();
  await new Promise((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address();
  await new Promise((resolve) => holder.close(resolve));
  return port;
}

/** mcp-ssh on the lab's hosts, taking tokens of `issuer`; `settings` are further lines of settings.oauth. */
async function start(issuer, { settings = '', env = {} } = {}) {
  const port = await freePort();
  issuer.resource = `http://127.0.0.1:${port}/mcp`;
  const file = join(home, `hosts-${port}.yaml`);
  const oauth = `settings:\n  oauth:\n    issuer: ${issuer.issuer}\n    resource: ${issuer.resource}\n`
    + `    jwks_url: ${issuer.issuer}/keys\n${settings}`;
  writeFileSync(file, readFileSync(config, 'utf8').replace('settings:\n', oauth), { mode: 0o600 });
  const server = await startHttp(command, file, { env: { XDG_STATE_HOME: home, ...env }, listen: ['--http', `127.0.0.1:${port}`] });
  after(() => server.child.kill('SIGTERM'));
  return server;
}

const issuer = await startAuthorizationServer();
const server = await start(issuer, {
  settings: '    scopes:\n      "ssh:lab": {}\n      "ssh:read": {mode: readonly, hosts: web1}\n',
  env: { MCP_AUTH_TOKEN: '' },
});

/** The answer to server/discover with this token. */
const knock = (held, url = server.url) => {
  const { headers, body } = modern('server/discover');
  return raw(url, { headers: { ...headers, Authorization: held ? `Bearer ${held}` : '' }, body });
};

test('a client that knows only the URL finds its way to a token and runs a command', async (t) => {
  const asking = provider();
  const url = new URL(server.url);
  const first = new StreamableHTTPClientTransport(url, { authProvider: asking });
  await assert.rejects(new Client({ name: 'oauth-test', version: '1' }).connect(first), UnauthorizedError);
  assert.equal(asking.kept.page.origin, issuer.issuer);
  assert.equal(asking.kept.page.searchParams.get('resource'), issuer.resource);
  assert.equal(asking.kept.page.searchParams.get('scope'), 'ssh:lab ssh:read');
  await first.finishAuth('a-code');
  assert.equal(issuer.asked.at(-1).resource, issuer.resource);
  const client = new Client({ name: 'oauth-test', version: '1' });
  t.after(() => client.close());
  await client.connect(new StreamableHTTPClientTransport(url, { authProvider: asking }));
  assert.match(textOf(await client.callTool(run('echo by-oauth'))), /by-oauth/);
  const journal = readFileSync(join(dirname(config), 'audit.jsonl'), 'utf8');
  assert.match(journal, /"oauth:alice"/);
});

test('what is wrong with a token is not said, where to get one is', async () => {
  const wrong = [issuer.token({ exp: 1_000_000_000 }), issuer.token({ aud: 'https://other.example' }),
    issuer.token({ iss: 'https://evil.test' }), signer().sign({ iss: issuer.issuer, aud: issuer.resource, sub: 'alice', exp: 9_999_999_999 })];
  const bodies = new Set();
  for (const held of wrong) {
    const refused = await knock(held);
    assert.equal(refused.status, 401);
    assert.match(refused.headers['www-authenticate'], /error="invalid_token", resource_metadata="http:.*\/\.well-known\/oauth-protected-resource\/mcp", scope="ssh:lab ssh:read"/);
    bodies.add(refused.body);
  }
  assert.equal(bodies.size, 1);
  assert.doesNotMatch((await knock('')).headers['www-authenticate'], /invalid_token/);
  for (const reason of [/expired/, /another service/, /another issuer/, /signature/]) assert.match(server.log, reason);
  for (const held of wrong) assert.ok(!server.log.includes(held.split('.')[2]));
});

test('a scope decides what its token may do, and none is not enough', async (t) => {
  const refused = await knock(issuer.token({ scope: 'openid' }));
  assert.equal(refused.status, 403);
  assert.match(refused.headers['www-authenticate'], /error="insufficient_scope", scope="ssh:lab ssh:read"/);
  const reader = await httpClients[0].connect(server.url, issuer.token({ scope: 'openid ssh:read', sub: 'reader' }));
  t.after(() => reader.close());
  assert.notEqual((await reader.callTool(run('hostname'))).isError, true);
  const blocked = await reader.callTool(run('touch /tmp/oauth-reader'));
  assert.equal(blocked.isError, true);
  assert.match(textOf(blocked), /read/);
  assert.doesNotMatch(textOf(await reader.callTool({ name: 'ssh_list_hosts', arguments: {} })), /switch1/);
});

test('without keys tokens are not judged; once they are there it goes on by itself', async () => {
  const shy = await startAuthorizationServer();
  const answer = shy.keysAnswer;
  shy.keysAnswer = () => [500, {}];
  const other = await start(shy);
  const held = shy.token({});
  const early = await knock(held, other.url);
  assert.equal(early.status, 503);
  assert.ok(Number(early.headers['retry-after']) >= 1);
  assert.equal((await knock(token, other.url)).status, 200);
  shy.keysAnswer = answer;
  const deadline = Date.now() + 30_000;
  let seen = early;
  while (seen.status === 503 && Date.now() < deadline) seen = await knock(held, other.url);
  assert.equal(seen.status, 200);
});

test('half a configuration does not start, and says what is missing', () => {
  const env = { ...process.env, MCP_TRANSPORT: 'http', MCP_PORT: '0', MCP_OAUTH_ISSUER: 'https://login.example.org' };
  const tried = spawnSync(command, ['serve', '--config', config], { env, encoding: 'utf8', timeout: 20_000 });
  assert.equal(tried.status, 78);
  assert.match(tried.stderr, /resource is missing/);
});
