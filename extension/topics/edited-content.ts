import { JsonNumber, type JsonValue, parseJson } from '../../topics/json.ts';
import type { DecodedMessage, DecodedPart } from '../../topics/types.ts';
import type { PartFormat } from './produce-parts.ts';

/** Decoded messages as the parts of a document; keys and values in the format that all of them have, in hex otherwise. */
export function editedContent(messages: readonly DecodedMessage[]): ReadonlyMap<string, JsonValue> {
  const [key, value] = (['key', 'value'] as const).map((part) => formatOf(messages.map((message) => message[part])));
  const subject = (part: 'key' | 'value'): string | undefined =>
    messages.map((message) => message[part].schema?.subjects?.[0]).find((name) => name !== undefined);
  const content = new Map<string, JsonValue>();
  const set = (name: string, text: string | undefined): void => {
    if (text !== undefined) content.set(name, text);
  };
  set('keyFormat', key);
  set('valueFormat', value);
  set('keySubject', subject('key'));
  set('valueSubject', subject('value'));
  content.set(
    'messages',
    messages.map((message) => {
      const one = new Map<string, JsonValue>([
        ['key', written(message.key, key)],
        ['value', written(message.value, value)],
      ]);
      const headers = message.headers.map(({ name, text, bytes }) => [name, bytes === null ? null : text]);
      if (headers.length > 0) one.set('headers', headers);
      return one;
    }),
  );
  return content;
}

/** Undefined where there is nothing to be written. */
function formatOf(parts: readonly DecodedPart[]): PartFormat | undefined {
  const formats = new Set(parts.map(({ format }) => format).filter((format) => format !== 'none'));
  const [only] = formats;
  if (formats.size > 1) return 'hex';
  return only;
}

function written({ format, text, json, bytes }: DecodedPart, as: PartFormat | undefined): JsonValue {
  if (bytes === null || format === 'none') return null;
  if (as === 'hex') return Buffer.from(bytes).toString('hex');
  if (json !== undefined) return parseJson(json);
  return format.startsWith('int') ? new JsonNumber(text) : text;
}
