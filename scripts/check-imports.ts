// Checks who imports whom (the table is in import-rules.ts) and prints what is not allowed, a line each.
//   node scripts/check-imports.ts [ROOT]
import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf, objection } from './import-rules.ts';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const skipped = /(^|\/)(node_modules|dist|fixtures|\.[^/]+)(\/|$)/;
const files = globSync('**/*.{ts,tsx,mts,cts}', {
  cwd: root,
  exclude: (path) => skipped.test(path.split(sep).join('/')),
})
  .map((path) => path.split(sep).join('/'))
  .filter((path) => path !== 'vitest.config.ts')
  .sort();

let bad = 0;
for (const file of files) {
  const imports = importsOf(readFileSync(join(root, file), 'utf8'));
  for (const one of imports) {
    const reason = objection(file, one);
    if (reason === undefined) continue;
    bad++;
    process.stdout.write(`${file}:${one.line}: ${reason}\n`);
  }
}
process.stdout.write(`imports: ${files.length} files, ${bad === 0 ? 'all in order' : `${bad} not allowed`}\n`);
process.exitCode = bad === 0 ? 0 : 1;
