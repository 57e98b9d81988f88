// What `mcp-ssh install` wrote, as the Codex client ($CODEX_BINARY, from npm) reads it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const { CODEX_BINARY: codex, MCP_SSH_BINARY: command } = process.env;
const run = promisify(execFile);

if (codex) {
  test('Codex sees the entry that install wrote, and none after undo', async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'mcp-ssh-install-'));
    t.after(() => rmSync(home, { recursive: true, force: true }));
    const file = join(home, '.codex/config.toml');
    const before = '# mine\nmodel = "x"\n\n[mcp_servers.other]\ncommand = "true"\n';
    mkdirSync(join(home, '.codex'));
    writeFileSync(file, before);
    const env = { PATH: process.env.PATH, HOME: home, SSH_AUTH_SOCK: '/tmp/agent' };
    const servers = async () => JSON.parse((await run(codex, ['mcp', 'list', '--json'], { env })).stdout);

    await run(command, ['install', 'codex', '--yes'], { env });
    const ssh = (await servers()).find(({ name }) => name === 'ssh');
    assert.equal(ssh.enabled, true);
    assert.match(ssh.transport.command, /mcp-ssh$/);
    assert.deepEqual(ssh.transport.env_vars, ['SSH_AUTH_SOCK']);

    await run(command, ['install', 'codex', '--yes', '--http', 'https://box.example/mcp', '--token-env', 'T'], { env });
    const remote = (await servers()).find(({ name }) => name === 'ssh');
    assert.equal(remote.transport.url, 'https://box.example/mcp');
    assert.equal(remote.transport.bearer_token_env_var, 'T');

    await run(command, ['install', 'codex', '--undo', '--yes'], { env });
    assert.deepEqual((await servers()).map(({ name }) => name), ['other']);
    assert.equal(readFileSync(file, 'utf8'), before);
  });
}
