// One service, several clients: `mcp-ssh serve --socket` and `mcp-ssh connect` between it and each client.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { command, config } from './lab.mjs';
import { RawServer } from './raw_server.mjs';
import { clients } from './sdk_clients.mjs';

const folder = mkdtempSync(join(tmpdir(), 'mcp-ssh-socket-'));
const socket = join(folder, 'run', 'mcp.sock');
const service = spawn(command, ['serve', '--config', config, '--socket', socket], { stdio: ['ignore', 'ignore', 'pipe'] });
let said = '';
await new Promise((resolve) => service.stderr.setEncoding('utf8').on('data', (text) => {
  said += text;
  if (said.includes(socket)) resolve();
}));
after(async () => {
  service.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});
const args = ['connect', '--socket', socket];
const textOf = (result) => result.content.map((block) => block.text ?? '').join('');

for (const { name, connect } of clients) {
  test(`${name}: works through the socket`, async (t) => {
    const client = await connect({ command, args });
    t.after(() => client.close());
    const result = await client.callTool({ name: 'ssh_run', arguments: { host: 'web1', command: 'echo by-socket' } });
    assert.match(textOf(result), /by-socket/);
  });
}

test('clients of one user share the pool', async (t) => {
  const [one, two] = await Promise.all([clients[0].connect({ command, args }), clients[1].connect({ command, args })]);
  t.after(() => Promise.all([one.close(), two.close()]));
  await one.callTool({ name: 'ssh_connect', arguments: { host: 'web1' } });
  assert.match(textOf(await two.callTool({ name: 'ssh_list_sessions', arguments: {} })), /web1/);
});

test('the bridge ends with its client, and the service goes on', async () => {
  const raw = new RawServer(command, args);
  await raw.initialize('2025-11-25');
  assert.deepEqual(await raw.end(), { code: 0, signal: null });
  const next = new RawServer(command, args);
  await next.initialize('2025-11-25');
  assert.equal(statSync(socket).mode & 0o777, 0o600);
  assert.deepEqual(await next.end(), { code: 0, signal: null });
});

test('a background job outlives its client', async (t) => {
  const first = await clients[0].connect({ command, args });
  const started = await first.callTool({
    name: 'ssh_run', arguments: { host: 'web1', command: 'sleep 2; echo done-later', background: true },
  });
  const id = textOf(started).match(/call_[0-9a-z]+/i)?.[0];
  assert.ok(id, textOf(started));
  await first.close();
  const second = await clients[1].connect({ command, args });
  t.after(() => second.close());
  const read = await second.callTool({ name: 'ssh_output', arguments: { call: id, wait: 20 } });
  assert.match(textOf(read), /done-later/);
});

test('the bridge says so when nobody serves, and when the service ends', async () => {
  const nobody = new RawServer(command, ['connect', '--socket', join(folder, 'nothing.sock')]);
  assert.deepEqual(await nobody.exit, { code: 1, signal: null });
  assert.match(nobody.stderr, /nothing\.sock.*mcp-ssh serve --socket/);

  const last = new RawServer(command, args);
  await last.initialize('2025-11-25');
  service.kill('SIGTERM');
  assert.deepEqual(await last.exit, { code: 1, signal: null });
  assert.match(last.stderr, /closed the connection/);
});
