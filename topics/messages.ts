import {
  ABORT,
  COMMIT,
  headersAt,
  keyAt,
  offsetAt,
  RECORD,
  timestampAt,
  valueAt,
} from '../clients/kafka/admin/records.ts';
import type { RecordPage } from '../clients/kafka/admin/types.ts';
import type { RawMessage } from './types.ts';

/** Record `i` of a page. Its bytes are views of the page's: `detached` where the page is not to be kept for them. */
export function messageAt(page: RecordPage, i: number): RawMessage {
  const kind = page.kinds[i];
  return {
    topic: page.topic,
    partition: page.partition,
    offset: offsetAt(page, i),
    timestamp: Number(timestampAt(page, i)),
    timestampType: page.batches[page.batchOf[i] as number]?.timestampType ?? 'CreateTime',
    key: keyAt(page, i),
    value: valueAt(page, i),
    headers: headersAt(page, i),
    ...(kind === RECORD ? {} : { control: kind === COMMIT ? 'commit' : kind === ABORT ? 'abort' : 'other' }),
  };
}

/** All records of a page. */
export const messagesOf = (page: RecordPage): RawMessage[] =>
  Array.from({ length: page.count }, (_, i) => messageAt(page, i));

/** The same message with bytes of its own. */
export function detached(message: RawMessage): RawMessage {
  const copy = (bytes: Uint8Array | null) => bytes?.slice() ?? null;
  return {
    ...message,
    key: copy(message.key),
    value: copy(message.value),
    headers: message.headers.map(([name, value]) => [name, copy(value)] as const),
  };
}
