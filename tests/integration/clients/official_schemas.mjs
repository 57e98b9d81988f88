// The protocol's own JSON schemas, which the conformance suite carries inside: every message a server sends has to be
// valid by that of the conversation's revision.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const suite = fileURLToPath(new URL('../../conformance/node_modules/conformance-0.2/dist/index.js', import.meta.url));

/** The JavaScript object literal that begins at `from`. */
function literalAt(source, from) {
  let depth = 0;
  let quote = '';
  for (let at = from; at < source.length; ++at) {
    const c = source[at];
    if (quote) {
      if (c === '\\') ++at;
      else if (c === quote) quote = '';
    } else if ('`"\''.includes(c)) quote = c;
    else if (c === '{') ++depth;
    else if (c === '}' && --depth === 0) return source.slice(from, at + 1);
  }
  throw new Error('the suite ends inside a schema');
}

/** revision → schema. */
function load() {
  if (!existsSync(suite)) throw new Error(`${suite} is missing: npm ci --prefix tests/conformance`);
  const source = readFileSync(suite, 'utf8');
  const table = /\{"2025-03-26":(\w+),"2025-06-18":(\w+),"2025-11-25":(\w+),\[\w+\]:(\w+)\}/.exec(source);
  if (!table) throw new Error('this version of the suite keeps its schemas elsewhere');
  const revisions = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'];
  return new Map(revisions.map((revision, k) => {
    const begin = source.indexOf(`${table[k + 1]}={$schema:`) + table[k + 1].length + 1;
    return [revision, new Function(`return ${literalAt(source, begin)}`)()];
  }));
}

class Revision {
  #validators = new Map();

  constructor(revision, schema) {
    const ajv = new (schema.$schema.includes('2020-12') ? Ajv2020 : Ajv)({ strict: false });
    addFormats(ajv);
    ajv.addFormat('byte', true);
    this.revision = revision;
    this.root = schema.$defs ? '$defs' : 'definitions';
    this.types = schema[this.root];
    this.ajv = ajv.addSchema({ ...schema, $id: 'mcp:schema' });
    /** method → the type of the request or notification that has it */
    this.byMethod = new Map(Object.entries(this.types).flatMap(([type, { properties }]) =>
      typeof properties?.method?.const === 'string' ? [[properties.method.const, type]] : []));
  }

  /** What is wrong with `value` as a `type`; empty when nothing is. */
  problems(type, value) {
    if (!this.#validators.has(type))
      this.#validators.set(type, this.ajv.compile({ $ref: `mcp:schema#/${this.root}/${type}` }));
    const valid = this.#validators.get(type);
    if (valid(value)) return [];
    return valid.errors.map(({ instancePath, message }) => `${this.revision} ${type}${instancePath} ${message}`);
  }

  #first(...names) {
    return names.find((name) => name in this.types);
  }

  #resultType(method, result) {
    if (result.resultType === 'input_required') return 'InputRequiredResult';
    if (result.resultType === 'task') return undefined; // of an extension, which the schema does not know
    const request = this.byMethod.get(method);
    return this.#first(request?.replace(/Request$/, 'Result') ?? '', 'Result');
  }

  /** The same for a message of a server; `method` is that of the request it answers. */
  message(message, method) {
    if (message.method) {
      const known = this.byMethod.get(message.method);
      return this.problems(known ?? ('id' in message ? 'JSONRPCRequest' : 'JSONRPCNotification'), message);
    }
    if (message.error) return this.problems(this.#first('JSONRPCErrorResponse', 'JSONRPCError'), message);
    const type = message.result && this.#resultType(method, message.result);
    return [
      ...this.problems(this.#first('JSONRPCResultResponse', 'JSONRPCResponse'), message),
      ...(type ? this.problems(type, message.result) : []),
    ];
  }
}

const revisions = new Map();
for (const [revision, schema] of load()) revisions.set(revision, new Revision(revision, schema));
// The suite has no schema of the first revision; the second one's took nothing away.
revisions.set('2024-11-05', revisions.get('2025-03-26'));

/** What two sides said to each other, as it is said: sent() and received() with each message. */
export class Conversation {
  #methods = new Map();
  #revision;
  problems = [];
  judged = 0;

  constructor(revision) {
    this.#revision = revision;
  }

  sent(message) {
    if (Array.isArray(message)) message.forEach((each) => this.sent(each));
    if (!message?.method) return;
    this.#revision = message.params?._meta?.['io.modelcontextprotocol/protocolVersion'] ?? this.#revision;
    if ('id' in message) this.#methods.set(JSON.stringify(message.id), message.method);
  }

  received(message) {
    if (Array.isArray(message)) {
      message.forEach((each) => this.received(each));
      return;
    }
    const method = this.#methods.get(JSON.stringify(message.id));
    if (method === 'initialize' && message.result) this.#revision = message.result.protocolVersion;
    // A refusal may come before any revision was agreed on; one of bytes that name no request is what the first
    // revisions have no words for.
    const nameless = message.error && !('id' in message);
    const rules = (nameless ? undefined : revisions.get(this.#revision)) ?? revisions.get('2025-11-25');
    this.judged += 1;
    for (const problem of rules.message(message, method))
      this.problems.push(`${problem}: ${JSON.stringify(message).slice(0, 600)}`);
  }
}
