import { schemasOf } from '../../topics/decode/known-schemas.ts';
import { detached, messagesOf } from '../../topics/messages.ts';
import type { DecodedMessage, DecoderChoice, InferRequest, RawMessage } from '../../topics/types.ts';
import type { KafkaLink } from './link.ts';

/** Messages from which types are taken: the newest, for they are what the topic looks like now, and the oldest. */
const NEWEST = 400;
const OLDEST = 100;

/** What is known of a topic's messages without reading all of them. */
export async function samplesOf(
  link: KafkaLink,
  topic: string,
  choice: DecoderChoice,
  signal?: AbortSignal,
): Promise<Pick<InferRequest, 'samples' | 'schemas'>> {
  const [admin, decoder, registry] = await Promise.all([link.admin(), link.decoder(), link.schemas()]);
  const found = new Map<string, RawMessage>();
  for (const [at, limit] of [
    ['oldest', OLDEST],
    ['newest', NEWEST],
  ] as const) {
    for await (const { pages } of admin.browse({ topic, from: { at }, limit }, signal)) {
      for (const page of pages)
        for (const message of messagesOf(page)) found.set(`${message.partition} ${message.offset}`, detached(message));
    }
  }
  const ordered = [...found.values()].toSorted((a, b) =>
    a.partition === b.partition ? (a.offset < b.offset ? -1 : 1) : a.partition - b.partition,
  );
  const samples: DecodedMessage[] = await decoder.decode(ordered, choice, signal);
  return { samples, ...(registry ? { schemas: await schemasOf(samples, registry) } : {}) };
}
