/** JSON that keeps every digit: numbers stay text, objects keep the order of their keys. */

/** A number as it was written. */
export class JsonNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

export type JsonObject = ReadonlyMap<string, JsonValue>;
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

/** What is wrong with a text, and where: an index into it. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Deeper values are refused: reading goes down with them. */
const DEEPEST = 1000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings may not hold them unescaped.
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Reads one JSON value; of a repeated key the last one counts. Throws JsonError. */
export function parseJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.space();
  if (reader.at < text.length) throw new JsonError('something follows the value', reader.at);
  return value;
}

/** In one line, without spaces between; `indent` spaces a level otherwise. */
export function printJson(value: JsonValue, indent = 0): string {
  const out: string[] = [];
  print(value, indent, '', out);
  return out.join('');
}

function print(value: JsonValue, indent: number, margin: string, out: string[]): void {
  if (value instanceof JsonNumber) out.push(value.digits);
  else if (typeof value !== 'object' || value === null) out.push(JSON.stringify(value));
  else {
    const isList = Array.isArray(value);
    const inner = indent > 0 ? `${margin}${' '.repeat(indent)}` : '';
    const line = indent > 0 ? `\n${inner}` : '';
    out.push(isList ? '[' : '{');
    let n = 0;
    const next = () => out.push(n++ > 0 ? `,${line}` : line);
    if (isList) {
      for (const item of value as readonly JsonValue[]) {
        next();
        print(item, indent, inner, out);
      }
    } else {
      for (const [key, item] of value as JsonObject) {
        next();
        out.push(JSON.stringify(key), indent > 0 ? ': ' : ':');
        print(item, indent, inner, out);
      }
    }
    if (n > 0 && indent > 0) out.push(`\n${margin}`);
    out.push(isList ? ']' : '}');
  }
}

/** As plain JavaScript: numbers that a double does not hold come as texts where `exact`, and rounded otherwise. */
export function plainJson(value: JsonValue, exact = false): unknown {
  if (value instanceof JsonNumber) {
    const n = Number(value.digits);
    return exact && /^-?\d+$/.test(value.digits) && !Number.isSafeInteger(n) ? value.digits : n;
  }
  if (Array.isArray(value)) return value.map((item) => plainJson(item as JsonValue, exact));
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([k, v]) => [k, plainJson(v as JsonValue, exact)]));
  return value;
}

export const isObject = (value: JsonValue | undefined): value is JsonObject => value instanceof Map;
export const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);

class Reader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  space(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return;
      this.at++;
    }
  }

  value(depth: number): JsonValue {
    this.space();
    if (depth > DEEPEST) throw new JsonError(`the value is nested deeper than ${DEEPEST}`, this.at);
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth);
      case '[':
        return this.list(depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      case undefined:
        throw new JsonError('the text ends where a value is expected', this.at);
      default:
        return this.number();
    }
  }

  private word<T extends boolean | null>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.unexpected();
    this.at += word.length;
    return value;
  }

  private number(): JsonNumber {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text)?.[0];
    if (found === undefined) throw this.unexpected();
    this.at += found.length;
    return new JsonNumber(found);
  }

  private object(depth: number): JsonObject {
    const out = new Map<string, JsonValue>();
    this.at++;
    this.space();
    if (this.took('}')) return out;
    do {
      this.space();
      if (this.text[this.at] !== '"') throw this.unexpected();
      const key = this.string();
      this.space();
      if (!this.took(':')) throw this.unexpected();
      out.set(key, this.value(depth + 1));
      this.space();
    } while (this.took(','));
    if (!this.took('}')) throw this.unexpected();
    return out;
  }

  private list(depth: number): JsonValue[] {
    const out: JsonValue[] = [];
    this.at++;
    this.space();
    if (this.took(']')) return out;
    do {
      out.push(this.value(depth + 1));
      this.space();
    } while (this.took(','));
    if (!this.took(']')) throw this.unexpected();
    return out;
  }

  private string(): string {
    let out = '';
    this.at++;
    for (;;) {
      PLAIN.lastIndex = this.at;
      const plain = PLAIN.exec(this.text)?.[0] ?? '';
      out += plain;
      this.at += plain.length;
      if (this.took('"')) return out;
      if (!this.took('\\')) throw this.unexpected();
      const letter = this.text[this.at++] ?? '';
      if (letter === 'u') {
        const hex = this.text.slice(this.at, this.at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw this.unexpected();
        out += String.fromCharCode(Number.parseInt(hex, 16));
        this.at += 4;
      } else {
        const escaped = ESCAPES[letter];
        if (escaped === undefined) throw new JsonError(`\\${letter} is no escape`, this.at - 1);
        out += escaped;
      }
    }
  }

  private took(c: string): boolean {
    if (this.text[this.at] !== c) return false;
    this.at++;
    return true;
  }

  private unexpected(): JsonError {
    const c = this.text[this.at];
    if (c === undefined) return new JsonError('the text ends in the middle of a value', this.at);
    return new JsonError(`${JSON.stringify(c)} is not expected at ${this.at + 1}`, this.at);
  }
}
