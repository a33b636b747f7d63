import type { AskedArgument } from '../../flink-sql/functions/user-functions.ts';
import { asSerializableString } from '../../flink-sql/types/print.ts';
import { ByteWriter } from './bytes.ts';

const ASK = 1;
const OPEN = 2;
const CALL = 3;
const RESTORE = 4;
const CLOSE = 5;
const LOAD = 6;
const RESET = 7;

/** What the host needs to find a function and its signature (Question.java). */
export interface Asked {
  readonly className: string;
  readonly name: string;
  readonly grouped: boolean;
  readonly args: readonly AskedArgument[];
}

function question(out: ByteWriter, { className, name, grouped, args }: Asked): void {
  out.text(className);
  out.text(name);
  out.byte(grouped ? 1 : 0);
  out.int(args.length);
  for (const { type, literal } of args) {
    out.text(asSerializableString(type));
    out.byte(literal === undefined ? 0 : 1);
    if (literal !== undefined) out.text(literal);
  }
}

/** The files in which the classes, or modules, of what is asked from now on are. */
export function loadRequest(files: readonly string[]): ByteWriter {
  const out = new ByteWriter();
  out.byte(LOAD);
  out.int(files.length);
  for (const file of files) out.text(file);
  return out;
}

/** Forgets what was loaded; the answer says whether nothing is left of it. */
export function resetRequest(): ByteWriter {
  const out = new ByteWriter();
  out.byte(RESET);
  return out;
}

export function askRequest(asked: Asked): ByteWriter {
  const out = new ByteWriter();
  out.byte(ASK);
  question(out, asked);
  return out;
}

/** `settings`: what the session's options say of functions of this kind. */
export function openRequest(
  id: number,
  asked: Asked,
  parameters: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>>,
): ByteWriter {
  const out = new ByteWriter();
  out.byte(OPEN);
  out.int(id);
  question(out, asked);
  texts(out, parameters);
  texts(out, settings);
  return out;
}

function texts(out: ByteWriter, map: Readonly<Record<string, string>>): void {
  const entries = Object.entries(map);
  out.int(entries.length);
  for (const [key, value] of entries) {
    out.text(key);
    out.text(value);
  }
}

/** A call with `rows` rows; the arguments come behind. */
export function callRequest(id: number, rows: number, capacity: number): ByteWriter {
  const out = new ByteWriter(capacity);
  out.byte(CALL);
  out.int(id);
  out.int(rows);
  return out;
}

export function restoreRequest(id: number, accumulators: readonly (readonly [number, Uint8Array])[]): ByteWriter {
  const out = new ByteWriter();
  out.byte(RESTORE);
  out.int(id);
  out.int(accumulators.length);
  for (const [group, bytes] of accumulators) {
    out.int(group);
    out.sized(bytes);
  }
  return out;
}

export function closeRequest(id: number): ByteWriter {
  const out = new ByteWriter();
  out.byte(CLOSE);
  out.int(id);
  return out;
}
