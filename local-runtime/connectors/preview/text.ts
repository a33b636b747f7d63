import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import type { Encoder, Format } from '../../formats/format.ts';
import { formatFor } from '../../formats/registry.ts';
import { hexText } from '../../functions/cast/to-string.ts';

/** Text of row `i` of a batch; undefined when the row is not written. */
export type RowText = (batch: Batch, i: number) => string | undefined;

const strict = new TextDecoder('utf-8', { fatal: true });

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells bytes from text
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** Bytes as people read them: text where they are text, else hex digits. */
export function readable(bytes: Uint8Array): string {
  try {
    const text = strict.decode(bytes);
    if (!CONTROL.test(text)) return text;
  } catch {
    // Not UTF-8.
  }
  return `x'${hexText(bytes)}'`;
}

/** Formats whose bytes say nothing to people, or that ask a registry before they write: their rows are shown as JSON. */
const BINARY = /avro|protobuf|parquet|orc/;

/** The rows of some columns as a format would write them. */
export function formatText(
  format: Format,
  fields: readonly RowField[],
  positions: readonly number[],
  options: Readonly<Record<string, string>>,
  zone: string,
): RowText {
  const binary = BINARY.test(format.identifier) || !format.encoder;
  const encoder: Encoder | undefined = binary ? undefined : format.encoder?.({ fields, options, zone });
  const rows = encoder ?? jsonEncoder(fields, zone);
  return (batch, i) => {
    const bytes = rows.row(pick(batch, positions), i);
    return bytes && readable(bytes);
  };
}

/** The rows of some columns as JSON objects. */
export function jsonText(fields: readonly RowField[], positions: readonly number[], zone: string): RowText {
  const encoder = jsonEncoder(fields, zone);
  return (batch, i) => {
    const bytes = encoder.row(pick(batch, positions), i);
    return bytes && readable(bytes);
  };
}

function jsonEncoder(fields: readonly RowField[], zone: string): Encoder {
  const encoder = formatFor('json').encoder?.({ fields, options: { 'map-null-key.mode': 'LITERAL' }, zone });
  if (!encoder) throw new Error('the json format cannot write');
  return encoder;
}

function pick(batch: Batch, positions: readonly number[]): Batch {
  // Whatever the change, the row itself is shown.
  return { ...batch, columns: positions.map((p) => batch.columns[p] as Column) };
}
