import type { KafkaClient, KafkaProducer, OutgoingRecord } from '../../../clients/kafka/index.ts';
import type { DeadLetter, DeadLetters } from '../dead-letters.ts';

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** Dead letters in a topic of the same brokers: key, value and headers as they were, error and origin in headers of their own. */
export class DeadLetterTopic implements DeadLetters {
  private readonly topic: string;
  private readonly producer: KafkaProducer;
  private records: OutgoingRecord[] = [];

  constructor(client: KafkaClient, topic: string) {
    this.topic = topic;
    this.producer = client.producer({ acks: -1 });
  }

  add({ error, key, value, origin, headers }: DeadLetter): void {
    const cause = error.chain().at(-1);
    const about: [string, Uint8Array][] = [
      ['millrace.error', utf8.encode(cause ? `${cause.exception}: ${cause.message}` : error.message)],
      ...Object.entries(origin).map(([k, v]): [string, Uint8Array] => [`millrace.${k}`, utf8.encode(String(v))]),
    ];
    const before = headers.map(([k, v]): [string, Uint8Array] => [k ? decoder.decode(k) : '', v ?? new Uint8Array(0)]);
    // The fetch's buffer is used again: a copy stays.
    this.records.push({
      topic: this.topic,
      key: key?.slice() ?? null,
      value: value.slice(),
      headers: [...before, ...about],
    });
  }

  async flush(): Promise<void> {
    if (!this.records.length) return;
    await this.producer.send(this.records);
    this.records = [];
  }

  async close(): Promise<void> {
    // The client belongs to the source.
  }
}
