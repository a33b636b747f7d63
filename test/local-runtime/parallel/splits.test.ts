import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { generatorOf } from '../../../local-runtime/connectors/datagen/generators.ts';
import { shareOf } from '../../../local-runtime/connectors/datagen/sequence.ts';
import { type FileSplit, splitsOf } from '../../../local-runtime/connectors/filesystem/file-splits.ts';
import { RecordSplitReader } from '../../../local-runtime/connectors/filesystem/split-reader.ts';
import { splitOwner } from '../../../local-runtime/connectors/kafka/splits.ts';
import { formatFor } from '../../../local-runtime/formats/registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-splits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readers = (of: number) => Array.from({ length: of }, (_, index) => ({ index, of }));
const file = (path: string, size: number) => ({ path, size, modified: 0, partition: {} });

describe('splits of a file', () => {
  it.each([1, 2, 3, 7])('leave no byte out and read none twice with %i readers', (of) => {
    for (const size of [0, 1, (8 << 20) - 1, 8 << 20, (8 << 20) + 1, 12 << 20, 100_000_001]) {
      const all = readers(of).flatMap((subtask) => splitsOf(file('/data/a.json', size), true, subtask));
      all.sort((a, b) => a.start - b.start);
      expect(all[0]?.start).toBe(0);
      for (let i = 1; i < all.length; i++) expect(all[i]?.start).toBe(all[i - 1]?.end);
      expect(all[all.length - 1]?.end).toBeUndefined();
      expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    }
  });

  it('are one where records cannot be found from inside', () => {
    const of = (path: string, divisible: boolean) =>
      readers(3).flatMap((subtask) => splitsOf(file(path, 100_000_000), divisible, subtask)).length;
    expect(of('/data/a.csv', false)).toBe(1);
    expect(of('/data/a.json.gz', true)).toBe(1);
    expect(of('/data/a.json', true)).toBeGreaterThan(20);
  });

  it('give each record once wherever they are cut', async () => {
    const path = join(folder, 'lines');
    const lines = Array.from({ length: 60 }, (_, i) => `${i} ${'é'.repeat((i * 7) % 13)}`);
    const text = lines.join('\n');
    writeFileSync(path, text);
    const { size } = statSync(path);
    for (const step of [1, 2, 3, 5, 8, 13, 64, 1000]) {
      const got: unknown[] = [];
      for (let start = 0; start < size; start += step) {
        const end = start + step < size ? start + step : undefined;
        got.push(...(await read({ file: file(path, size), key: path, start, end })));
      }
      expect(got, `splits of ${step} bytes`).toEqual(lines);
    }
  });
});

async function read(split: FileSplit): Promise<unknown[]> {
  const format = formatFor('raw');
  const fields = [{ name: 'line', type: types.string() }];
  const decoder = format.streamDecoder?.({ fields, options: {}, zone: 'UTC' });
  if (!decoder) throw new Error('no decoder');
  const reader = await RecordSplitReader.open(split, decoder, { offset: 0 });
  const rows: unknown[] = [];
  while (!reader.ended) {
    const batch = await reader.next();
    const column = batch?.columns[0];
    for (let i = 0; column && i < (batch?.length ?? 0); i++) rows.push(valueAt(column, i));
  }
  await reader.close();
  return rows;
}

describe('shares of other sources', () => {
  it('are the numbers of a sequence in turn', () => {
    const field = { name: 'n', type: types.bigint() };
    const options = { 'fields.n.kind': 'sequence', 'fields.n.start': '10', 'fields.n.end': '20' };
    const all = readers(3).map((subtask) => {
      const generator = generatorOf(field, options, subtask);
      return Array.from({ length: generator.count ?? 0 }, () => generator.next(0));
    });
    expect(all).toEqual([
      [10n, 13n, 16n, 19n],
      [11n, 14n, 17n, 20n],
      [12n, 15n, 18n],
    ]);
    expect(readers(4).map((subtask) => shareOf(10, subtask))).toEqual([3, 3, 2, 2]);
  });

  it('are the partitions of a topic in turn, from one that its name tells', () => {
    const owners = [0, 1, 2, 3].map((partition) => splitOwner('orders', partition, 3));
    const first = owners[0] as number;
    expect(owners).toEqual([first, (first + 1) % 3, (first + 2) % 3, first]);
    // "a".hashCode() is 97; that of "polygenelubricants" is -2147483648, whose product with 31 wraps to itself.
    expect(splitOwner('a', 0, 1000)).toBe((97 * 31) % 1000);
    expect(splitOwner('polygenelubricants', 5, 1000)).toBe(5);
  });
});
