import { FlinkFault } from '../../errors.ts';
import {
  civil,
  dayOf,
  dayOfYear,
  daysInMonth,
  epochDay,
  type HistoricDate,
  historicDate,
  historicDay,
  isoDayOfWeek,
  MILLIS_PER_DAY,
  sundayWeek,
} from './calendar.ts';
import { type Zone, zoneOf, zoneOrGmt } from './time-zone.ts';

/** Patterns of java.time.format.DateTimeFormatter and java.text.SimpleDateFormat, English texts. */

interface Field {
  readonly letter: string;
  readonly count: number;
}

type Part = Field | { readonly literal: string } | { readonly optional: 'start' | 'end' };

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const LETTERS_MODERN = 'GuyDMLdQqYwWEecFaBhKkHmsSAnNVvzOXxZp';
const LETTERS_SIMPLE = 'GyYMLwWDdFEuaHkKhmsSzZX';

function parsePattern(pattern: string, letters: string, illegal: (letter: string) => FlinkFault): Part[] {
  const parts: Part[] = [];
  const literal = (text: string) => {
    const last = parts[parts.length - 1];
    if (last && 'literal' in last) parts[parts.length - 1] = { literal: last.literal + text };
    else parts.push({ literal: text });
  };
  for (let i = 0; i < pattern.length; ) {
    const c = pattern[i] as string;
    if (/[A-Za-z]/.test(c)) {
      if (!letters.includes(c)) throw illegal(c);
      let end = i;
      while (pattern[end] === c) end++;
      parts.push({ letter: c, count: end - i });
      i = end;
    } else if (c === "'") {
      let text = '';
      let end = i + 1;
      for (; ; end++) {
        if (end >= pattern.length) {
          throw new FlinkFault(
            'IllegalArgumentException',
            `Pattern ends with an incomplete string literal: ${pattern}`,
          );
        }
        if (pattern[end] !== "'") text += pattern[end];
        else if (pattern[end + 1] === "'") {
          text += "'";
          end++;
        } else break;
      }
      literal(text === '' && end === i + 1 ? "'" : text);
      i = end + 1;
    } else if (letters === LETTERS_MODERN && (c === '[' || c === ']')) {
      parts.push({ optional: c === '[' ? 'start' : 'end' });
      i++;
    } else {
      literal(c);
      i++;
    }
  }
  return parts;
}

const pad = (n: number, width: number): string =>
  n < 0 ? `-${String(-n).padStart(width, '0')}` : String(n).padStart(width, '0');

/** `+hhmm`, `+hh:mm`, `GMT+8`… of an offset in milliseconds. */
function offsetText(offset: number, letter: string, count: number): string {
  const sign = offset < 0 ? '-' : '+';
  const minutes = Math.abs(Math.trunc(offset / 60_000));
  const [h, m] = [pad(Math.floor(minutes / 60), 2), pad(minutes % 60, 2)];
  if (letter === 'X' && offset === 0) return 'Z';
  if (letter === 'O' || (letter === 'Z' && count === 4)) {
    if (offset === 0) return 'GMT';
    return count === 4 ? `GMT${sign}${h}:${m}` : `GMT${sign}${Number(h)}${m === '00' ? '' : `:${m}`}`;
  }
  if (letter === 'Z') return count === 5 ? (offset === 0 ? 'Z' : `${sign}${h}:${m}`) : `${sign}${h}${m}`;
  if (count === 1) return m === '00' ? `${sign}${h}` : `${sign}${h}${m}`;
  return count === 3 || count === 5 ? `${sign}${h}:${m}` : `${sign}${h}${m}`;
}

function dateOf(epochDays: number): HistoricDate {
  const [year, month, day] = civil(epochDays);
  return { year, month, day };
}

interface Moment {
  readonly local: number;
  readonly nanos: number;
  readonly offset: number;
  readonly zone: Zone;
}

/** A year; DateTimeFormatter writes a plus before one of more digits than the pattern's four or more (SignStyle.EXCEEDS_PAD). */
const signed = (year: number, count: number, simple: boolean): string =>
  `${!simple && count >= 4 && year >= 10 ** count ? '+' : ''}${pad(year, count)}`;

function formatField({ letter, count }: Field, at: Moment, simple: boolean): string {
  const day = dayOf(at.local);
  const time = at.local - day * MILLIS_PER_DAY;
  // SimpleDateFormat goes by GregorianCalendar, which is the Julian one before 1582.
  const { year, month, day: date } = simple ? historicDate(day) : dateOf(day);
  const hour = Math.floor(time / 3_600_000);
  const era = year > 0 ? year : 1 - year;
  switch (letter) {
    case 'G':
      return count === 4 && !simple ? (year > 0 ? 'Anno Domini' : 'Before Christ') : year > 0 ? 'AD' : 'BC';
    case 'u':
      if (simple) return pad(isoDayOfWeek(day), count);
      return count === 2 ? pad(((year % 100) + 100) % 100, 2) : signed(year, count, simple);
    case 'y':
      return count === 2 ? pad(era % 100, 2) : signed(era, count, simple);
    case 'Y': {
      const week = sundayWeek(day).year;
      return count === 2 ? pad(week % 100, 2) : pad(week, count);
    }
    case 'M':
    case 'L': {
      const name = MONTHS[month - 1] as string;
      if (count === 5 && !simple) return name[0] as string;
      return count >= 4 ? name : count === 3 ? name.slice(0, 3) : pad(month, count);
    }
    case 'd':
      return pad(date, count);
    case 'D':
      return pad(dayOfYear(day), count);
    case 'Q':
    case 'q': {
      const quarter = Math.ceil(month / 3);
      if (count === 3) return `Q${quarter}`;
      return count === 4 ? `${quarter}${['st', 'nd', 'rd', 'th'][quarter - 1]} quarter` : pad(quarter, count);
    }
    case 'w':
      return pad(sundayWeek(day).week, count);
    case 'W':
      return pad(Math.ceil((date + ((((epochDay(year, month, 1) + 4) % 7) + 7) % 7)) / 7), count);
    case 'F':
      return pad(simple ? Math.ceil(date / 7) : ((date - 1) % 7) + 1, count);
    case 'E': {
      const name = DAYS[isoDayOfWeek(day) - 1] as string;
      return count === 5 && !simple ? (name[0] as string) : count >= 4 ? name : name.slice(0, 3);
    }
    case 'e':
    case 'c': {
      const sunday = (isoDayOfWeek(day) % 7) + 1;
      if (count <= 2) return pad(sunday, count);
      const name = DAYS[isoDayOfWeek(day) - 1] as string;
      return count === 3 ? name.slice(0, 3) : count === 4 ? name : (name[0] as string);
    }
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'h':
      return pad(hour % 12 || 12, count);
    case 'K':
      return pad(hour % 12, count);
    case 'k':
      return pad(hour || 24, count);
    case 'H':
      return pad(hour, count);
    case 'm':
      return pad(Math.floor(time / 60_000) % 60, count);
    case 's':
      return pad(Math.floor(time / 1000) % 60, count);
    case 'S': {
      if (simple) return pad(time % 1000, count);
      return pad((time % 1000) * 1_000_000 + at.nanos, 9).slice(0, count);
    }
    case 'A':
      return pad(time, count);
    case 'n':
      return pad((time % 1000) * 1_000_000 + at.nanos, count);
    case 'N':
      return String(BigInt(time) * 1_000_000n + BigInt(at.nanos)).padStart(count, '0');
    case 'V':
      return at.zone.id;
    case 'z':
    case 'v':
      return zoneName(at, count);
    case 'X':
    case 'x':
    case 'Z':
    case 'O':
      return offsetText(at.offset, letter, count);
    default:
      return '';
  }
}

/** Name of the zone at a moment, such as `UTC`, `CET`, `PST`. */
function zoneName(at: Moment, count: number): string {
  if (/^(UTC|Z|Etc\/UTC)$/.test(at.zone.id)) return count === 4 ? 'Coordinated Universal Time' : 'UTC';
  if (at.zone.fixed !== undefined) return at.zone.id;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: at.zone.id,
    timeZoneName: count === 4 ? 'long' : 'short',
  }).formatToParts(at.local - at.offset);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? at.zone.id;
}

export type DateFormat = (utcMs: number, nanos: number, zone: Zone) => string;

/** The longest time for which local times have one text: those of a day, of a minute, or 0. */
function unitOf(parts: readonly Part[]): number {
  let unit = MILLIS_PER_DAY;
  for (const part of parts) {
    if (!('letter' in part) || 'yuMLd'.includes(part.letter)) continue;
    if (!'HhKkam'.includes(part.letter)) return 0;
    unit = 60_000;
  }
  return unit;
}

function formatter(parts: readonly Part[], simple: boolean): DateFormat {
  const unit = unitOf(parts);
  // Rows that follow each other are mostly of one day, or of one minute.
  let lastUnit = Number.NaN;
  let lastText = '';
  const format: DateFormat = (utcMs, nanos, zone) => {
    const offset = zone.offsetAt(utcMs);
    const at: Moment = { local: utcMs + offset, nanos, offset, zone };
    let text = '';
    for (const part of parts) {
      if ('literal' in part) text += part.literal;
      else if ('letter' in part) text += formatField(part, at, simple);
    }
    return text;
  };
  if (unit === 0) return format;
  return (utcMs, nanos, zone) => {
    const current = Math.floor((utcMs + zone.offsetAt(utcMs)) / unit);
    if (current !== lastUnit) {
      lastText = format(utcMs, nanos, zone);
      lastUnit = current;
    }
    return lastText;
  };
}

const unknownLetter = (letter: string) =>
  new FlinkFault('IllegalArgumentException', `Unknown pattern letter: ${letter}`);
const illegalLetter = (letter: string) =>
  new FlinkFault('IllegalArgumentException', `Illegal pattern character '${letter}'`);

/** DateTimeFormatter.ofPattern(pattern).format. */
export const modernFormat = (pattern: string): DateFormat =>
  formatter(parsePattern(pattern, LETTERS_MODERN, unknownLetter), false);

/** new SimpleDateFormat(pattern).format. */
export const simpleFormat = (pattern: string): DateFormat =>
  formatter(parsePattern(pattern, LETTERS_SIMPLE, illegalLetter), true);

/** Fields found in a text. */
interface Found {
  values: Map<string, number>;
  zone: Zone | undefined;
  at: number;
}

/** Local milliseconds and nanoseconds, or UTC where the text named a zone. */
export interface Parsed {
  readonly ms: number;
  readonly nanos: number;
  readonly utc: boolean;
}

export type DateParse = (text: string) => Parsed | undefined;

function readNumber(
  text: string,
  at: number,
  least: number,
  most: number,
  signed = false,
): { value: number; end: number } | undefined {
  let start = at;
  let negative = false;
  if (signed && (text[start] === '-' || text[start] === '+')) {
    negative = text[start] === '-';
    start++;
  }
  let end = start;
  while (end < text.length && end - start < most && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
  if (end - start < least || end === start) return undefined;
  const value = Number(text.slice(start, end));
  return { value: negative ? -value : value, end };
}

function readName(text: string, at: number, names: readonly string[]): { index: number; end: number } | undefined {
  for (const [index, name] of names.entries()) {
    if (text.slice(at, at + name.length).toLowerCase() === name.toLowerCase()) return { index, end: at + name.length };
  }
  return undefined;
}

function readZone(text: string, at: number): { zone: Zone; end: number } | undefined {
  const rest = text.slice(at);
  const m = /^(?:(Z)|(?:GMT|UTC)?([+-])(\d{2}):?(\d{2})?|([A-Za-z]+(?:\/[A-Za-z_+-]+)*))/.exec(rest);
  if (!m) return undefined;
  const end = at + m[0].length;
  if (m[1]) return { zone: zoneOf('UTC'), end };
  if (m[2]) return { zone: zoneOf(`${m[2]}${m[3]}:${m[4] ?? '00'}`), end };
  return { zone: zoneOrGmt(m[5] as string), end };
}

function readField(part: Field, next: Part | undefined, text: string, found: Found, simple: boolean): boolean {
  const { letter, count } = part;
  const adjacent = next !== undefined && 'letter' in next;
  const put = (name: string, value: number, end: number): boolean => {
    found.values.set(name, value);
    found.at = end;
    return true;
  };
  const number = (least: number, most: number, name: string, signed = false): boolean => {
    const read = readNumber(text, found.at, least, most, signed);
    return read ? put(name, read.value, read.end) : false;
  };
  // A number directly before another field takes exactly its width; a SimpleDateFormat field any number of digits else.
  const fixed = (name: string, width = count): boolean =>
    simple ? number(1, adjacent ? width : 19, name) : number(width === 1 ? 1 : width, width === 1 ? 19 : width, name);
  switch (letter) {
    case 'G': {
      const era = readName(text, found.at, ['AD', 'BC']);
      return era ? put('era', era.index, era.end) : false;
    }
    case 'y':
    case 'u': {
      if (simple && letter === 'u') return fixed('dow');
      if (count === 2) {
        const read = readNumber(text, found.at, simple ? 1 : 2, simple && !adjacent ? 19 : 2);
        if (!read) return false;
        const short = read.end - found.at <= 2;
        const value = !short ? read.value : simple ? century(read.value) : 2000 + read.value;
        return put('y', value, read.end);
      }
      if (simple) return number(1, adjacent ? count : 19, 'y', !adjacent);
      return number(count, adjacent ? count : count < 4 ? 19 : count === 4 ? 10 : 19, 'y', !adjacent);
    }
    case 'M':
    case 'L': {
      if (count < 3) return fixed('M');
      const name =
        readName(text, found.at, MONTHS) ??
        readName(
          text,
          found.at,
          MONTHS.map((month) => month.slice(0, 3)),
        );
      return name ? put('M', name.index + 1, name.end) : simple ? fixed('M') : false;
    }
    case 'E': {
      const name =
        readName(text, found.at, DAYS) ??
        readName(
          text,
          found.at,
          DAYS.map((day) => day.slice(0, 3)),
        );
      return name ? put('dow', name.index + 1, name.end) : false;
    }
    case 'a': {
      const half = readName(text, found.at, ['AM', 'PM']);
      return half ? put('a', half.index, half.end) : false;
    }
    case 'S': {
      if (simple) return fixed('ms');
      const read = readNumber(text, found.at, count, count);
      return read ? put('nano', Number(text.slice(found.at, read.end).padEnd(9, '0').slice(0, 9)), read.end) : false;
    }
    case 'n':
      return fixed('nano');
    case 'd':
    case 'D':
    case 'H':
    case 'k':
    case 'K':
    case 'h':
    case 'm':
    case 's':
      return fixed(letter);
    case 'z':
    case 'Z':
    case 'X':
    case 'x':
    case 'O':
    case 'V': {
      const read = readZone(text, found.at);
      if (!read) return false;
      found.zone = read.zone;
      found.at = read.end;
      return true;
    }
    default:
      return fixed(letter);
  }
}

/** Two-digit years of SimpleDateFormat lie within 80 years before and 20 after now. */
function century(year: number): number {
  const now = new Date().getUTCFullYear();
  const start = now - 80;
  const candidate = start - (start % 100) + year;
  return candidate < start ? candidate + 100 : candidate;
}

function readParts(
  parts: readonly Part[],
  from: number,
  to: number,
  text: string,
  found: Found,
  simple: boolean,
): boolean {
  for (let k = from; k < to; k++) {
    const part = parts[k] as Part;
    if ('optional' in part) {
      if (part.optional === 'end') continue;
      let depth = 1;
      let end = k + 1;
      while (end < to && depth > 0) {
        const at = parts[end] as Part;
        if ('optional' in at) depth += at.optional === 'start' ? 1 : -1;
        end++;
      }
      const saved = { values: new Map(found.values), zone: found.zone, at: found.at };
      if (!readParts(parts, k + 1, depth === 0 ? end - 1 : end, text, found, simple)) Object.assign(found, saved);
      k = end - 1;
    } else if ('literal' in part) {
      let literal = part.literal;
      if (simple && literal.trim() === '') {
        // Blanks of the pattern match any number of blanks.
        while (text[found.at] === ' ') found.at++;
        literal = '';
      }
      if (!text.startsWith(literal, found.at)) return false;
      found.at += literal.length;
    } else {
      if (simple) while (text[found.at] === ' ' && part.letter !== 'z') found.at++;
      if (!readField(part, parts[k + 1], text, found, simple)) return false;
    }
  }
  return true;
}

/** Fields to a moment; SimpleDateFormat is lenient (month 13 is next January), DateTimeFormatter refuses or clamps. */
function resolve(found: Found, lenient: boolean): Parsed | undefined {
  const { values } = found;
  const get = (name: string, otherwise: number): number => values.get(name) ?? otherwise;
  let year = get('y', 1970);
  if (values.get('era') === 1) year = 1 - year;
  let month = get('M', 1);
  const date = get('d', 1);
  let hour = values.get('H');
  if (hour === undefined && values.has('k')) hour = get('k', 0) === 24 ? 0 : get('k', 0);
  if (hour === undefined && (values.has('h') || values.has('K'))) {
    hour = (values.has('h') ? get('h', 0) % 12 : get('K', 0)) + 12 * get('a', 0);
  }
  hour ??= 0;
  const [minute, second] = [get('m', 0), get('s', 0)];
  let day: number;
  if (lenient) {
    year += Math.floor((month - 1) / 12);
    month = ((((month - 1) % 12) + 12) % 12) + 1;
    day = historicDay(year, month, date);
  } else {
    if (month < 1 || month > 12 || date < 1 || date > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
    day = epochDay(year, month, Math.min(date, daysInMonth(year, month)));
  }
  if (values.has('D') && !values.has('M') && !values.has('d')) day = epochDay(year, 1, 1) + get('D', 1) - 1;
  const nanos = get('nano', 0);
  const ms =
    day * MILLIS_PER_DAY + hour * 3_600_000 + minute * 60_000 + second * 1000 + get('ms', 0) + Math.floor(nanos / 1e6);
  if (!found.zone) return { ms, nanos: nanos % 1e6, utc: false };
  return { ms: found.zone.toUtc(ms), nanos: nanos % 1e6, utc: true };
}

/** DateTimeFormatter.ofPattern(pattern).parse of a whole text; undefined where it fails. A year must be given. */
export function modernParse(pattern: string): DateParse {
  const parts = parsePattern(pattern, LETTERS_MODERN, unknownLetter);
  return (text) => {
    const found: Found = { values: new Map(), zone: undefined, at: 0 };
    if (!readParts(parts, 0, parts.length, text, found, false) || found.at !== text.length) return undefined;
    return resolve(found, false);
  };
}

/** new SimpleDateFormat(pattern).parse: text after the pattern is ignored. */
export function simpleParse(pattern: string): DateParse {
  const parts = parsePattern(pattern, LETTERS_SIMPLE, illegalLetter);
  return (text) => {
    const found: Found = { values: new Map(), zone: undefined, at: 0 };
    return readParts(parts, 0, parts.length, text, found, true) ? resolve(found, true) : undefined;
  };
}
