// findings.mjs DIRECTORY: every failed check and every warning the suite wrote there, one a line.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [directory] = process.argv.slice(2);
for (const scenario of existsSync(directory) ? readdirSync(directory).sort() : []) {
  const file = join(directory, scenario, 'checks.json');
  if (!existsSync(file)) continue;
  const name = scenario.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
  for (const check of JSON.parse(readFileSync(file, 'utf8')))
    if (check.status === 'FAILURE' || check.status === 'WARNING')
      console.log(`  ${check.status.toLowerCase()} ${name}: ${check.id}: ${check.errorMessage ?? check.description}`);
}
