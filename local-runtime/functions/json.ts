import type { MapValue, TimestampValue, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import { decimalText } from './decimal.ts';
import {
  bound,
  type CallSite,
  type Evaluate,
  type FunctionImpl,
  type FunctionTable,
  nullAware,
  plain,
  remember,
} from './impl.ts';
import { timestampText } from './java/calendar.ts';
import { javaDouble } from './java/floating-text.ts';
import {
  isArray,
  isNumber,
  isObject,
  JSON_ESCAPES,
  type Json,
  JsonParseFault,
  jsonText,
  numberText,
  parseJson,
  quoteText,
} from './java/json.ts';
import { compilePath, type JsonPath, PathFault } from './java/json-path.ts';
import { zoneOf } from './java/time-zone.ts';
import { VARIANT_NULL } from './variant.ts';

type Mode = 'strict' | 'lax' | 'none';

interface CompiledPath {
  readonly mode: Mode;
  readonly path: JsonPath | undefined;
  /** Why the path is none, thrown when it is used. */
  readonly fault: FlinkFault | undefined;
}

/** `[lax|strict] $…`; without a mode a path is strict. */
const pathOf = remember((text): CompiledPath => {
  const m = /^\s*(strict|lax)\s+(.+)$/is.exec(text);
  const mode = (m?.[1]?.toLowerCase() ?? 'strict') as Mode;
  try {
    return { mode, path: compilePath(m ? (m[2] as string) : text), fault: undefined };
  } catch (error) {
    if (error instanceof PathFault) return { mode, path: undefined, fault: error };
    throw error;
  }
});

/** What a path finds: a value (undefined where a lax path finds nothing), or the fault. */
type Outcome = { readonly value: Json | undefined; readonly fault?: undefined } | { readonly fault: FlinkFault };

/** SqlJsonUtils.jsonApiCommonSyntax: a lax path swallows all faults, a malformed document is one of them. */
function apply(document: string, pathText: string): Outcome & { mode: Mode } {
  const { mode, path, fault } = pathOf(pathText);
  let root: Json | undefined;
  try {
    if (!path) throw fault as FlinkFault;
    root = parseJson(document);
    if (root === null && mode === 'lax') return { mode, value: undefined };
    if (root === undefined) {
      throw new FlinkFault('IllegalArgumentException', 'json string can not be null or empty');
    }
    return { mode, value: path.read(root) };
  } catch (error) {
    if (!(error instanceof FlinkFault)) throw error;
    // Where faults are suppressed, a path of many places finds an empty list.
    if (mode === 'lax')
      return { mode, value: root !== undefined && root !== null && path && !path.definite ? [] : undefined };
    return { mode, fault: error };
  }
}

const isScalar = (json: Json): boolean => json === null || !(isArray(json) || isObject(json));

function jsonExists(document: string, path: string, onError: string): boolean | null {
  const outcome = apply(document, path);
  // `$.a` of {"a": null} finds nothing.
  if (!outcome.fault) return outcome.value !== undefined && outcome.value !== null;
  switch (onError) {
    case 'TRUE':
      return true;
    case 'FALSE':
      return false;
    case 'ERROR':
      throw outcome.fault;
    default:
      return null;
  }
}

/** Class that a JSON scalar has in Java. */
function javaClass(json: Json): string {
  if (typeof json === 'string') return 'String';
  if (typeof json === 'boolean') return 'Boolean';
  if (json !== null && isNumber(json)) {
    if (!json.integral) return 'BigDecimal';
    const n = BigInt(json.text);
    if (n >= -2147483648n && n <= 2147483647n) return 'Integer';
    return n >= -9223372036854775808n && n <= 9223372036854775807n ? 'Long' : 'BigInteger';
  }
  return 'Object';
}

const packageOf = (name: string): string => (name.startsWith('Big') ? `java.math.${name}` : `java.lang.${name}`);

function classCast(from: string, to: string): FlinkFault {
  const [a, b] = [packageOf(from), packageOf(to)];
  return new FlinkFault(
    'ClassCastException',
    `class ${a} cannot be cast to class ${b} (${a} and ${b} are in module java.base of loader 'bootstrap')`,
  );
}

const RETURNED: Readonly<Record<string, string>> = { BOOLEAN: 'Boolean', INTEGER: 'Integer', DOUBLE: 'BigDecimal' };

/** A scalar as the type of RETURNING: a plain Java cast. */
function returned(json: Json, type: LogicalType): Value {
  if (type.root === 'CHAR' || type.root === 'VARCHAR') {
    if (typeof json === 'string') return json;
    return json !== null && isNumber(json) ? numberText(json) : String(json);
  }
  const [have, want] = [javaClass(json), RETURNED[type.root] as string];
  if (have !== want) throw classCast(have, want);
  return json !== null && isNumber(json) ? Number(json.text) : (json as Value);
}

const emptyNotAllowed = (name: string): FlinkFault =>
  new FlinkFault('TableRuntimeException', `Empty result of ${name} function is not allowed`);

function jsonValue(site: CallSite): Evaluate {
  return (
    document: string | null,
    path: string | null,
    onEmpty: string,
    emptyDefault: Value,
    onError: string,
    errorDefault: Value,
  ) => {
    if (document === null || path === null) return null;
    const outcome = apply(document, path);
    let fault = outcome.fault;
    if (!outcome.fault) {
      const { value } = outcome;
      if (value === undefined || value === null || (outcome.mode === 'lax' && !isScalar(value))) {
        if (outcome.mode !== 'lax') {
          fault = new FlinkFault(
            'TableRuntimeException',
            "Strict jsonpath mode requires scalar value, and the actual value is: 'null'",
          );
        } else if (onEmpty === 'ERROR') throw emptyNotAllowed('JSON_VALUE');
        else return onEmpty === 'DEFAULT' ? emptyDefault : null;
      } else if (!isScalar(value)) {
        fault = new FlinkFault(
          'TableRuntimeException',
          `Strict jsonpath mode requires scalar value, and the actual value is: ''${javaShown(value)}''`,
        );
      } else return returned(value, site.type);
    }
    if (onError === 'ERROR') throw fault as FlinkFault;
    return onError === 'DEFAULT' ? errorDefault : null;
  };
}

/** toString of the java.util collections that Jayway gives. */
function javaShown(json: Json): string {
  if (isArray(json))
    return `[${json.map((item) => (typeof item === 'string' ? quoteText(item) : javaShown(item))).join(',')}]`;
  if (json !== null && isObject(json))
    return `{${[...json.fields].map(([key, item]) => `${key}=${javaShown(item)}`).join(', ')}}`;
  if (json !== null && isNumber(json)) return numberText(json);
  return String(json);
}

function jsonQuery(site: CallSite): Evaluate {
  const asArray = site.type.root === 'ARRAY';
  const finish = (json: Json): Value => {
    if (!asArray) return jsonText(json);
    const items = isArray(json) ? json : [json];
    return items.map((item) => (item === null ? null : typeof item === 'string' ? item : jsonText(item)));
  };
  const behave = (behaviour: string, fault: () => FlinkFault): Value => {
    switch (behaviour) {
      case 'EMPTY ARRAY':
        return asArray ? [] : '[]';
      case 'EMPTY OBJECT':
        return '{}';
      case 'ERROR':
        throw fault();
      default:
        return null;
    }
  };
  return (document: string | null, path: string | null, wrapper: string, onEmpty: string, onError: string) => {
    if (document === null || path === null) return null;
    const outcome = apply(document, path);
    if (outcome.fault) return behave(onError, () => outcome.fault as FlinkFault);
    const found = outcome.value;
    let value: Json | undefined = found;
    if (found !== undefined && found !== null) {
      if (wrapper === 'WITH UNCONDITIONAL') value = [found];
      else if (wrapper === 'WITH CONDITIONAL') value = isArray(found) ? found : [found];
    }
    if (value === undefined || value === null || (outcome.mode === 'lax' && isScalar(value))) {
      if (outcome.mode === 'lax' || value === undefined || value === null) {
        return behave(outcome.mode === 'lax' ? onEmpty : onError, () => emptyNotAllowed('JSON_QUERY'));
      }
    }
    if (isScalar(value as Json)) {
      return behave(
        onError,
        () =>
          new FlinkFault(
            'TableRuntimeException',
            `Strict jsonpath mode requires array or object value, and the actual value is: ''${javaShown(value as Json)}''`,
          ),
      );
    }
    return finish(value as Json);
  };
}

/** JSON text of a value of a type, as JSON_OBJECT, JSON_ARRAY and JSON_STRING write it. */
export function jsonWriter(type: LogicalType, zoneId: string): (value: Value) => string {
  const inner = valueWriter(type, zoneId);
  return (value) => (value === null ? 'null' : inner(value));
}

/** BigDecimal.valueOf(double).toString, where JSON has no number the name as a text; a float is the double it is. */
function doubleText(value: number): string {
  const text = javaDouble(value);
  return Number.isFinite(value) ? numberText({ kind: 'number', integral: false, text }) : quoteText(text);
}

function valueWriter(type: LogicalType, zoneId: string): (value: Value) => string {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return (value) => quoteText(value as string);
    case 'DECIMAL':
      return (value) => decimalText(value as bigint, type.scale);
    case 'FLOAT':
    case 'DOUBLE':
      return (value) => doubleText(value as number);
    case 'BINARY':
    case 'VARBINARY':
      return (value) => `"${Buffer.from(value as Uint8Array).toString('base64')}"`;
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return (value) => `"${isoLocal((value as TimestampValue).ms, (value as TimestampValue).nanos)}"`;
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const zone = zoneOf(zoneId);
      return (value) => {
        const { ms, nanos } = value as TimestampValue;
        return `"${isoLocal(ms + zone.offsetAt(ms), nanos)}"`;
      };
    }
    case 'ARRAY': {
      const element = jsonWriter(type.element, zoneId);
      return (value) => `[${(value as readonly Value[]).map(element).join(',')}]`;
    }
    case 'ROW': {
      const fields = type.fields.map((field) => ({ name: field.name, write: jsonWriter(field.type, zoneId) }));
      const order = fields.map((_, i) => i).sort((a, b) => compareNames(fields[a]?.name ?? '', fields[b]?.name ?? ''));
      return (value) =>
        `{${order
          .map((i) => {
            const { name, write } = fields[i] as (typeof fields)[number];
            return `${quoteText(name)}:${write((value as readonly Value[])[i] as Value)}`;
          })
          .join(',')}}`;
    }
    case 'MAP':
    case 'MULTISET': {
      const write = type.root === 'MAP' ? jsonWriter(type.value, zoneId) : String;
      return (value) => {
        const map = value as MapValue;
        const entries = map.keys.map((key, i) => ({ key: String(key), json: write(map.values[i] as Value) }));
        entries.sort((a, b) => compareNames(a.key, b.key));
        return `{${entries.map(({ key, json }) => `${quoteText(key)}:${json}`).join(',')}}`;
      };
    }
    default:
      return (value) => String(value);
  }
}

const compareNames = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** LocalDateTime.toString: the fraction in groups of three digits, seconds always. */
function isoLocal(ms: number, nanos: number): string {
  const [date = '', time = ''] = timestampText(ms, nanos, 9).split(' ');
  const [whole = '', fraction = ''] = time.split('.');
  const trimmed = fraction.replace(/0+$/, '');
  if (trimmed === '') return `${date}T${whole}`;
  return `${date}T${whole}.${fraction.slice(0, trimmed.length <= 3 ? 3 : trimmed.length <= 6 ? 6 : 9)}`;
}

/** Is the operand JSON already: a nested JSON_OBJECT, JSON_ARRAY or JSON call? */
const nested = (site: CallSite): boolean[] => site.operandTypes.map((_, i) => isJsonCall(site, i));

const jsonCalls = new Set(['JSON_OBJECT', 'JSON_ARRAY', 'JSON']);
const isJsonCall = (site: CallSite, i: number): boolean => jsonCalls.has(site.operandFunction(i) ?? '');

function writers(site: CallSite): ((value: Value) => string)[] {
  const raw = nested(site);
  return site.operandTypes.map((type, i) =>
    raw[i] ? (value) => (value === null ? 'null' : (value as string)) : jsonWriter(type, site.env.zone),
  );
}

const jsonObject = nullAware((site) => {
  const write = writers(site);
  const absent = site.literal(0) === 'ABSENT';
  return (_onNull: string, ...entries: Value[]) => {
    const fields = new Map<string, string>();
    for (let i = 0; i + 1 < entries.length; i += 2) {
      const value = entries[i + 1] as Value;
      if (value === null && absent) continue;
      fields.set(entries[i] as string, (write[i + 2] as (v: Value) => string)(value));
    }
    const keys = [...fields.keys()].sort();
    return `{${keys.map((key) => `${quoteText(key)}:${fields.get(key)}`).join(',')}}`;
  };
});

const jsonArray = nullAware((site) => {
  const write = writers(site);
  const absent = site.literal(0) === 'ABSENT';
  return (_onNull: string, ...items: Value[]) => {
    const texts: string[] = [];
    items.forEach((value, i) => {
      if (value !== null || !absent) texts.push((write[i + 1] as (v: Value) => string)(value));
    });
    return `[${texts.join(',')}]`;
  };
});

/** JSON(text): the text read and written again in order. */
function normalized(text: string): string {
  const json = parseJson(text);
  return json === undefined ? '' : jsonText(json);
}

const isJson = (accepts: (json: Json) => boolean): FunctionImpl =>
  nullAware(() => (text: string | null) => {
    if (text === null) return false;
    try {
      const json = parseJson(text);
      return json !== undefined && accepts(json);
    } catch (error) {
      if (error instanceof JsonParseFault) return false;
      throw error;
    }
  });

/** JSON_QUOTE: everything that is not ASCII is escaped, by code point as Flink's code prints it. */
function quoteAscii(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const unit = text[i] as string;
    const known = unit === '/' ? '\\/' : JSON_ESCAPES[unit];
    if (known) {
      out += known;
      continue;
    }
    const code = text.codePointAt(i) as number;
    out += code >= 32 && code < 127 ? unit : `\\u${code.toString(16).padStart(4, '0')}`;
  }
  return `${out}"`;
}

/** Control characters, which JSON refuses bare, escaped. */
const escapeControls = (text: string): string =>
  Array.from(text, (c) => (c < ' ' ? (JSON_ESCAPES[c] ?? c) : c)).join('');

/** JSON_UNQUOTE: the text of a JSON string; anything else stays as it is. */
function unquote(text: string): string {
  if (!/^".*"$/s.test(text) || text.length < 2) return text;
  try {
    const json = JSON.parse(escapeControls(text)) as unknown;
    return typeof json === 'string' ? json : text;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** A VARIANT of JSON: whole numbers as bigint, others as double. */
function toVariant(json: Json): Value {
  if (json === null) return VARIANT_NULL;
  if (typeof json === 'boolean' || typeof json === 'string') return json;
  if (isNumber(json)) return json.integral ? BigInt(json.text) : Number(json.text);
  if (isArray(json)) return json.map(toVariant);
  const keys = [...json.fields.keys()].sort();
  return { keys, values: keys.map((key) => toVariant(json.fields.get(key) as Json)) };
}

function parseVariant(text: string, allowDuplicates = false): Value {
  const json = parseJson(text, !allowDuplicates);
  if (json === undefined) throw new JsonParseFault('Unexpected null token');
  return toVariant(json);
}

export const jsonFunctions: FunctionTable = {
  JSON_EXISTS: plain(jsonExists),
  JSON_VALUE: nullAware(jsonValue),
  JSON_QUERY: nullAware(jsonQuery),
  JSON_OBJECT: jsonObject,
  JSON_ARRAY: jsonArray,
  JSON: plain(normalized),
  JSON_STRING: bound((site) => jsonWriter(site.operandTypes[0] as LogicalType, site.env.zone)),
  JSON_QUOTE: plain(quoteAscii),
  JSON_UNQUOTE: plain(unquote),
  PARSE_JSON: plain(parseVariant),
  TRY_PARSE_JSON: plain((text: string, allowDuplicates = false) => {
    try {
      return parseVariant(text, allowDuplicates);
    } catch (error) {
      if (error instanceof FlinkFault) return null;
      throw error;
    }
  }),
  'IS JSON VALUE': isJson(() => true),
  'IS JSON OBJECT': isJson((json) => json !== null && isObject(json)),
  'IS JSON ARRAY': isJson((json) => isArray(json)),
  'IS JSON SCALAR': isJson(isScalar),
};
