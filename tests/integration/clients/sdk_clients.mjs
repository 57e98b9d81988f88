// The same server through independent client libraries, one entry a way of speaking.
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { modernVersion } from './raw_server.mjs';
import { watched } from './witness.mjs';

const identity = { name: 'client-test', version: '1.0.0' };

function options(elicit, versionNegotiation) {
  const chosen = { capabilities: elicit ? { elicitation: { form: {} } } : {} };
  if (versionNegotiation) chosen.versionNegotiation = versionNegotiation;
  return chosen;
}

async function connectNew(server, elicit, versionNegotiation) {
  const client = new Client(identity, options(elicit, versionNegotiation));
  if (elicit) client.setRequestHandler('elicitation/create', elicit);
  await client.connect(watched(new StdioClientTransport({ ...server, stderr: 'ignore' })));
  return client;
}

async function connectOld(server, elicit) {
  const client = new LegacyClient(identity, options(elicit));
  if (elicit) client.setRequestHandler(ElicitRequestSchema, elicit);
  await client.connect(watched(new LegacyTransport({ ...server, stderr: 'ignore' })));
  return client;
}

/** connect(server, elicit): `server` is {command, args, env}; `elicit` answers elicitation/create, if given. */
export const clients = [
  { name: 'sdk 1.x', era: 'legacy', connect: connectOld },
  { name: 'client 2.x as it comes', era: 'legacy', connect: (server, elicit) => connectNew(server, elicit) },
  { name: 'client 2.x auto', era: 'modern', connect: (server, elicit) => connectNew(server, elicit, { mode: 'auto' }) },
  {
    name: 'client 2.x pinned',
    era: 'modern',
    connect: (server, elicit) => connectNew(server, elicit, { mode: { pin: modernVersion } }),
  },
];
