// The two simulated hosts of `mcp-ssh demo --stay`, for as long as the tests of one file run.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after } from 'node:test';

export const { MCP_SSH_BINARY: command } = process.env;
assert.ok(command, 'set MCP_SSH_BINARY');
const lab = spawn(command, ['demo', '--stay'], { stdio: ['pipe', 'pipe', 'inherit'] });
/** Their hosts.yaml. */
export const config = await new Promise((resolve, reject) => {
  createInterface({ input: lab.stdout }).once('line', resolve);
  lab.once('exit', (code) => reject(new Error(`the lab ended with ${code}`)));
});
after(() => lab.stdin.end());
