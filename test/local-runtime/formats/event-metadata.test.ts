import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { formatFor } from '../../../local-runtime/formats/registry.ts';
import { cellsOf } from '../../../local-runtime/gateway/cells.ts';

/** Events and what a real Flink read of them: kind, column `a`, then the metadata by key. */
interface Recording {
  readonly name: string;
  readonly format: string;
  readonly options: Readonly<Record<string, string>>;
  readonly keys: readonly string[];
  readonly messages: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const recordings: Recording[] = JSON.parse(readFileSync(join(import.meta.dirname, 'event-metadata.json'), 'utf8'));
const KINDS = ['+I', '-U', '+U', '-D'];

function read({ format, options, keys, messages }: Omit<Recording, 'name' | 'rows'>): (string | null)[][] {
  const known = formatFor(format);
  const fields = [{ name: 'a', type: types.int() }];
  const all = [types.int(), ...keys.map((key) => known.metadata?.[key] as LogicalType)];
  const out = new BatchBuilder(all);
  const decoder = known.decoder?.({ fields, metadata: keys, options, zone: 'UTC' });
  for (const message of messages) decoder?.message(new TextEncoder().encode(message), out);
  const batch = out.take();
  const { textOf } = cellsOf({ 'table.local-time-zone': 'UTC' });
  const cells = all.map((type, c) => textOf(batch.columns[c] as (typeof batch.columns)[number], type));
  return Array.from({ length: batch.length }, (_, i) => [
    KINDS[batch.kinds?.[i] ?? 0] as string,
    ...cells.map((cell) => cell(i)),
  ]);
}

describe('metadata of change events', () => {
  test.each(recordings)('$name', ({ rows, ...recording }) => {
    expect(read(recording)).toEqual(rows);
  });

  test.each(recordings)('$name: each key alone, and in the other order', ({ rows, keys, ...recording }) => {
    const at = (wanted: readonly string[]) =>
      rows.map((row) => [row[0], row[1], ...wanted.map((key) => row[2 + keys.indexOf(key)])]);
    for (const wanted of [...keys.map((key) => [key]), keys.toReversed(), []])
      expect(read({ ...recording, keys: wanted })).toEqual(at(wanted));
  });

  test('a time that is no number', () => {
    const message = '{"before":null,"after":{"a":1},"source":{"ts_ms":"soon"},"op":"c"}';
    const wrong = { format: 'debezium-json', keys: ['source.timestamp'], messages: [message] };
    expect(() => read({ ...wrong, options: {} })).toThrow('Corrupt Debezium JSON message');
    expect(read({ ...wrong, options: { 'ignore-parse-errors': 'true' } })).toEqual([]);
  });
});
