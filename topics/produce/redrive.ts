import type { RawMessage } from '../types.ts';

/** Where a dead letter came from. */
export interface DeadLetterOrigin {
  /** Who wrote the headers: `millrace.dead-letter` of a table, Kafka Connect, Spring Kafka. */
  readonly by: 'millrace' | 'connect' | 'spring';
  readonly topic: string;
  readonly partition?: number;
  readonly offset?: bigint;
  /** Epoch ms of the record that failed. */
  readonly timestamp?: number;
  /** What went wrong. */
  readonly error?: string;
  /** Headers that tell of the failure, which are left out when the message is sent to its origin again. */
  readonly headers: readonly string[];
}

type Headers = RawMessage['headers'];

interface Writer {
  readonly by: DeadLetterOrigin['by'];
  readonly prefix: string;
  readonly topic: string;
  readonly partition: string;
  readonly offset: string;
  readonly timestamp?: string;
  readonly errors: readonly string[];
  /** Are numbers big-endian bytes instead of digits? */
  readonly isBinary?: boolean;
}

const WRITERS: readonly Writer[] = [
  {
    by: 'millrace',
    prefix: 'millrace.',
    topic: 'millrace.topic',
    partition: 'millrace.partition',
    offset: 'millrace.offset',
    timestamp: 'millrace.timestamp',
    errors: ['millrace.error'],
  },
  {
    by: 'connect',
    prefix: '__connect.errors.',
    topic: '__connect.errors.topic',
    partition: '__connect.errors.partition',
    offset: '__connect.errors.offset',
    errors: ['__connect.errors.exception.message', '__connect.errors.exception.class.name'],
  },
  {
    by: 'spring',
    prefix: 'kafka_dlt-',
    topic: 'kafka_dlt-original-topic',
    partition: 'kafka_dlt-original-partition',
    offset: 'kafka_dlt-original-offset',
    timestamp: 'kafka_dlt-original-timestamp',
    errors: ['kafka_dlt-exception-message', 'kafka_dlt-exception-fqcn'],
    isBinary: true,
  },
];

const utf8 = new TextDecoder();

/** Where a message of a dead-letter topic came from, by its headers; undefined for one that does not tell. */
export function originOf({ headers }: Pick<RawMessage, 'headers'>): DeadLetterOrigin | undefined {
  for (const writer of WRITERS) {
    const topic = textIn(headers, writer.topic);
    if (topic === undefined || topic === '') continue;
    const number = (name: string | undefined) => name && numberIn(headers, name, writer.isBinary === true);
    const [partition, offset, timestamp] = [writer.partition, writer.offset, writer.timestamp].map(number);
    const error = writer.errors.map((name) => textIn(headers, name)).find((text) => text);
    return {
      by: writer.by,
      topic,
      ...(typeof partition === 'bigint' ? { partition: Number(partition) } : {}),
      ...(typeof offset === 'bigint' ? { offset } : {}),
      ...(typeof timestamp === 'bigint' ? { timestamp: Number(timestamp) } : {}),
      ...(error === undefined ? {} : { error }),
      headers: [...new Set(headers.map(([name]) => name).filter((name) => name.startsWith(writer.prefix)))],
    };
  }
  return undefined;
}

function textIn(headers: Headers, name: string): string | undefined {
  const found = headers.findLast(([header]) => header === name)?.[1];
  return found ? utf8.decode(found) : undefined;
}

function numberIn(headers: Headers, name: string, isBinary: boolean): bigint | undefined {
  const bytes = headers.findLast(([header]) => header === name)?.[1];
  if (!bytes) return undefined;
  if (isBinary && (bytes.length === 4 || bytes.length === 8))
    return BigInt.asIntN(64, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
  const text = utf8.decode(bytes);
  return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}
