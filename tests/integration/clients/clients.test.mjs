// The real binary against independent MCP clients, on the two simulated hosts of `mcp-ssh demo --stay`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from './inspector.mjs';
import { command, config } from './lab.mjs';
import { assertJsonRpcLines, assertResult, assertToolSchemas } from './messages.mjs';
import { RawServer } from './raw_server.mjs';
import { clients } from './sdk_clients.mjs';

// By argument: some clients give their servers only a few environment variables.
const args = ['serve', '--config', config];
const env = process.env;
const server = { command, args, env };
const six = ['ssh_list_hosts', 'ssh_connect', 'ssh_run', 'ssh_shell', 'ssh_list_sessions', 'ssh_disconnect'];
const textOf = (result) => result.content.map((block) => block.text ?? '').join('');

/** One sitting with all six tools, in an order in which each can succeed. */
const sitting = [
  ['ssh_list_hosts', {}, /web1[\s\S]*switch1|switch1[\s\S]*web1/],
  ['ssh_connect', { host: 'web1' }, /web1/],
  ['ssh_run', { host: 'web1', command: 'echo six-times-seven-42' }, /six-times-seven-42/],
  ['ssh_run', { host: 'switch1', command: 'show version' }, /switch1/],
  ['ssh_shell', { host: 'web1', command: 'echo from-the-shell' }, /from-the-shell/],
  ['ssh_list_sessions', {}, /web1/],
  ['ssh_disconnect', { host: 'web1' }, /web1/],
];

for (const { name, connect } of clients) {
  test(`${name}: lists the six tools and calls every one`, async (t) => {
    const client = await connect(server);
    t.after(() => client.close());
    const { tools } = await client.listTools();
    for (const tool of six) assert.ok(tools.some((listed) => listed.name === tool), tool);
    assertToolSchemas(tools);
    assert.ok(JSON.stringify(tools).length < 10_000, 'the tool list is over 10 kB');
    for (const [tool, toolArguments, expected] of sitting) {
      const result = await client.callTool({ name: tool, arguments: toolArguments });
      assert.ok(!result.isError, `${tool}: ${textOf(result)}`);
      assert.match(textOf(result), expected, tool);
    }
  });
}

for (const era of ['legacy', 'modern']) {
  test(`Inspector, ${era}: lists the tools without a complaint`, async () => {
    const listed = await inspect(era, 'tools/list', command, args, ['--strict'], env);
    assert.equal(listed.code, 0, listed.stderr);
    const { tools } = listed.output.result ?? listed.output;
    for (const tool of six) assert.ok(tools.some((seen) => seen.name === tool), tool);
  });

  test(`Inspector, ${era}: calls every tool`, async () => {
    // Each call is a process of its own, so what needs an earlier call may be refused, in words.
    const alone = new Set(['ssh_disconnect']);
    for (const [tool, toolArguments] of sitting) {
      const called = await inspect(era, 'tools/call', command, args,
        ['--tool-name', tool, '--tool-args-json', JSON.stringify(toolArguments)], env);
      const result = called.output.result ?? called.output;
      assert.ok(textOf(result).length > 0, tool);
      if (!alone.has(tool)) assert.equal(called.code, 0, `${tool}: ${textOf(result)}`);
    }
  });
}

for (const version of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) {
  test(`raw stdio, ${version}: every line is JSON-RPC and every result has its schema`, async () => {
    const raw = new RawServer(command, args, env);
    const { protocolVersion } = assertResult('initialize', await raw.initialize(version));
    assert.equal(protocolVersion, version);
    assertResult('ping', await raw.request(1, 'ping'));
    assertResult('tools/list', await raw.request(2, 'tools/list'));
    for (const [tool, toolArguments] of sitting)
      assertResult('tools/call', await raw.request(tool, 'tools/call', { name: tool, arguments: toolArguments }));
    raw.say('not json');
    await raw.hear((message) => message.error?.code === -32700);
    assert.equal((await raw.request(3, 'nothing/here')).error.code, -32601);
    assert.deepEqual(await raw.end(), { code: 0, signal: null });
    assertJsonRpcLines(raw.lines);
  });
}

test('raw stdio, 2026-07-28: every line is JSON-RPC and every result has its schema', async () => {
  const raw = new RawServer(command, args, env);
  assertResult('server/discover', await raw.modern('d', 'server/discover'));
  assertResult('tools/list', await raw.modern('l', 'tools/list'));
  for (const [tool, toolArguments] of sitting) {
    const result = assertResult('tools/call', await raw.modern(tool, 'tools/call', { name: tool, arguments: toolArguments }));
    assert.equal(result.resultType, 'complete');
  }
  assert.equal((await raw.modern('p', 'ping')).error.code, -32601);
  assert.deepEqual(await raw.end(), { code: 0, signal: null });
  assertJsonRpcLines(raw.lines);
});
