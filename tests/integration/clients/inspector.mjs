// The MCP Inspector's command line, one process a request.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js', import.meta.url));

/** Runs one method against `command`; gives the parsed output and the exit code (5: the tool reported an error). */
export function inspect(era, method, command, commandArgs = [], options = [], env = process.env) {
  return inspectOver(['--transport', 'stdio'], era, method, [...options, '--', command, ...commandArgs], env);
}

/** The same over HTTP. */
export function inspectHttp(era, method, url, token, options = []) {
  const transport = ['--transport', 'http', '--server-url', url, '--header', `Authorization: Bearer ${token}`];
  return inspectOver(transport, era, method, options, process.env);
}

function inspectOver(transport, era, method, options, env) {
  const args = [launcher, '--cli', ...transport, '--protocol-era', era, '--format', 'json', '--method', method, ...options];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env, timeout: 60_000, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      try {
        resolve({ code: error ? error.code : 0, output: JSON.parse(stdout), stderr });
      } catch {
        reject(new Error(`the Inspector printed no JSON (exit ${error?.code}): ${stdout}\n${stderr}`));
      }
    });
  });
}
