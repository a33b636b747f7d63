import type {
  BinaryLiteral,
  DateTimeLiteral,
  Expression,
  IntervalExpression,
  IntervalLiteral,
  IntervalQualifier,
  NumberLiteral,
  StringLiteral,
  TimeUnit,
  TimeUnitArgument,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { SUB_QUERY } from './contexts.ts';
import { expression } from './expressions.ts';
import { checkEscape, identifier, qualifiedName, unescapeUnicode } from './names.ts';
import { isIdentifierKind, type NameRole, type Parser } from './parser.ts';

const illegalBinary = "Binary literal string must contain only characters '0' - '9', 'A' - 'F'";

/** Whether a string literal of any form begins here. */
export const atString = (p: Parser): boolean =>
  p.at(T.QUOTED_STRING) || (p.kind >= T.BINARY_STRING && p.kind <= T.C_STYLE_STRING);

/** A character literal where no other form makes sense ('key', COMMENT 'text'). Binary text counts as characters. */
export function stringLiteral(p: Parser, role?: NameRole): StringLiteral {
  if (role !== undefined && p.index === p.probe) p.expectedRoles.add(role);
  if (!atString(p)) p.fail(T.QUOTED_STRING);
  const literal = anyStringLiteral(p, false);
  if (literal.kind === 'StringLiteral') return literal;
  return { kind: 'StringLiteral', start: literal.start, end: literal.end, value: literal.hex, form: 'plain' };
}

/** 'text' alone, without continuation, as the DDL productions take it. */
export function quotedString(p: Parser): StringLiteral {
  const { start } = p;
  const text = p.text();
  p.expect(T.QUOTED_STRING);
  return { kind: 'StringLiteral', start, end: p.end, value: unquote(text), form: 'plain' };
}

function unquote(text: string): string {
  const inner = text.slice(text.indexOf("'") + 1, -1);
  return inner.includes("'") ? inner.replaceAll("''", "'") : inner;
}

/** 'a' ['b' …] | _charset'a' | N'a' | U&'a' [UESCAPE 'c'] | E'a' | X'0a' ['0b' …] */
export function anyStringLiteral(p: Parser, validated = true): StringLiteral | BinaryLiteral {
  const { start, kind } = p;
  const text = p.text();
  p.advance();
  if (kind === T.C_STYLE_STRING) {
    checkEscapesC(p, start, text.slice(2, -1));
    return { kind: 'StringLiteral', start, end: p.end, value: unescapeC(text.slice(2, -1)), form: 'escape' };
  }
  let value = kind === T.BINARY_STRING ? text.slice(2, -1) : unquote(text);
  while (p.at(T.QUOTED_STRING)) {
    // Only an expression comes before the validator, which minds this.
    if (validated && !/[\n\r]/.test(p.source.slice(p.end, p.start))) {
      p.refuseLater(p.start, p.endOf(0), 'String literal continued on same line', true);
    }
    value += unquote(p.text());
    p.advance();
  }
  if (kind === T.BINARY_STRING) {
    if (!/^[0-9a-fA-F]*$/.test(value))
      p.refuseAndLeave(start, p.end, illegalBinary, 'invalid-literal', 'SqlValidatorException');
    if (value.length % 2 > 0) {
      p.refuseLater(start, p.end, 'Binary literal string must contain an even number of hexits', true);
    }
    return { kind: 'BinaryLiteral', start, end: p.end, hex: value };
  }
  let form: StringLiteral['form'] = 'plain';
  let charset: string | undefined;
  if (kind === T.PREFIXED_STRING) {
    form = text[0] === '_' ? 'charset' : 'national';
    charset = form === 'charset' ? text.slice(1, text.indexOf("'")) : 'ISO-8859-1';
  } else if (kind === T.UNICODE_STRING) {
    form = 'unicode';
    charset = 'UTF16';
  }
  let escapeUnit = '\\';
  if (p.at(K.UESCAPE)) {
    p.advance();
    escapeUnit = p.text().slice(1, -1);
    const at = p.start;
    p.expect(T.QUOTED_STRING);
    checkEscape(p, escapeUnit);
    if (form !== 'unicode') {
      p.refuse(at, p.end, 'UESCAPE cannot be specified without Unicode literal introducer', 'invalid-literal');
    }
  }
  if (form === 'unicode') value = unescapeUnicode(p, start, value, escapeUnit);
  if (charset !== undefined && form !== 'unicode') checkCharset(p, start, charset, value);
  const node = { kind: 'StringLiteral', start, end: p.end, value, form } as const;
  return charset === undefined ? node : { ...node, charset };
}

/** The character sets that Calcite knows (SqlUtil.translateCharacterSetName). */
const charsets = new Set('BIG5 LATIN1 UTF8 UTF16 UTF-16 GB2312 GBK UTF-16BE UTF-16LE ISO-8859-1 UTF-8'.split(' '));

/** Refuses an unknown character set, and characters that Latin 1 has not. */
function checkCharset(p: Parser, start: number, charset: string, value: string): void {
  const name = charset.toUpperCase();
  if (!charsets.has(name)) {
    p.refuse(start, p.end, `Unknown character set '${charset}'`, 'invalid-literal');
  } else if ((name === 'LATIN1' || name === 'ISO-8859-1') && /[\u0100-\uffff]/.test(value)) {
    p.refuse(start, p.end, `Failed to encode '${value}' in character set 'ISO-8859-1'`, 'invalid-literal');
  }
}

/** Refuses `\\u` and `\\U` of an E'…' text without four or eight hex digits, or above what Java's int holds. */
function checkEscapesC(p: Parser, start: number, text: string): void {
  for (const { 0: all, index } of text.matchAll(/\\(?:u[\s\S]{0,4}|U[\s\S]{0,8}|[\s\S])/g)) {
    const digits = all[1] === 'u' ? 4 : all[1] === 'U' ? 8 : 0;
    if (digits === 0) continue;
    const hex = all.slice(2);
    if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) {
      const message = `Unicode escape sequence starting at character ${index} is not exactly four hex digits`;
      p.refuseAndLeave(start, p.end, message, 'invalid-literal', 'SqlValidatorException');
    }
    if (Number.parseInt(hex, 16) > 0x7fffffff) {
      const message = `For input string: "${hex}" under radix 16`;
      p.refuseAndLeave(start, p.end, message, 'invalid-literal', 'NumberFormatException');
    }
  }
}

/** Resolves the escapes of an E'…' text. */
function unescapeC(text: string): string {
  return text.replace(
    /''|\\(?:([bfnrt])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (all, letter?: string, octal?: string, hex?: string, u4?: string, u8?: string, other?: string) => {
      if (all === "''") return "'";
      if (letter !== undefined) return { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[letter] as string;
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const code = hex ?? u4 ?? u8;
      if (code !== undefined) {
        const point = Number.parseInt(code, 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : all;
      }
      return other ?? '';
    },
  );
}

/** Whether a number without sign begins here (`DECIMAL '1.5'` is one). */
export const atUnsignedNumber = (p: Parser): boolean =>
  p.at(T.UNSIGNED_INTEGER) ||
  p.kind === T.DECIMAL ||
  p.kind === T.APPROX_NUMERIC ||
  (p.kind === K.DECIMAL && p.peek(1) === T.QUOTED_STRING);

/** 12 | 1.5 | 1e3 | DECIMAL '1.5' */
export function unsignedNumber(p: Parser): NumberLiteral {
  const { start, kind } = p;
  if (!atUnsignedNumber(p)) p.fail(T.UNSIGNED_INTEGER);
  let text = p.text();
  p.advance();
  if (kind === K.DECIMAL) {
    text = quotedString(p).value;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text.trim())) {
      p.refuse(start, p.end, `Literal '${text}' can not be parsed to type 'DECIMAL'`, 'invalid-literal');
    }
  }
  return { kind: 'NumberLiteral', start, end: p.end, text, approximate: kind === T.APPROX_NUMERIC };
}

/** [ + | - ] number; the sign belongs to the literal. */
export function signedNumber(p: Parser): NumberLiteral {
  const { start } = p;
  const negative = p.at(T.MINUS);
  if (negative || p.at(T.PLUS)) p.advance();
  const number = unsignedNumber(p);
  return { ...number, start, text: negative ? `-${number.text}` : number.text };
}

/** A literal of any kind, without operators (a partition's value, Calcite's SET). */
export function literal(p: Parser): Expression {
  const { start, kind } = p;
  if (atString(p)) return anyStringLiteral(p);
  if (kind === T.PLUS || kind === T.MINUS || atUnsignedNumber(p)) return signedNumber(p);
  if (kind === K.INTERVAL) return intervalLiteral(p);
  if (kind === K.DATE || kind === K.TIME || kind === K.TIMESTAMP || kind === K.DATETIME) return dateTimeLiteral(p);
  if (kind >= T.LBRACE_D && kind <= T.LBRACE_TS) return dateTimeLiteral(p);
  if (p.accept(K.NULL)) return { kind: 'NullLiteral', start, end: p.end };
  if (p.accept(K.TRUE)) return { kind: 'BooleanLiteral', start, end: p.end, value: true };
  if (p.accept(K.FALSE)) return { kind: 'BooleanLiteral', start, end: p.end, value: false };
  p.expect(K.UNKNOWN);
  return { kind: 'BooleanLiteral', start, end: p.end, value: null };
}

/** An unsigned integer token as a number. */
export function unsignedInt(p: Parser): number {
  const text = p.text();
  const { start } = p;
  p.expect(T.UNSIGNED_INTEGER);
  const value = Number(text);
  if (value > 0x7fffffff) {
    p.refuse(start, p.end, `Literal '${text}' can not be parsed to type 'java.lang.Integer'`, 'invalid-literal');
  }
  return value;
}

/** DATE 'x' | TIME 'x' | TIMESTAMP 'x' | TIMESTAMP WITH LOCAL TIME ZONE 'x' | DATETIME 'x' | {d 'x'} | {t 'x'} | {ts 'x'} */
export function dateTimeLiteral(p: Parser): DateTimeLiteral {
  const { start, kind } = p;
  p.advance();
  const escaped = kind >= T.LBRACE_D && kind <= T.LBRACE_TS;
  let type: DateTimeLiteral['type'] = 'TIMESTAMP';
  if (kind === K.DATE || kind === T.LBRACE_D) type = 'DATE';
  else if (kind === K.TIME || kind === T.LBRACE_T) type = 'TIME';
  else if (kind === K.DATETIME) type = 'DATETIME';
  else if (kind === K.TIMESTAMP && p.at(K.WITH)) {
    p.expectAll(K.WITH, K.LOCAL, K.TIME, K.ZONE);
    type = 'TIMESTAMP WITH LOCAL TIME ZONE';
  }
  const { value, start: valueStart, end: valueEnd } = quotedString(p);
  if (escaped) {
    p.expect(T.RBRACE);
    checkEscaped(p, kind === T.LBRACE_D ? 'DATE' : kind === T.LBRACE_T ? 'TIME' : 'TIMESTAMP', value);
  }
  return { kind: 'DateTimeLiteral', start, end: p.end, type, value, valueStart, valueEnd };
}

/** What the parser refuses in `{d '…'}` and relatives; `DATE '…'` is checked by the validator. */
function checkEscaped(p: Parser, type: 'DATE' | 'TIME' | 'TIMESTAMP', text: string): void {
  const value = text.trim();
  const [date, time] = type === 'TIME' ? ['', value] : type === 'DATE' ? [value, ''] : splitTimestamp(value);
  // A timestamp may have no time of day.
  const good =
    (type === 'TIME' || realDate(date)) && (type === 'DATE' || (type !== 'TIME' && time === '') || realTime(time));
  if (good) return;
  const format = { DATE: 'yyyy-MM-dd', TIME: 'HH:mm:ss', TIMESTAMP: 'yyyy-MM-dd HH:mm:ss' };
  const message = `Illegal ${type} literal '${text}': not in format '${format[type]}'`;
  p.refuse(p.startOf(-1), p.end, message, 'invalid-literal');
}

function splitTimestamp(value: string): [string, string] {
  const blank = value.indexOf(' ');
  return blank < 0 ? [value, ''] : [value.slice(0, blank), value.slice(blank + 1)];
}

function realDate(text: string): boolean {
  if (!/^\d+-\d+-\d+$/.test(text)) return false;
  const [y, m, d] = text.split('-').map(Number) as [number, number, number];
  if (m < 1 || m > 12 || d < 1) return false;
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  return d <= (m === 2 ? (leap ? 29 : 28) : m === 4 || m === 6 || m === 9 || m === 11 ? 30 : 31);
}

function realTime(text: string): boolean {
  if (!/^\d+:\d+:\d+(\.\d*)?$/.test(text)) return false;
  const [h, m, s] = text.split(':').map(Number) as [number, number, number];
  return h < 24 && m < 60 && s < 60;
}

/** INTERVAL [+|-] 'x' qualifier | INTERVAL [+|-] ( expr ) | number | name, then one unit */
export function interval(p: Parser): IntervalLiteral | IntervalExpression {
  const { start } = p;
  p.expect(K.INTERVAL);
  let sign: 1 | -1 = 1;
  const signStart = p.start;
  if (p.accept(T.MINUS)) sign = -1;
  else p.accept(T.PLUS);
  if (p.at(T.QUOTED_STRING)) {
    return intervalText(p, start, sign);
  }
  let value: Expression;
  if (p.at(T.LPAREN)) {
    const open = p.start;
    p.advance();
    const inner = expression(p, SUB_QUERY);
    p.expect(T.RPAREN);
    value = { kind: 'Paren', start: open, end: p.end, expr: inner };
  } else if (atUnsignedNumber(p)) value = unsignedNumber(p);
  else {
    const name = qualifiedName(p, 'column');
    value = { kind: 'ColumnRef', start: name.start, end: name.end, parts: name.parts };
  }
  if (sign < 0) value = { kind: 'Unary', start: signStart, end: p.end, op: '-', operand: value };
  const qualifier = intervalStart(p);
  return { kind: 'IntervalExpression', start, end: p.end, value, qualifier };
}

/** IntervalLiteral alone (WITHIN of MATCH_RECOGNIZE): INTERVAL [+|-] 'x' qualifier */
export function intervalLiteral(p: Parser): IntervalLiteral {
  const { start } = p;
  p.expect(K.INTERVAL);
  let sign: 1 | -1 = 1;
  if (p.accept(T.MINUS)) sign = -1;
  else p.accept(T.PLUS);
  return intervalText(p, start, sign);
}

/** 'x' qualifier, after INTERVAL at `start` and the sign */
function intervalText(p: Parser, start: number, sign: 1 | -1): IntervalLiteral {
  const { value } = quotedString(p);
  const qualifier = intervalQualifier(p);
  if (value === '') {
    const message = `Illegal INTERVAL literal  ${qualifierText(qualifier)}; at ${p.placeAt(start)}`;
    p.refuse(start, p.end, message, 'invalid-literal');
  }
  return { kind: 'IntervalLiteral', start, end: p.end, sign, value, qualifier };
}

/** A qualifier as Calcite prints it. */
function qualifierText({ from, to, precision, fractionalPrecision }: IntervalQualifier): string {
  const numbers = to === undefined ? [precision, fractionalPrecision] : [precision];
  const given = numbers.filter((n) => n !== undefined);
  const start = given.length > 0 ? `${from}(${given.join(', ')})` : from;
  if (to === undefined) return start;
  return `${start} TO ${to}${fractionalPrecision === undefined ? '' : `(${fractionalPrecision})`}`;
}

const intervalUnits = new Map<number, TimeUnit>([
  [K.YEAR, 'YEAR'],
  [K.YEARS, 'YEAR'],
  [K.QUARTER, 'QUARTER'],
  [K.QUARTERS, 'QUARTER'],
  [K.MONTH, 'MONTH'],
  [K.MONTHS, 'MONTH'],
  [K.WEEK, 'WEEK'],
  [K.WEEKS, 'WEEK'],
  [K.DAY, 'DAY'],
  [K.DAYS, 'DAY'],
  [K.HOUR, 'HOUR'],
  [K.HOURS, 'HOUR'],
  [K.MINUTE, 'MINUTE'],
  [K.MINUTES, 'MINUTE'],
  [K.SECOND, 'SECOND'],
  [K.SECONDS, 'SECOND'],
]);

/** Which units may follow `TO`. */
const intervalEnds: Partial<Record<TimeUnit, readonly TimeUnit[]>> = {
  YEAR: ['MONTH'],
  DAY: ['HOUR', 'MINUTE', 'SECOND'],
  HOUR: ['MINUTE', 'SECOND'],
  MINUTE: ['SECOND'],
};

/** Whether a unit of an interval begins here. */
export const atIntervalUnit = (p: Parser): boolean => intervalUnits.has(p.kind);

function intervalUnit(p: Parser): TimeUnit {
  if (p.index === p.probe) for (const kind of intervalUnits.keys()) p.expectedKinds.add(kind);
  const unit = intervalUnits.get(p.kind);
  if (unit === undefined) p.fail();
  p.advance();
  return unit;
}

/** unit [ ( precision [, fraction] ) ] [ TO unit [ ( fraction ) ] ] */
export function intervalQualifier(p: Parser): IntervalQualifier {
  const single = intervalStart(p);
  const ends = intervalEnds[single.from];
  const to = intervalUnits.get(p.peek(1));
  if (p.kind !== K.TO || ends === undefined || to === undefined || !ends.includes(to)) {
    if (ends !== undefined && p.index === p.probe) p.expectedKinds.add(K.TO);
    if (ends !== undefined && p.kind === K.TO && !isIdentifierKind(p.peek(1)) && to === undefined) {
      p.ahead(2);
      p.advance();
      p.fail();
    }
    return single;
  }
  p.advance();
  p.advance();
  if (to !== 'SECOND' || !p.accept(T.LPAREN)) return { ...single, end: p.end, to };
  const fractionalPrecision = unsignedInt(p);
  p.expect(T.RPAREN);
  return { ...single, end: p.end, to, fractionalPrecision };
}

/** unit [ ( precision ) ]; SECOND also ( precision, fraction ) */
function intervalStart(p: Parser): IntervalQualifier {
  const { start } = p;
  const from = intervalUnit(p);
  if (!p.accept(T.LPAREN)) return { kind: 'IntervalQualifier', start, end: p.end, from };
  const precision = unsignedInt(p);
  if (from !== 'SECOND' || !p.accept(T.COMMA)) {
    p.expect(T.RPAREN);
    return { kind: 'IntervalQualifier', start, end: p.end, from, precision };
  }
  const fractionalPrecision = unsignedInt(p);
  p.expect(T.RPAREN);
  return { kind: 'IntervalQualifier', start, end: p.end, from, precision, fractionalPrecision };
}

const argumentUnits = new Map<number, TimeUnit>([
  ...[...intervalUnits].filter(([kind, unit]) => kind === K[unit]),
  [K.MILLISECOND, 'MILLISECOND'],
  [K.MICROSECOND, 'MICROSECOND'],
  [K.NANOSECOND, 'NANOSECOND'],
  [K.DAYOFWEEK, 'DOW'],
  [K.DAYOFYEAR, 'DOY'],
  [K.DOW, 'DOW'],
  [K.DOY, 'DOY'],
  [K.ISODOW, 'ISODOW'],
  [K.ISOYEAR, 'ISOYEAR'],
  [K.EPOCH, 'EPOCH'],
  [K.DECADE, 'DECADE'],
  [K.CENTURY, 'CENTURY'],
  [K.MILLENNIUM, 'MILLENNIUM'],
]);

/** Whether one of the units of EXTRACT and the like begins here. */
export const atTimeUnit = (p: Parser): boolean => argumentUnits.has(p.kind);

/** A unit (WEEK may name its first day: `WEEK(MONDAY)`), or the name of a time frame. */
export function timeUnitOrName(p: Parser): TimeUnitArgument {
  const { start } = p;
  if (p.index === p.probe) for (const kind of argumentUnits.keys()) p.expectedKinds.add(kind);
  const unit = argumentUnits.get(p.kind);
  if (unit === undefined) {
    const name = identifier(p, 'alias');
    return { kind: 'TimeUnitArgument', start, end: p.end, name };
  }
  p.advance();
  if (unit === 'WEEK' && p.at(T.LPAREN)) {
    p.ahead(2);
    p.advance();
    if (!weekdays.has(p.kind)) p.fail();
    const weekday = weekdays.get(p.kind) as string;
    p.advance();
    p.expect(T.RPAREN);
    return { kind: 'TimeUnitArgument', start, end: p.end, unit, weekday };
  }
  return { kind: 'TimeUnitArgument', start, end: p.end, unit };
}

const weekdays = new Map<number, string>(
  (['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const).map((d) => [K[d], d]),
);

/** Whether the token after `INTERVAL` can begin its value. */
export const isIntervalValue = (kind: number): boolean =>
  kind === T.QUOTED_STRING || kind === T.LPAREN || kind === T.MINUS || kind === T.PLUS || isIdentifierKind(kind);
