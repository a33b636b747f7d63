import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { ResolvedTable } from '../../flink-sql/catalog/model.ts';
import { asFault, FlinkFault, validation } from '../errors.ts';
import type { SourceRequest } from './connector.ts';
import { DeadLetterTable } from './dead-letter-table.ts';
import type { Options } from './options.ts';

/** The table option that says where records go that cannot be read. Not one of Flink's: other servers do not know it. */
export const DEAD_LETTER = 'millrace.dead-letter';
/** The definition of the table that it names, as JSON; it goes with the plan and nobody writes it. */
export const DEAD_LETTER_TABLE = 'millrace.dead-letter.table';

/** A record that could not be read, whole, with what is known of it. */
export interface DeadLetter {
  readonly error: FlinkFault;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array;
  /** Where it came from, e.g. topic, partition and offset, or file and byte. */
  readonly origin: Readonly<Record<string, string | number>>;
  readonly headers: readonly (readonly [Uint8Array | null, Uint8Array | null])[];
}

/** Takes dead letters; what `flush` has written is durable, and the source goes on only then. */
export interface DeadLetters {
  add(letter: DeadLetter): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export type DeadLetterTarget =
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'table'; readonly table: string }
  | { readonly kind: 'file'; readonly path: string };

/**
 * Reads the option: `topic:NAME`, a topic of the table's own brokers, a table of the catalog (`table:NAME`), or a file
 * of JSON lines (`file:PATH`, or a path).
 */
export function deadLetterTarget(options: Options, topics: boolean): DeadLetterTarget | undefined {
  const value = options[DEAD_LETTER]?.trim();
  if (value === undefined) return undefined;
  if (value.startsWith('topic:') && value.length > 6 && topics) return { kind: 'topic', topic: value.slice(6) };
  if (value.startsWith('table:') && value.length > 6) return { kind: 'table', table: value.slice(6) };
  if (value.startsWith('file:') && value.length > 5)
    return { kind: 'file', path: value.slice(5).replace(/^\/\/(?=\/)/, '') };
  if (/[/\\]|\.jsonl?$/.test(value)) return { kind: 'file', path: value };
  const wanted = topics ? "'topic:NAME', 'table:NAME' or the path of a file" : "'table:NAME' or the path of a file";
  throw validation(`Invalid value for option '${DEAD_LETTER}': '${value}'. It takes ${wanted}.`);
}

/** The options without it, as Flink's checks know them. */
export function withoutDeadLetter(options: Options): Options {
  if (options[DEAD_LETTER] === undefined) return options;
  const { [DEAD_LETTER]: _, [DEAD_LETTER_TABLE]: __, ...rest } = options;
  return rest;
}

/** Opens the file or table that a source's options name; undefined when they name a topic or nothing. */
export async function openDeadLetters({ options, env }: SourceRequest): Promise<DeadLetters | undefined> {
  const target = deadLetterTarget(options, true);
  if (target?.kind === 'file') return new DeadLetterFile(target.path, env.workingDirectory);
  if (target?.kind !== 'table') return undefined;
  const definition = options[DEAD_LETTER_TABLE];
  if (definition === undefined || !env.openSink)
    throw validation(`Dead letters cannot be kept in table '${target.table}' here.`);
  const table = JSON.parse(definition) as ResolvedTable;
  const open = env.openSink;
  return DeadLetterTable.open(table, (fields) => open(table, fields));
}

/** A format's options when bad records are kept: none of them may be passed over. */
export const strictly = (options: Readonly<Record<string, string>>): Record<string, string> =>
  options['ignore-parse-errors'] === undefined ? { ...options } : { ...options, 'ignore-parse-errors': 'false' };

const CLIP = 200;
const text = new TextDecoder('utf-8', { fatal: true });

/** A record's bytes for a message: text, or hexadecimal digits when it is none; cut after some 200 characters. */
export function shownRecord(bytes: Uint8Array | null): string {
  if (!bytes) return 'null';
  let shown: string;
  try {
    shown = `'${text.decode(bytes).slice(0, CLIP)}`;
  } catch {
    // No text.
    return `x'${Buffer.from(bytes.subarray(0, CLIP / 2)).toString('hex')}${bytes.length > CLIP / 2 ? '…' : ''}'`;
  }
  return `${shown}${shown.length > CLIP ? '…' : ''}'`;
}

/**
 * A record that cannot be read, with its place and what it looks like. The format's own chain stays below, so that its last cause is
 * what Flink's is. JSON and CSV show the record themselves.
 */
export function unreadable(error: FlinkFault, place: string, bytes: Uint8Array | null): FlinkFault {
  const shows = /^Failed to deserialize (JSON|CSV) /.test(error.message);
  const words = /^Failed to deserialize /.test(error.message)
    ? clipped(error.message)
    : 'Failed to deserialize record.';
  return new FlinkFault('IOException', `${words} In ${place}${shows ? '' : `: ${shownRecord(bytes)}`}.`, error);
}

const clipped = (message: string) => (message.length > 4 * CLIP ? `${message.slice(0, 4 * CLIP)}…` : message);

/** Dead letters as lines of JSON: error, origin, and the bytes as text where they are that, else in base64. */
export class DeadLetterFile implements DeadLetters {
  private readonly path: string;
  private lines: string[] = [];
  private handle: FileHandle | undefined;

  constructor(path: string, workingDirectory: string) {
    this.path = isAbsolute(path) ? path : resolve(workingDirectory, path);
  }

  add({ error, key, value, origin, headers }: DeadLetter): void {
    const cause = error.chain().at(-1);
    this.lines.push(
      `${JSON.stringify({
        error: cause ? `${cause.exception}: ${cause.message}` : error.message,
        ...origin,
        ...(key ? { key: textOf(key) } : {}),
        value: textOf(value),
        ...(headers.length ? { headers: headers.map(([k, v]) => [k ? textOf(k) : null, v ? textOf(v) : null]) } : {}),
      })}\n`,
    );
  }

  async flush(): Promise<void> {
    if (!this.lines.length) return;
    try {
      if (!this.handle) {
        await mkdir(dirname(this.path), { recursive: true });
        this.handle = await open(this.path, 'a');
      }
      await this.handle.write(this.lines.join(''));
      await this.handle.sync();
    } catch (error) {
      throw new FlinkFault('IOException', `Bad records cannot be kept in ${this.path}.`, asFault(error, 'IOException'));
    }
    this.lines = [];
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }
}

function textOf(bytes: Uint8Array): string | { readonly base64: string } {
  try {
    return text.decode(bytes);
  } catch {
    // No text.
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}
