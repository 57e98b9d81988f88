// The server over HTTP through independent client libraries, one entry a way of speaking.
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { modernVersion } from './raw_server.mjs';
import { watched } from './witness.mjs';

const identity = { name: 'client-test', version: '1.0.0' };
const init = (token) => ({ requestInit: { headers: { Authorization: `Bearer ${token}` } } });

async function connected(client, transport) {
  await client.connect(watched(transport));
  return client;
}

const streamable = (url, token) =>
  connected(new LegacyClient(identity), new LegacyTransport(new URL(url), init(token)));
const sse = (url, token) => connected(new LegacyClient(identity), new SSEClientTransport(new URL('/sse', url), init(token)));
const newer = (versionNegotiation) => (url, token) =>
  connected(new Client(identity, versionNegotiation ? { versionNegotiation } : {}),
    new StreamableHTTPClientTransport(new URL(url), init(token)));

/** connect(url, token). */
export const httpClients = [
  { name: 'sdk 1.x Streamable', connect: streamable },
  { name: 'sdk 1.x SSE', connect: sse },
  { name: 'client 2.x as it comes', connect: newer() },
  { name: 'client 2.x auto', connect: newer({ mode: 'auto' }) },
  { name: 'client 2.x pinned', connect: newer({ mode: { pin: modernVersion } }) },
];
