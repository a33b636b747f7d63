import type { ProduceRecord } from '../../clients/kafka/admin/types.ts';
import {
  isList,
  isObject,
  JsonError,
  JsonNumber,
  type JsonObject,
  type JsonValue,
  parseJson,
} from '../../topics/json.ts';
import { paced } from '../../topics/produce/pace.ts';
import { t } from '../../webviews/shared/l10n.ts';
import { type PartFormat, PartWriters, type SchemaLookup, templateText } from './produce-parts.ts';

/** Formats in which a document's keys and values are written. */
export const WRITTEN_FORMATS = [
  'string',
  'json',
  'avro',
  'protobuf',
  'json-schema',
  'msgpack',
  'cbor',
  'int8',
  'int16',
  'int32',
  'int64',
  'hex',
] as const satisfies readonly PartFormat[];

/** What a document says (messages, or a template for many), checked as far as that can be done without a registry. */
export interface ReadDocument {
  readonly connection: string;
  readonly topic: string;
  readonly formats: { readonly key: PartFormat | undefined; readonly value: PartFormat | undefined };
  readonly subjects: { readonly key: string; readonly value: string };
  readonly messages: readonly JsonObject[];
  readonly template: JsonObject | undefined;
  readonly count: number;
  readonly perSecond: number | undefined;
  readonly seed: number | undefined;
}

/** Messages that are sent at a time. */
const AT_A_TIME = 500;
const PARTS = ['key', 'value', 'headers', 'partition', 'timestamp'];
const KNOWN = [
  'connection',
  'topic',
  'keyFormat',
  'valueFormat',
  'keySubject',
  'valueSubject',
  'messages',
  'template',
  'count',
  'perSecond',
  'seed',
];

/** Reads a document; every digit of its numbers is kept. Throws an Error with one line that names the place. */
export function readProduceDocument(text: string): ReadDocument {
  const content = documentIn(text);
  const unknown = [...content.keys()].find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new Error(t('The document has an unknown part "{0}"', unknown));
  const textAt = (name: string): string | undefined => {
    const value = content.get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') throw new Error(t('"{0}" is not a text', name));
    return value;
  };
  const needed = (name: string): string => {
    const found = textAt(name);
    if (found === undefined) throw new Error(t('The document names no "{0}"', name));
    return found;
  };
  const numberAt = (name: string): number | undefined => {
    const value = content.get(name);
    return value === undefined ? undefined : wholeNumber(value, `"${name}"`);
  };
  const topic = needed('topic');
  const messages = content.get('messages');
  const template = content.get('template');
  if ((messages === undefined) === (template === undefined))
    throw new Error(t('The document has either "messages" or a "template"'));
  if (messages !== undefined && (!isList(messages) || messages.length === 0))
    throw new Error(t('The document has no "messages"'));
  return {
    connection: needed('connection'),
    topic,
    formats: { key: formatIn(content, 'keyFormat'), value: formatIn(content, 'valueFormat') },
    subjects: { key: textAt('keySubject') ?? `${topic}-key`, value: textAt('valueSubject') ?? `${topic}-value` },
    messages: isList(messages) ? messages.map((message, i) => messageIn(message, `messages[${i}]`)) : [],
    template: template === undefined ? undefined : messageIn(template, 'template'),
    count: numberAt('count') ?? 1,
    perSecond: numberAt('perSecond'),
    seed: numberAt('seed'),
  };
}

function documentIn(text: string): JsonObject {
  let content: JsonValue;
  try {
    content = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const line = text.slice(0, error.at).split('\n').length;
    throw new Error(t('The document is not JSON: {0} (line {1})', error.message, line), { cause: error });
  }
  if (!isObject(content)) throw new Error(t('The document is not a JSON object'));
  return content;
}

function formatIn(content: JsonObject, name: string): PartFormat | undefined {
  const value = content.get(name);
  if (value === undefined) return undefined;
  const found = WRITTEN_FORMATS.find((format) => format === value);
  if (!found) throw new Error(t('"{0}" is not one of {1}', name, WRITTEN_FORMATS.join(', ')));
  return found;
}

function messageIn(message: JsonValue, where: string): JsonObject {
  if (!isObject(message)) throw new Error(t('{0} is not an object', where));
  const other = [...message.keys()].find((name) => !PARTS.includes(name));
  if (other !== undefined) throw new Error(t('{0} has an unknown part "{1}"', where, other));
  return message;
}

/** The records of a document, some at a time and, of a template, as they are due. */
export async function* recordsOf(
  document: ReadDocument,
  schemas: SchemaLookup | undefined,
  signal: AbortSignal,
): AsyncGenerator<ProduceRecord[]> {
  const writers = new PartWriters(document.formats, document.subjects, schemas);
  const record = async (message: JsonObject, where: string): Promise<ProduceRecord> => ({
    key: await writers.write('key', message.get('key') ?? null, where),
    value: await writers.write('value', message.get('value') ?? null, where),
    headers: await headersOf(message.get('headers'), where, writers),
    ...partitionIn(message, where),
  });
  if (document.template) {
    const text = await templateText(document.template, document.seed);
    const { count, perSecond: rate } = document;
    for await (const { from, to } of paced({
      count,
      signal,
      most: AT_A_TIME,
      ...(rate === undefined ? {} : { rate }),
    })) {
      const some: ProduceRecord[] = [];
      for (let i = from; i < to; i++) some.push(await record(messageIn(text(i), 'template'), t('message {0}', i)));
      yield some;
    }
    signal.throwIfAborted();
    return;
  }
  // All of them are made before the first is sent: a mistake in the last sends none.
  const records: ProduceRecord[] = [];
  for (const [i, message] of document.messages.entries()) records.push(await record(message, `messages[${i}]`));
  for (let at = 0; at < records.length; at += AT_A_TIME) {
    signal.throwIfAborted();
    yield records.slice(at, at + AT_A_TIME);
  }
}

function partitionIn(message: JsonObject, where: string): Pick<ProduceRecord, 'partition' | 'timestamp'> {
  const [partition, timestamp] = [message.get('partition'), message.get('timestamp')];
  return {
    ...(partition === undefined ? {} : { partition: wholeNumber(partition, `${where}.partition`) }),
    ...(timestamp === undefined ? {} : { timestamp: timeOf(timestamp, `${where}.timestamp`) }),
  };
}

type Headers = NonNullable<ProduceRecord['headers']>;

async function headersOf(value: JsonValue | undefined, where: string, writers: PartWriters): Promise<Headers> {
  if (value === undefined) return [];
  // Names may repeat: then they stand in a list of pairs.
  const pairs = isObject(value) ? [...value] : isList(value) ? value : undefined;
  if (!pairs) throw new Error(t('{0}.headers is neither an object nor a list of pairs', where));
  return Promise.all(
    pairs.map(async (pair) => {
      if (!isList(pair) || typeof pair[0] !== 'string')
        throw new Error(t('{0}.headers: not a pair of name and value', where));
      return [pair[0], await writers.write('header', (pair[1] as JsonValue | undefined) ?? null, where)] as const;
    }),
  );
}

function wholeNumber(value: JsonValue, where: string): number {
  if (!(value instanceof JsonNumber) || !/^\d+$/.test(value.digits))
    throw new Error(t('{0} is not a whole number', where));
  return Number(value.digits);
}

/** Epoch ms, or a time such as 2026-01-31T12:00:00Z. */
function timeOf(value: JsonValue, where: string): number {
  const ms =
    value instanceof JsonNumber ? Number(value.digits) : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isFinite(ms)) throw new Error(t('{0} is no time', where));
  return ms;
}
