// The protocol and transport rooms against independent clients, through the echo server (echo_server.cpp).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from './inspector.mjs';
import { assertJsonRpcLines, assertResult, assertToolSchemas } from './messages.mjs';
import { modernVersion, RawServer } from './raw_server.mjs';
import { clients } from './sdk_clients.mjs';

const command = process.env.MCP_ECHO_SERVER;
assert.ok(command, 'set MCP_ECHO_SERVER to the built mcp_echo_server');
const server = { command, args: [] };
const names = ['echo', 'slow', 'fail', 'progress', 'ask', 'facts'];
const textOf = (result) => result.content.map((block) => block.text).join('');

for (const { name, connect } of clients) {
  test(`${name}: lists and calls`, async (t) => {
    const client = await connect(server);
    t.after(() => client.close());
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map((tool) => tool.name), names);
    assertToolSchemas(tools);
    assert.equal(textOf(await client.callTool({ name: 'echo', arguments: { text: 'grüße' } })), 'grüße');
    const facts = await client.callTool({ name: 'facts', arguments: {} });
    assert.deepEqual(facts.structuredContent, { client: 'client-test 1.0.0' });
    const failed = await client.callTool({ name: 'fail', arguments: {} });
    assert.equal(failed.isError, true);
    assert.match(textOf(failed), /connection refused.*start sshd/s);
  });

  test(`${name}: an unknown tool is an error, a wrong argument a readable result`, async (t) => {
    const client = await connect(server);
    t.after(() => client.close());
    await assert.rejects(client.callTool({ name: 'nope', arguments: {} }), { code: -32602 });
    const wrong = await client.callTool({ name: 'echo', arguments: { txt: 'x' } });
    assert.equal(wrong.isError, true);
    assert.match(textOf(wrong), /did you mean "text"/);
  });

  for (const [action, content, expected] of [
    ['accept', { approve: true }, 'accepted {"approve":true}'],
    ['decline', undefined, 'declined'],
    ['cancel', undefined, 'cancelled'],
  ]) {
    test(`${name}: elicitation answered with ${action}`, async (t) => {
      let asked = 0;
      const client = await connect(server, async (request) => {
        asked += 1;
        assert.equal(request.params.message, 'Reboot core-sw1?');
        return content ? { action, content } : { action };
      });
      t.after(() => client.close());
      assert.equal(textOf(await client.callTool({ name: 'ask', arguments: {} })), expected);
      assert.equal(asked, 1);
    });
  }

  test(`${name}: a client that cannot ask is not asked`, async (t) => {
    const client = await connect(server);
    t.after(() => client.close());
    assert.equal(textOf(await client.callTool({ name: 'ask', arguments: {} })), 'nobody to ask');
  });

  test(`${name}: progress arrives in order`, async (t) => {
    const client = await connect(server);
    t.after(() => client.close());
    const steps = [];
    const onprogress = ({ progress, total, message }) => {
      steps.push([progress, total, message]);
      // The tool ends when it is told to: clients drop progress that is still queued when the result comes.
      if (steps.length === 3) client.callTool({ name: 'echo', arguments: { text: 'go' } });
    };
    const call = { name: 'progress', arguments: {} };
    // The 1.x SDK takes the result schema before the options.
    const result = name.startsWith('sdk') ? await client.callTool(call, undefined, { onprogress })
                                          : await client.callTool(call, { onprogress });
    assert.equal(textOf(result), 'counted to 3');
    assert.deepEqual(steps, [[1, 3, 'step 1'], [2, 3, 'step 2'], [3, 3, 'step 3']]);
  });

  test(`${name}: an aborted call leaves the connection usable`, async (t) => {
    const client = await connect(server);
    t.after(() => client.close());
    const controller = new AbortController();
    const call = { name: 'slow', arguments: {} };
    const options = { signal: controller.signal };
    const running = name.startsWith('sdk') ? client.callTool(call, undefined, options) : client.callTool(call, options);
    const rejected = assert.rejects(running);
    assert.equal(textOf(await client.callTool({ name: 'echo', arguments: { text: 'beside it' } })), 'beside it');
    controller.abort();
    await rejected;
    assert.equal(textOf(await client.callTool({ name: 'echo', arguments: { text: 'after it' } })), 'after it');
  });
}

for (const era of ['legacy', 'auto', 'modern']) {
  test(`Inspector, ${era}: lists without a complaint and calls`, async () => {
    const listed = await inspect(era, 'tools/list', command, [], ['--strict']);
    assert.equal(listed.code, 0, listed.stderr);
    assert.deepEqual(resultOf(listed).tools.map((tool) => tool.name), names);
    const called = await inspect(era, 'tools/call', command, [], ['--tool-name', 'echo', '--tool-args-json', '{"text":"hi"}']);
    assert.equal(called.code, 0, called.stderr);
    assert.equal(textOf(resultOf(called)), 'hi');
    const failed = await inspect(era, 'tools/call', command, [], ['--tool-name', 'fail']);
    assert.equal(failed.code, 5);
  });
}

const resultOf = ({ output }) => output.result ?? output;

test('a cancelled call unwinds and is never answered', async () => {
  const raw = new RawServer(command);
  await raw.initialize('2025-11-25');
  raw.say({ jsonrpc: '2.0', id: 'slow', method: 'tools/call', params: { name: 'slow' } });
  raw.notify('notifications/cancelled', { requestId: 'slow', reason: 'test' });
  await raw.request('after', 'ping');
  assert.deepEqual(await raw.end(), { code: 0, signal: null });
  assert.match(raw.stderr, /slow: unwound/);
  assert.ok(!raw.lines.some((line) => JSON.parse(line).id === 'slow'));
});

test('the end of input unwinds a running call and ends the process', async () => {
  const raw = new RawServer(command);
  raw.say({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'slow' } });
  await raw.modern(2, 'tools/call', { name: 'echo', arguments: { text: 'x' } });
  assert.deepEqual(await raw.end(), { code: 0, signal: null });
  assert.match(raw.stderr, /slow: unwound/);
});

test('a subscription is held until the end of input', async () => {
  const raw = new RawServer(command);
  raw.say({
    jsonrpc: '2.0', id: 'listen:0', method: 'subscriptions/listen',
    params: {
      notifications: { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true },
      _meta: { 'io.modelcontextprotocol/protocolVersion': modernVersion, 'io.modelcontextprotocol/clientCapabilities': {} },
    },
  });
  const acknowledged = await raw.hear((message) => message.method === 'notifications/subscriptions/acknowledged');
  assert.deepEqual(acknowledged.params, {
    notifications: {}, _meta: { 'io.modelcontextprotocol/subscriptionId': 'listen:0' },
  });
  await raw.modern('after', 'tools/list');
  assert.deepEqual(await raw.end(), { code: 0, signal: null });
  assert.ok(!raw.lines.some((line) => JSON.parse(line).id === 'listen:0'));
});

test('hostile lines are refused one by one and stdout stays pure', async () => {
  const raw = new RawServer(command);
  const hostile = ['{', '['.repeat(1_000_000), '{"a":1,"a":2}', '"\\ud800"', '"' + 'x'.repeat(5_000_000) + '"', '[]', 'null'];
  for (const line of hostile) raw.say(line);
  raw.child.stdin.write(Buffer.from([0x22, 0xff, 0xfe, 0x22, 0x0a]));
  await raw.initialize('2025-03-26');
  raw.say([{ jsonrpc: '2.0', id: 'b1', method: 'ping' }, { jsonrpc: '2.0', id: 'b2', method: 'ping' }]);
  const batch = await raw.hear(Array.isArray);
  assert.deepEqual(batch.map((message) => message.id), ['b1', 'b2']);
  const list = assertResult('tools/list', await raw.request(1, 'tools/list'));
  assertToolSchemas(list.tools);
  assertResult('server/discover', await raw.modern(2, 'server/discover'));
  assertResult('tools/list', await raw.modern(3, 'tools/list'));
  assertResult('tools/call', await raw.modern(4, 'tools/call', { name: 'echo', arguments: { text: '\u0000\n' } }));
  assert.deepEqual(await raw.end(), { code: 0, signal: null });
  const single = raw.lines.filter((line) => !line.startsWith('['));
  assertJsonRpcLines(single);
  const refused = single.map((line) => JSON.parse(line)).filter((message) => !('id' in message));
  assert.equal(refused.length, hostile.length + 1);
});

test('an input of many lines at once is answered in full', async () => {
  const raw = new RawServer(command);
  const count = 20_000;
  let lines = '';
  for (let id = 0; id < count; ++id) lines += `{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`;
  raw.child.stdin.write(lines);
  await raw.hear((message) => message.id === count - 1);
  assert.deepEqual(await raw.end(), { code: 0, signal: null });
  assert.deepEqual(raw.lines.map((line) => JSON.parse(line).id), [...Array(count).keys()]);
});

test('a client that stops reading and goes away does not keep the process', async () => {
  const raw = new RawServer(command);
  raw.child.stdout.destroy();
  for (let id = 0; id < 1000; ++id) raw.request(id, 'tools/list').catch(() => {});
  raw.child.stdin.on('error', () => {});
  const { signal } = await raw.exit;
  assert.equal(signal, null);
});
