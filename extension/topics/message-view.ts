import type { BatchInfo } from '../../clients/kafka/admin/types.ts';
import { parseJson, printJson } from '../../topics/json.ts';
import type { DecodedMessage, DecodedPart } from '../../topics/types.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { MessageView, PartView } from '../../webviews/topics/messages.ts';

/** Bytes that are shown as hex. */
const MOST_HEX = 2048;
/** Characters of a part that are shown; all of it can be exported. */
const MOST_TEXT = 500_000;

/** One message as its view shows it. */
export function messageView(message: DecodedMessage, batch: BatchInfo | undefined): MessageView {
  const { partition, offset, timestamp, timestampType, headers, sizes, isTombstone, control } = message;
  return {
    partition,
    offset: String(offset),
    time: timestamp,
    timestampType,
    key: partView(message.key, sizes.key),
    value: partView(message.value, sizes.value),
    headers: headers.map(({ name, text, bytes }) => ({
      name,
      text: bytes === null ? 'null' : text,
      hex: bytes ? hexDump(bytes) : '',
    })),
    headerBytes: sizes.headers,
    isTombstone,
    control: control ?? null,
    batch: batchWords(batch),
  };
}

function partView(part: DecodedPart, size: number): PartView {
  const { format, text, json, bytes, schema, whyNot, problem } = part;
  const whole = json === undefined ? text : printJson(parseJson(json), 2);
  return {
    format,
    text: whole.length > MOST_TEXT ? `${whole.slice(0, MOST_TEXT)}…` : whole,
    hex: bytes ? hexDump(bytes) : '',
    size,
    isNull: bytes === null,
    schema: schema
      ? [t('schema {0}', schema.id), schema.name, schema.subjects?.[0] && t('subject {0}', schema.subjects[0])]
          .filter((word) => word)
          .join(', ')
      : null,
    problem: problem ?? null,
    whyNot: whyNot.map(({ format: other, reason }) => ({ format: other, reason })),
  };
}

function batchWords(batch: BatchInfo | undefined): string {
  if (!batch) return '';
  const words = [];
  if (batch.compression !== 'none') words.push(batch.compression);
  if (batch.isTransactional) words.push(t('of a transaction'));
  if (batch.producerId >= 0n) words.push(t('producer {0}', batch.producerId));
  if (batch.count > 1) words.push(t('batch of {0}', batch.count));
  return words.join(', ');
}

/** Lines of 16 bytes: where, the bytes, and what is printable of them. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  const end = Math.min(bytes.length, MOST_HEX);
  for (let at = 0; at < end; at += 16) {
    const row = [...bytes.subarray(at, Math.min(at + 16, end))];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  if (bytes.length > end) lines.push(t('… {0} more bytes', bytes.length - end));
  return lines.join('\n');
}
