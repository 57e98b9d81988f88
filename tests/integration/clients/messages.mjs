// What may stand on stdout: judged by the schemas the SDK's own clients use.
import assert from 'node:assert/strict';
import * as core from '@modelcontextprotocol/core';
import Ajv2020 from 'ajv/dist/2020.js';

const results = {
  initialize: core.InitializeResultSchema,
  ping: core.EmptyResultSchema,
  'server/discover': core.DiscoverResultSchema,
  'tools/list': core.ListToolsResultSchema,
  'tools/call': core.CallToolResultSchema,
};

/** Every line is one JSON-RPC message. */
export function assertJsonRpcLines(lines) {
  assert.ok(lines.length > 0, 'the server said nothing');
  for (const line of lines) {
    core.JSONRPCMessageSchema.parse(JSON.parse(line));
  }
}

export function assertResult(method, message) {
  assert.ok(message.result, `${method}: ${JSON.stringify(message.error)}`);
  results[method].parse(message.result);
  return message.result;
}

/** Tool schemas are valid JSON Schema 2020-12 of the shape every client accepts. */
export function assertToolSchemas(tools) {
  const ajv = new Ajv2020({ strict: true });
  ajv.addKeyword('x-mcp-header');
  for (const tool of tools) {
    assert.match(tool.name, /^[A-Za-z0-9_-]{1,40}$/);
    for (const schema of [tool.inputSchema, tool.outputSchema].filter(Boolean)) {
      assert.equal(schema.type, 'object');
      ajv.compile(schema);
      for (const word of ['anyOf', 'oneOf', 'allOf']) assert.ok(!(word in schema), `${tool.name}: ${word} at the root`);
    }
    for (const hint of ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'])
      assert.equal(typeof tool.annotations[hint], 'boolean', `${tool.name}: ${hint}`);
    for (const [name, property] of Object.entries(tool.inputSchema.properties ?? {}))
      assert.ok(property.description, `${tool.name}: ${name} is not described`);
  }
}
