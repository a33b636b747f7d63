import { type SchemaSource, Schemas } from '../../topics/decode/schemas.ts';
import { FormatProblem } from '../../topics/formats/problem.ts';
import { type JsonValue, parseJson, printJson } from '../../topics/json.ts';
import { type MessageWriter, messageWriter } from '../../topics/produce/encode.ts';
import { messageTemplate } from '../../topics/produce/template.ts';
import type { MessageFormat } from '../../topics/types.ts';
import { t } from '../../webviews/shared/l10n.ts';

export type PartFormat = Exclude<MessageFormat, 'none'>;
export type SchemaLookup = SchemaSource;
type Part = 'key' | 'value' | 'header';

const BY_SCHEMA: ReadonlySet<PartFormat> = new Set(['avro', 'protobuf', 'json-schema']);

/** Writes keys, values and headers of messages in the formats that were chosen. */
export class PartWriters {
  readonly #formats: { readonly key: PartFormat | undefined; readonly value: PartFormat | undefined };
  readonly #subjects: { readonly key: string; readonly value: string };
  readonly #schemas: SchemaLookup | undefined;
  readonly #writers = new Map<string, Promise<MessageWriter>>();

  constructor(
    formats: { readonly key: PartFormat | undefined; readonly value: PartFormat | undefined },
    subjects: { readonly key: string; readonly value: string },
    schemas: SchemaLookup | undefined,
  ) {
    this.#formats = formats;
    this.#subjects = subjects;
    this.#schemas = schemas;
  }

  /** Null stays null. Throws an Error with one line that begins with the message and the place in it. */
  async write(part: Part, value: JsonValue, where: string): Promise<Uint8Array | null> {
    if (value === null) return null;
    const chosen = part === 'header' ? undefined : this.#formats[part];
    const format = chosen ?? (typeof value === 'string' ? 'string' : 'json');
    if (chosen === 'string' && typeof value !== 'string') throw new Error(t('{0}.{1} is not a string', where, part));
    try {
      return (await this.#writer(part, format)).write(value);
    } catch (error) {
      if (!(error instanceof FormatProblem)) throw error;
      throw new Error(`${where}.${part}${error.path}: ${error.reason}`, { cause: error });
    }
  }

  #writer(part: Part, format: PartFormat): Promise<MessageWriter> {
    const key = BY_SCHEMA.has(format) ? `${part} ${format}` : format;
    const made = this.#writers.get(key) ?? this.#open(part, format);
    this.#writers.set(key, made);
    return made;
  }

  async #open(part: Part, format: PartFormat): Promise<MessageWriter> {
    if (!BY_SCHEMA.has(format) || part === 'header') return messageWriter(format);
    if (!this.#schemas) throw new Error(t('To write {0} the connection needs a schema registry', format));
    const subject = this.#subjects[part];
    const { id } = await this.#schemas.version(subject, 'latest');
    const schemas = new Schemas(this.#schemas);
    await schemas.prepare([id]);
    const ready = schemas.of(id);
    if (!ready) throw new Error(schemas.whyMissing(id));
    return messageWriter(format, { id, type: ready.type, text: ready.text, references: ready.references });
  }
}

/**
 * Messages of a template: a JSON value whose strings may hold expressions, `"#{Name.fullName}"`. A string that begins with `=` and is one
 * expression stands for what it gives without quotes, a number: `"=#{index}"`.
 */
export async function templateText(template: JsonValue, seed: number | undefined): Promise<(i: number) => JsonValue> {
  const text = printJson(template).replace(/"=(#\{[^{}"\\]*\})"/g, '$1');
  const made = await messageTemplate(text, true, seed);
  return (i) => parseJson(made.text(i));
}
