import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import type { BatchBuilder } from '../../batch/builder.ts';
import { JsonDecoder } from './decoder.ts';
import { PlainRows } from './plain-rows.ts';
import type { JsonOptions } from './values.ts';

/** Fewer records at a time are read without a kernel, which takes longer to make. */
const KERNEL_RECORDS = 64;

/** Decodes messages of the `json` format: plain ones many at a time. */
export class JsonMessageDecoder extends JsonDecoder {
  private readonly fields: readonly RowField[];
  private readonly settings: JsonOptions;
  private plain: PlainRows | undefined | null;

  constructor(fields: readonly RowField[], options: JsonOptions) {
    super(fields, options);
    this.fields = fields;
    this.settings = options;
  }

  records(bytes: Uint8Array, places: Int32Array, first: number, count: number, out: BatchBuilder): number {
    if (count < KERNEL_RECORDS) return first;
    if (this.plain === undefined) {
      const all = this.fields.map((_, i) => i);
      this.plain = PlainRows.of(this.fields, all, this.settings) ?? null;
    }
    return this.plain?.records(bytes, places, first, count, out) ?? first;
  }
}
