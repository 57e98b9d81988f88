// A server under test, spoken to line by line, without any MCP library between.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { witnessed } from './witness.mjs';

export const modernVersion = '2026-07-28';

// A test that failed half-way leaves its server running, and Node would wait for it for ever.
const children = new Set();
after(() => children.forEach((child) => child.kill('SIGKILL')));

export class RawServer {
  #waiting = [];
  #messages = [];
  #ended = false;
  #conversation = witnessed();

  constructor(command, args = [], env = process.env) {
    this.lines = [];
    this.stderr = '';
    this.child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    children.add(this.child);
    this.child.once('exit', () => children.delete(this.child));
    this.child.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    this.exit = new Promise((resolve) => this.child.on('close', (code, signal) => resolve({ code, signal })));
    createInterface({ input: this.child.stdout, crlfDelay: Infinity }).on('line', (line) => {
      this.lines.push(line);
      this.#receive(JSON.parse(line));
    });
    this.exit.then(() => this.#giveUp());
  }

  #receive(message) {
    this.#conversation.received(message);
    const at = this.#waiting.findIndex((waiter) => waiter.wanted(message));
    if (at < 0) this.#messages.push(message);
    else this.#waiting.splice(at, 1)[0].resolve(message);
  }

  #giveUp() {
    this.#ended = true;
    for (const waiter of this.#waiting) waiter.reject(new Error(`the server ended first; it said: ${this.stderr}`));
    this.#waiting = [];
  }

  say(line) {
    if (typeof line !== 'string') this.#conversation.sent(line);
    this.child.stdin.write((typeof line === 'string' ? line : JSON.stringify(line)) + '\n');
  }

  /** The first message, past or future, that `wanted` accepts. */
  hear(wanted) {
    const at = this.#messages.findIndex(wanted);
    if (at >= 0) return Promise.resolve(this.#messages.splice(at, 1)[0]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wanted, resolve, reject });
      if (this.#ended) this.#giveUp();
    });
  }

  request(id, method, params = {}) {
    this.say({ jsonrpc: '2.0', id, method, params });
    return this.hear((message) => message.id === id && !message.method);
  }

  modern(id, method, params = {}, capabilities = {}) {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': modernVersion,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
      'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
      ...params._meta,
    };
    return this.request(id, method, { ...params, _meta });
  }

  async initialize(protocolVersion, capabilities = {}) {
    const answer = await this.request('initialize', 'initialize', {
      protocolVersion,
      capabilities,
      clientInfo: { name: 'raw', version: '1' },
    });
    this.say({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return answer;
  }

  notify(method, params) {
    this.say({ jsonrpc: '2.0', method, params });
  }

  /** Closes stdin, as clients do, and gives the exit code. */
  async end() {
    this.child.stdin.end();
    return this.exit;
  }
}
