// The real program serving HTTP on a port of its own choice, and requests to it without any MCP library between.
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { modernVersion } from './raw_server.mjs';
import { witnessed } from './witness.mjs';

export const token = 'the-token-of-the-http-stories';

const children = new Set();
after(() => children.forEach((child) => child.kill('SIGKILL')));

/** Starts `mcp-ssh serve` over HTTP, on loopback unless `listen` says otherwise; resolves when it listens. */
export async function startHttp(command, config, { env = {}, listen = ['--http', '127.0.0.1:0'] } = {}) {
  const child = spawn(command, ['serve', '--config', config, ...listen],
    { env: { ...process.env, MCP_AUTH_TOKEN: token, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const server = { child, log: '' };
  server.exit = new Promise((resolve) => child.once('exit', (code, signal) => {
    children.delete(child);
    resolve({ code, signal });
  }));
  server.url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      server.log += line + '\n';
      const at = /MCP is served on (\S+)/.exec(line);
      if (at) resolve(at[1]);
    });
    server.exit.then(({ code }) => reject(new Error(`the server ended with ${code}: ${server.log}`)));
  });
  return server;
}

/** The messages of a whole body: JSON, or a stream of events. */
function messagesOf(type = '', text) {
  if (type.startsWith('application/json')) return [JSON.parse(text)].filter((value) => Array.isArray(value) || value.jsonrpc);
  if (!type.startsWith('text/event-stream')) return [];
  return [...text.matchAll(/^data: ([{[].*)$/gm)].map(([, data]) => JSON.parse(data));
}

/** One request as given; resolves with {status, headers, body}, or with the response itself when `open`. */
export function raw(url, { method = 'POST', headers = {}, body, open = false, path, agent } = {}) {
  const conversation = witnessed(headers['MCP-Protocol-Version']);
  conversation.sent(body);
  return new Promise((resolve, reject) => {
    const sent = request(path ? new URL(path, url) : url, {
      method,
      agent,
      headers: {
        Authorization: `Bearer ${token}`,
        Accept: 'application/json, text/event-stream',
        'Content-Type': 'application/json',
        ...headers,
      },
    }, (response) => {
      response.setEncoding('utf8');
      if (open) {
        response.conversation = conversation;
        resolve({ status: response.statusCode, headers: response.headers, response, request: sent });
        return;
      }
      let text = '';
      response.on('data', (piece) => (text += piece));
      response.on('end', () => {
        for (const message of messagesOf(response.headers['content-type'], text)) conversation.received(message);
        resolve({ status: response.statusCode, headers: response.headers, body: text });
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  });
}

/** The data of the events of an open response, until it ends. */
export async function* events(response) {
  let text = '';
  for await (const piece of response) {
    text += piece;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      if (!lines.some((line) => line.startsWith('data:'))) continue;
      if (field('data')?.startsWith('{')) response.conversation.received(JSON.parse(field('data')));
      yield { id: field('id'), data: field('data') };
    }
  }
}

/** A legacy session; its headers. */
export async function openSession(url, protocolVersion = '2025-11-25') {
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
  const answer = await raw(url, { body: { jsonrpc: '2.0', id: 0, method: 'initialize', params } });
  if (answer.status !== 200) throw new Error(`initialize: ${answer.status} ${answer.body}`);
  const headers = { 'Mcp-Session-Id': answer.headers['mcp-session-id'], 'MCP-Protocol-Version': protocolVersion };
  await raw(url, { headers, body: { jsonrpc: '2.0', method: 'notifications/initialized' } });
  return headers;
}

/** A modern request with the headers that mirror it. */
export function modern(method, params = {}, name = undefined) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': modernVersion,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const headers = { 'MCP-Protocol-Version': modernVersion, 'Mcp-Method': method };
  if (name) headers['Mcp-Name'] = name;
  return { headers, body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } } };
}
