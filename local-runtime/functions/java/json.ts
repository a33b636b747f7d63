import { FlinkFault } from '../../errors.ts';

/**
 * JSON as Jackson reads it: numbers keep their digits, objects their keys sorted when written, and what follows the first value
 * is not read.
 */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;

/** A number as BigDecimal holds it; `integral` when the text has neither point nor exponent. */
export interface JsonNumber {
  readonly kind: 'number';
  readonly integral: boolean;
  readonly text: string;
}

export interface JsonObject {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, Json>;
}

export const isNumber = (json: Json): json is JsonNumber =>
  typeof json === 'object' && json !== null && 'kind' in json && json.kind === 'number';
export const isObject = (json: Json): json is JsonObject =>
  typeof json === 'object' && json !== null && 'kind' in json && json.kind === 'object';
export const isArray = (json: Json): json is readonly Json[] => Array.isArray(json);

/** Why a text is no JSON, in Jackson's words. */
export class JsonParseFault extends FlinkFault {
  constructor(message: string) {
    super('JsonParseException', message);
  }
}

const EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

class Reader {
  private readonly text: string;
  private readonly unique: boolean;
  private at = 0;

  constructor(text: string, unique: boolean) {
    this.text = text;
    this.unique = unique;
  }

  /** The first value; undefined when there is none. */
  first(): Json | undefined {
    this.blanks();
    return this.at >= this.text.length ? undefined : this.value();
  }

  /** Is there nothing but blanks left? */
  atEnd(): boolean {
    this.blanks();
    return this.at >= this.text.length;
  }

  private blanks(): void {
    while (this.at < this.text.length && ' \t\n\r'.includes(this.text[this.at] as string)) this.at++;
  }

  private unexpected(what: string): JsonParseFault {
    const c = this.text[this.at];
    if (c === undefined) return new JsonParseFault(`Unexpected end-of-input${what ? `: ${what}` : ''}`);
    return new JsonParseFault(`Unexpected character ('${c}' (code ${c.codePointAt(0)})): ${what}`);
  }

  private value(): Json {
    const c = this.text[this.at];
    if (c === '{') return this.object();
    if (c === '[') return this.array();
    if (c === '"') return this.string();
    if (c === '-' || (c !== undefined && c >= '0' && c <= '9')) return this.number();
    const word = /^[A-Za-z_$][\w$]*/.exec(this.text.slice(this.at, this.at + 300))?.[0];
    if (word === 'true' || word === 'false' || word === 'null') {
      this.at += word.length;
      return word === 'null' ? null : word === 'true';
    }
    if (word) throw new JsonParseFault(`Unrecognized token '${word}': was expecting ${EXPECTED}`);
    throw this.unexpected(`expected a valid value ${EXPECTED}`);
  }

  private object(): Json {
    const fields = new Map<string, Json>();
    this.at++;
    this.blanks();
    if (this.text[this.at] === '}') {
      this.at++;
      return { kind: 'object', fields };
    }
    for (;;) {
      this.blanks();
      if (this.text[this.at] !== '"') throw this.unexpected('was expecting double-quote to start field name');
      const key = this.string();
      this.blanks();
      if (this.text[this.at] !== ':') throw this.unexpected('was expecting a colon to separate field name and value');
      this.at++;
      this.blanks();
      if (this.unique && fields.has(key)) throw new FlinkFault('VariantTypeException', 'VARIANT_DUPLICATE_KEY');
      fields.set(key, this.value());
      this.blanks();
      const next = this.text[this.at];
      if (next === ',') this.at++;
      else if (next === '}') {
        this.at++;
        return { kind: 'object', fields };
      } else throw this.unexpected('was expecting comma to separate Object entries');
    }
  }

  private array(): Json {
    const items: Json[] = [];
    this.at++;
    this.blanks();
    if (this.text[this.at] === ']') {
      this.at++;
      return items;
    }
    for (;;) {
      this.blanks();
      items.push(this.value());
      this.blanks();
      const next = this.text[this.at];
      if (next === ',') this.at++;
      else if (next === ']') {
        this.at++;
        return items;
      } else throw this.unexpected('was expecting comma to separate Array entries');
    }
  }

  private string(): string {
    let end = this.at + 1;
    for (; ; end++) {
      const c = this.text[end];
      if (c === undefined)
        throw new JsonParseFault('Unexpected end-of-input: was expecting closing quote for a string value');
      if (c === '\\') end++;
      else if (c === '"') break;
      else if (c < ' ') {
        throw new JsonParseFault(
          `Illegal unquoted character ((CTRL-CHAR, code ${c.charCodeAt(0)})): has to be escaped using backslash to be included in string value`,
        );
      }
    }
    const raw = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    try {
      return JSON.parse(raw) as string;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const bad = /\\([^"\\/bfnrtu])/.exec(raw)?.[1] ?? 'u';
      throw new JsonParseFault(`Unrecognized character escape '${bad}' (code ${bad.codePointAt(0)})`);
    }
  }

  private number(): JsonNumber {
    const m = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.text.slice(this.at));
    const text = m?.[0];
    if (text === undefined) {
      this.at++;
      throw this.unexpected('expected digit (0-9) to follow minus sign, for valid numeric value');
    }
    const after = this.text[this.at + text.length];
    if (/^-?0$/.test(text) && after !== undefined && after >= '0' && after <= '9') {
      throw new JsonParseFault('Invalid numeric value: Leading zeroes not allowed');
    }
    this.at += text.length;
    if (after !== undefined && !' \t\n\r,]}'.includes(after))
      throw this.unexpected('Expected space separating root-level values');
    return { kind: 'number', integral: /^-?\d+$/.test(text), text };
  }
}

/** The first JSON value of a text (trailing text is not looked at); throws JsonParseFault. Undefined for a blank text. */
export const parseJson = (text: string, uniqueKeys = false): Json | undefined => new Reader(text, uniqueKeys).first();

/** BigDecimal.toString of a JSON number: `1E+3` for 1e3, `1.50` as written. */
export function numberText(number: JsonNumber): string {
  if (number.integral) return number.text === '-0' ? '0' : number.text;
  const m = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number.text) as RegExpExecArray;
  const fraction = m[3] ?? '';
  const scale = fraction.length - Number(m[4] ?? 0);
  const digits = `${m[2]}${fraction}`.replace(/^0+(?=\d)/, '');
  const sign = /^0+$/.test(digits) ? '' : (m[1] as string);
  const exponent = digits.length - 1 - scale;
  if (scale >= 0 && exponent >= -6) {
    if (scale === 0) return sign + digits;
    const padded = digits.padStart(scale + 1, '0');
    return `${sign}${padded.slice(0, padded.length - scale)}.${padded.slice(padded.length - scale)}`;
  }
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${sign}${mantissa}E${exponent >= 0 ? '+' : ''}${exponent}`;
}

/** Text of a JSON string with Jackson's escapes: only what JSON demands. */
export function quoteText(text: string): string {
  let out = '"';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 32 && code !== 34 && code !== 92) continue;
    const c = text[i] as string;
    out += text.slice(from, i) + (JSON_ESCAPES[c] ?? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`);
    from = i + 1;
  }
  return `${out}${text.slice(from)}"`;
}

/** Characters with a short escape. */
export const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Compact JSON text with sorted keys. */
export function jsonText(json: Json): string {
  if (json === null || typeof json === 'boolean') return String(json);
  if (typeof json === 'string') return quoteText(json);
  if (isNumber(json)) return numberText(json);
  if (isArray(json)) return `[${json.map(jsonText).join(',')}]`;
  const keys = [...json.fields.keys()].sort();
  return `{${keys.map((key) => `${quoteText(key)}:${jsonText(json.fields.get(key) as Json)}`).join(',')}}`;
}
