import type { ProduceRecord } from '../../clients/kafka/admin/types.ts';
import type { SchemaRegistryClient } from '../../clients/schema-registry/index.ts';
import { isList, isObject, JsonError, JsonNumber, type JsonValue, parseJson, printJson } from '../../topics/json.ts';

/** Formats in which a document's keys and values are written. */
export const WRITTEN_FORMATS = ['string', 'json', 'hex'] as const;
export type WrittenFormat = (typeof WRITTEN_FORMATS)[number];

/** A document of messages, as it is written into its editor. */
export interface ProduceDocument {
  readonly connection: string;
  readonly topic: string;
  /** Default: strings as they are, all else as JSON. */
  readonly keyFormat?: WrittenFormat;
  readonly valueFormat?: WrittenFormat;
  readonly messages: readonly unknown[];
}

interface ReadDocument {
  readonly connection: string;
  readonly topic: string;
  readonly keyFormat: WrittenFormat | undefined;
  readonly valueFormat: WrittenFormat | undefined;
  readonly messages: readonly JsonValue[];
}

/** Messages that are sent at a time. */
const AT_A_TIME = 500;

/** Reads a document; every digit of its numbers is kept. Throws an Error with one line that names the place. */
export function readProduceDocument(text: string): ReadDocument {
  let content: JsonValue;
  try {
    content = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const line = text.slice(0, error.at).split('\n').length;
    throw new Error(`The document is not JSON: ${error.message} (line ${line})`, { cause: error });
  }
  if (!isObject(content)) throw new Error('The document is not a JSON object');
  const texts = (name: string): string => {
    const value = content.get(name);
    if (typeof value !== 'string' || value === '') throw new Error(`The document names no "${name}"`);
    return value;
  };
  const messages = content.get('messages');
  if (!isList(messages) || messages.length === 0) throw new Error('The document has no "messages"');
  return {
    connection: texts('connection'),
    topic: texts('topic'),
    keyFormat: formatIn(content.get('keyFormat'), 'keyFormat'),
    valueFormat: formatIn(content.get('valueFormat'), 'valueFormat'),
    messages,
  };
}

function formatIn(value: JsonValue | undefined, name: string): WrittenFormat | undefined {
  if (value === undefined) return undefined;
  const found = WRITTEN_FORMATS.find((format) => format === value);
  if (!found) throw new Error(`"${name}" is not one of ${WRITTEN_FORMATS.join(', ')}`);
  return found;
}

/** The records of a document, some at a time. */
export async function* recordsOf(
  content: ReadDocument,
  _schemas: SchemaRegistryClient | undefined,
  signal: AbortSignal,
): AsyncGenerator<ProduceRecord[]> {
  // All of them are read before the first is sent: a mistake in the last sends none.
  const records = content.messages.map((message, i) => recordIn(message, `messages[${i}]`, content));
  for (let at = 0; at < records.length; at += AT_A_TIME) {
    signal.throwIfAborted();
    yield records.slice(at, at + AT_A_TIME);
  }
}

function recordIn(message: JsonValue, where: string, { keyFormat, valueFormat }: ReadDocument): ProduceRecord {
  if (!isObject(message)) throw new Error(`${where} is not an object`);
  const known = ['key', 'value', 'headers', 'partition', 'timestamp'];
  const other = [...message.keys()].find((name) => !known.includes(name));
  if (other !== undefined) throw new Error(`${where} has an unknown part "${other}"`);
  const partition = message.get('partition');
  const timestamp = message.get('timestamp');
  return {
    key: bytesOf(message.get('key') ?? null, keyFormat, `${where}.key`),
    value: bytesOf(message.get('value') ?? null, valueFormat, `${where}.value`),
    headers: headersOf(message.get('headers'), where),
    ...(partition === undefined ? {} : { partition: wholeNumber(partition, `${where}.partition`) }),
    ...(timestamp === undefined ? {} : { timestamp: timeOf(timestamp, `${where}.timestamp`) }),
  };
}

function headersOf(value: JsonValue | undefined, where: string): (readonly [string, Uint8Array | null])[] {
  if (value === undefined) return [];
  if (isObject(value)) return [...value].map(([name, inner]) => [name, bytesOf(inner, undefined, `${where}.headers`)]);
  // Names may repeat: then they stand in a list of pairs.
  if (isList(value)) {
    return value.map((pair) => {
      if (!isList(pair) || typeof pair[0] !== 'string')
        throw new Error(`${where}.headers: not a pair of name and value`);
      return [pair[0], bytesOf(pair[1] ?? null, undefined, `${where}.headers`)];
    });
  }
  throw new Error(`${where}.headers is neither an object nor a list of pairs`);
}

function bytesOf(value: JsonValue, format: WrittenFormat | undefined, where: string): Uint8Array | null {
  if (value === null) return null;
  if (format === 'hex') {
    if (typeof value !== 'string' || !/^(?:[\da-f]{2}\s*)*$/i.test(value)) throw new Error(`${where} is not hex`);
    return Uint8Array.from(value.match(/[\da-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
  }
  if (format === 'string' && typeof value !== 'string') throw new Error(`${where} is not a string`);
  const text = typeof value === 'string' && format !== 'json' ? value : printJson(value);
  return new TextEncoder().encode(text);
}

function wholeNumber(value: JsonValue, where: string): number {
  if (!(value instanceof JsonNumber) || !/^\d+$/.test(value.digits)) throw new Error(`${where} is not a whole number`);
  return Number(value.digits);
}

/** Epoch ms, or a time such as 2026-01-31T12:00:00Z. */
function timeOf(value: JsonValue, where: string): number {
  const ms =
    value instanceof JsonNumber ? Number(value.digits) : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isFinite(ms)) throw new Error(`${where} is no time`);
  return ms;
}
