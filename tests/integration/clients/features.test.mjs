// Resources, prompts and completion of the real binary.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { httpClients } from './http_clients.mjs';
import { startHttp } from './http_server.mjs';
import { command, config } from './lab.mjs';
import { RawServer } from './raw_server.mjs';
import { clients } from './sdk_clients.mjs';

const env = process.env;
const server = { command, args: ['serve', '--config', config], env };
const textOf = (result) => result.content.map((block) => block.text ?? '').join('');

async function connected(t, connect, to = server) {
  const client = await connect(to);
  t.after(() => client.close());
  return client;
}

for (const { name, connect } of clients) {
  test(`${name}: reads a host and what a command said as resources`, async (t) => {
    const client = await connected(t, connect);
    const { resources } = await client.listResources();
    assert.deepEqual(resources.map(({ uri }) => uri), ['ssh://hosts/web1', 'ssh://hosts/switch1']);
    const { resourceTemplates } = await client.listResourceTemplates();
    assert.deepEqual(resourceTemplates.map(({ uriTemplate }) => uriTemplate), ['ssh://hosts/{host}', 'ssh://outputs/{call}']);

    const host = await client.readResource({ uri: 'ssh://hosts/web1' });
    assert.equal(JSON.parse(host.contents[0].text).description, 'a POSIX host');
    assert.doesNotMatch(host.contents[0].text, /id_demo/);
    await assert.rejects(client.readResource({ uri: 'ssh://hosts/web9' }), /web9/);

    const run = await client.callTool({
      name: 'ssh_run',
      arguments: { host: 'web1', command: 'echo kept-for-later', background: true },
    });
    const id = run._meta['mcp-ssh/call'];
    // Each answers as soon as there is something new: the words may come before the end.
    for (let said = ''; !said.includes('exit 0');) {
      said = (await client.callTool({ name: 'ssh_output', arguments: { call: id, wait: 20 } })).content[0].text;
    }
    const listed = (await client.listResources()).resources.find(({ uri }) => uri === `ssh://outputs/${id}`);
    assert.match(listed.title, /^web1: .*kept-for-later/);
    const output = (await client.readResource({ uri: listed.uri })).contents[0];
    assert.match(output.text, /^web1: exit 0/);
    assert.match(output.text, /kept-for-later/);
  });

  test(`${name}: gets prompts and has hosts completed`, async (t) => {
    const client = await connected(t, connect);
    const { prompts } = await client.listPrompts();
    assert.deepEqual(prompts.map((prompt) => prompt.name), ['check_health', 'change_safely', 'compare_hosts']);
    const { messages } = await client.getPrompt({ name: 'change_safely', arguments: { host: 'switch1', change: 'vlan 7' } });
    assert.match(messages[0].content.text, /on the SSH host switch1:\nvlan 7\n/);
    await assert.rejects(client.getPrompt({ name: 'change_safely', arguments: { host: 'switch1' } }), /change/);

    const values = async (ref, name, value) =>
      (await client.complete({ ref, argument: { name, value } })).completion.values;
    const health = { type: 'ref/prompt', name: 'check_health' };
    assert.deepEqual(await values(health, 'hosts', ''), ['web1', 'switch1', '*']);
    assert.deepEqual(await values(health, 'hosts', 'switch1, w'), ['switch1, web1', 'switch1, switch1']);
    assert.deepEqual(await values({ type: 'ref/resource', uri: 'ssh://hosts/{host}' }, 'host', 'sw'), ['switch1']);
    assert.deepEqual(await values({ type: 'ref/resource', uri: 'ssh://outputs/{call}' }, 'call', 'call_'), []);
  });
}

test('a token sees the resources and completions its rights leave, and no others', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'mcp-ssh-features-'));
  t.after(() => rmSync(home, { recursive: true }));
  const tokenEnv = { ...env, XDG_STATE_HOME: home, MCP_SSH_CONFIG: config };
  const add = (...options) => spawnSync(command, ['token', 'add', ...options], { env: tokenEnv, encoding: 'utf8' }).stdout.trim();
  const one = add('one', '--hosts', 'switch1');
  const none = add('none', '--tools', 'ssh_run');
  const http = await startHttp(command, config, { env: { XDG_STATE_HOME: home } });
  t.after(() => http.child.kill('SIGTERM'));
  const seen = async (token) => {
    const client = await httpClients[0].connect(http.url, token);
    t.after(() => client.close());
    const ref = { type: 'ref/resource', uri: 'ssh://hosts/{host}' };
    const why = async (uri) => client.readResource({ uri }).then(() => 'read', (error) => error.message.replaceAll(uri.slice(12), '*'));
    return {
      listed: (await client.listResources()).resources.map(({ uri }) => uri),
      completed: (await client.complete({ ref, argument: { name: 'host', value: '' } })).completion.values,
      hidden: await why('ssh://hosts/web1'),
      missing: await why('ssh://hosts/web9'),
    };
  };
  const limited = await seen(one);
  assert.deepEqual(limited.listed, ['ssh://hosts/switch1']);
  assert.deepEqual(limited.completed, ['switch1']);
  assert.notEqual(limited.hidden, 'read');
  assert.equal(limited.hidden, limited.missing);
  const blind = await seen(none);
  assert.deepEqual(blind.listed, []);
  assert.deepEqual(blind.completed, []);
  assert.equal(blind.hidden, blind.missing);
});

test('a client that wants to know is told when hosts.yaml changed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-ssh-features-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const own = join(folder, 'hosts.yaml');
  const before = readFileSync(config, 'utf8');
  writeFileSync(own, before, { mode: 0o600 });
  const raw = new RawServer(command, ['serve', '--config', own], env);
  const { result } = await raw.initialize('2025-11-25');
  assert.equal(result.capabilities.resources.listChanged, true);
  writeFileSync(own, before.replace('  web1:', '  web2:'));
  await raw.hear(({ method }) => method === 'notifications/resources/list_changed');
  const uris = (await raw.request(1, 'resources/list')).result.resources.map(({ uri }) => uri);
  assert.deepEqual(uris, ['ssh://hosts/web2', 'ssh://hosts/switch1']);
  await raw.end();
});
