import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { format, formatNotebook } from '../../flink-sql/format/index.ts';

const folder = join(import.meta.dirname, '../../examples');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(flinknb|sql)$/.test(name),
);

test('there are examples', () => {
  expect(files.length).toBeGreaterThan(2);
});

test.each(files)('%s is formatted (millrace fmt --check)', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  expect(name.endsWith('.flinknb') ? formatNotebook(text) : format(text)).toBe(text);
});
