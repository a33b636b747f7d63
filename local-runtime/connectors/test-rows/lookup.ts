import { BatchBuilder } from '../../batch/builder.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import type { LookupReader, LookupRequest, LookupRows } from '../connector.ts';
import { rowDecoder } from './reader.ts';
import type { Timeline } from './timeline.ts';

/** Looks rows up among those that a test's table has at the moment. */
export class TestLookup implements LookupReader {
  readonly #request: LookupRequest;
  readonly #timeline: Timeline;
  readonly #table: string;

  constructor(request: LookupRequest, timeline: Timeline, table: string) {
    this.#request = request;
    this.#timeline = timeline;
    this.#table = table;
  }

  async lookup(keys: readonly Column[], length: number): Promise<LookupRows> {
    const { fields, keys: keyFields } = this.#request;
    const decode = rowDecoder(this.#request);
    const rows = this.#timeline.rowsOf(this.#table).map(decode);
    const out = new BatchBuilder(fields.map((field) => field.type));
    const keyOf: number[] = [];
    for (let k = 0; k < length; k++) {
      const key = shown(keys, k);
      for (const row of rows) {
        const own = keyFields.map((index) => row.columns[index] as Column);
        if (shown(own, 0) !== key) continue;
        out.rowFrom(row.columns, 0);
        keyOf.push(k);
      }
    }
    const batch = out.take();
    return { columns: batch.columns, length: batch.length, keyOf: Int32Array.from(keyOf) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function shown(columns: readonly Column[], i: number): string {
  const values = columns.map((column) => valueAt(column, i));
  return JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
