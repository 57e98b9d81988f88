// The Codex client ($CODEX_BINARY, from npm), driven without an account or a model: it starts the servers of its
// configuration itself and calls their tools as asked.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { startHttp, token } from './http_server.mjs';
import { command, config } from './lab.mjs';

const { CODEX_BINARY: codex } = process.env;
const textOf = (result) => result.content.map((block) => block.text ?? '').join('');

class Codex {
  #waiting = new Map();
  #next = 1;

  constructor(servers, onRequest = () => undefined) {
    this.home = mkdtempSync(join(tmpdir(), 'mcp-ssh-codex-'));
    mkdirSync(join(this.home, '.codex'));
    writeFileSync(join(this.home, '.codex/config.toml'), servers);
    this.child = spawn(codex, ['app-server'], {
      env: { PATH: process.env.PATH, HOME: this.home, CODEX_HOME: join(this.home, '.codex'), SSH_TOKEN: token },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.exit = new Promise((resolve) => this.child.once('exit', resolve));
    this.exit.then(() => this.#waiting.forEach(({ reject }) => reject(new Error('codex ended'))));
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#receive(JSON.parse(line), onRequest));
  }

  #receive(message, onRequest) {
    if (message.method && 'id' in message) {
      this.#say({ id: message.id, result: onRequest(message) });
    } else if (this.#waiting.has(message.id)) {
      const { resolve, reject } = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
    }
  }

  #say(message) {
    this.child.stdin.write(JSON.stringify(message) + '\n');
  }

  request(method, params) {
    const id = this.#next++;
    this.#say({ id, method, params });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  async start() {
    const capabilities = { experimentalApi: true };
    await this.request('initialize', { clientInfo: { name: 'test', title: 'test', version: '1' }, capabilities });
    this.#say({ method: 'initialized' });
    const started = await this.request('thread/start', { cwd: this.home, approvalPolicy: 'on-request' });
    this.thread = started.thread.id;
  }

  call(server, tool, toolArguments) {
    return this.request('mcpServer/tool/call', { threadId: this.thread, server, tool, arguments: toolArguments });
  }

  async end() {
    this.child.stdin.end();
    this.child.kill();
    await this.exit;
    rmSync(this.home, { recursive: true, force: true });
  }
}

if (codex) {
  test('Codex: tools, a question to a person, and resources, over stdio and HTTP', async (t) => {
    const http = await startHttp(command, config);
    t.after(() => http.child.kill('SIGTERM'));
    const asked = [];
    const client = new Codex(
      `[mcp_servers.local]\ncommand = ${JSON.stringify(command)}\nargs = ["serve", "--config", ${JSON.stringify(config)}]\n` +
      `[mcp_servers.remote]\nurl = ${JSON.stringify(http.url)}\nbearer_token_env_var = "SSH_TOKEN"\n`,
      ({ method, params }) => {
        asked.push({ method, params });
        return { action: asked.length === 1 ? 'accept' : 'decline', content: {}, _meta: null };
      });
    t.after(() => client.end());
    await client.start();
    const { data } = await client.request('mcpServerStatus/list', {});
    for (const server of ['local', 'remote']) {
      const { tools } = data.find(({ name }) => name === server);
      assert.ok(Object.keys(tools).includes('ssh_run'), `${server} has ${Object.keys(tools)}`);
      const ran = await client.call(server, 'ssh_run', { host: 'web1', command: 'echo by-codex' });
      assert.match(textOf(ran), /^web1: exit 0[^]*by-codex/);
      const refused = await client.call(server, 'ssh_run', { host: 'nowhere', command: 'true' });
      assert.equal(refused.isError, true);
      const read = await client.request('mcpServer/resource/read', { threadId: client.thread, server, uri: 'ssh://hosts/web1' });
      assert.match(read.contents[0].text, /a POSIX host/);
    }
    const dangerous = { host: 'web1', command: 'reboot' };
    const accepted = await client.call('local', 'ssh_run', dangerous);
    assert.match(asked[0].params.message, /reboot/);
    assert.doesNotMatch(textOf(accepted), /blocked/);
    const declined = await client.call('local', 'ssh_run', { host: 'web1', command: 'shutdown now' });
    assert.equal(asked.length, 2);
    assert.equal(declined.isError, true);
    assert.match(textOf(declined), /declined/);
  });
}
