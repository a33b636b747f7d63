import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from '../../../flink-sql/syntax/index.ts';
import { errorText, treeText } from './tree-text.ts';

/*
 * Each file in cases/ holds blocks of `# title`, SQL, a line `--->`, and the expected trees and errors.
 * `UPDATE=1 npx vitest run test/flink-sql/syntax` rewrites what is expected; read the difference before committing.
 */
const folder = join(import.meta.dirname, 'cases');
const update = process.env.UPDATE === '1';

function outcome(source: string): string {
  const result = parse(source);
  const lines: string[] = [];
  for (const entry of result.statements) {
    lines.push(treeText(entry.node));
    for (const error of entry.errors) lines.push(errorText(source, error));
  }
  return lines.join('\n');
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
  describe(file, () => {
    const path = join(folder, file);
    const blocks = readFileSync(path, 'utf8').split(/^(?=# )/m);
    const rewritten: string[] = [];
    for (const block of blocks) {
      const [head, ...rest] = block.split('\n');
      const body = rest.join('\n');
      const arrow = body.indexOf('\n--->');
      const source = (arrow < 0 ? body : body.slice(0, arrow)).trim();
      const expected = arrow < 0 ? '' : body.slice(arrow + 6).trim();
      rewritten.push(`${head}\n${source}\n--->\n${outcome(source)}\n`);
      if (update) continue;
      test(head as string, () => {
        expect(source.length).toBeGreaterThan(0);
        expect(outcome(source)).toBe(expected);
      });
    }
    if (update) {
      test('rewritten', () => {
        writeFileSync(path, rewritten.join('\n'));
        expect(rewritten.length).toBe(blocks.length);
      });
    }
  });
}
