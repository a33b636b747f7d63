import { createHash } from 'node:crypto';
import { FlinkFault } from '../../errors.ts';
import { epochToText } from '../../formats/time-text.ts';
import type { FakerContext, Random, Template } from './expression.ts';
import { compileRegex } from './regexify.ts';

/** Makes a template of the arguments of a directive; throws where they are none of its. */
type BuiltIn = (given: readonly string[]) => Template;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = {
  NANOSECONDS: 1e-6,
  MICROSECONDS: 1e-3,
  MILLISECONDS: 1,
  SECONDS: 1000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: DAY_MS,
};

const wrong = (what: string): FlinkFault => new FlinkFault('IllegalArgumentException', what);

function integer(text: string | undefined): number {
  if (text === undefined || !/^[+-]?\d+$/.test(text.trim()))
    throw new FlinkFault('NumberFormatException', `For input string: "${text}"`);
  return Number(text);
}

function unit(text: string | undefined): number {
  const ms = UNITS[(text ?? '').toUpperCase()];
  if (ms === undefined) throw wrong(`No enum constant java.util.concurrent.TimeUnit.${text}`);
  return ms;
}

/** As java.sql.Timestamp shows it, in UTC. */
const timestamp = (ms: number): string => epochToText(Math.floor(ms), 3, ' ');

const between = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low));

/** `past 'atMost'[,'atLeast'],'UNIT'`: a moment before now, or after it for `future`. */
function apart(sign: 1 | -1): BuiltIn {
  return (given) => {
    const scale = unit(given.at(-1));
    const most = integer(given[0]) * scale;
    const least = given.length > 2 ? integer(given[1]) * scale : 0;
    if (most <= 0 || least >= most) throw wrong(`Invalid time range, the upper bound date is before the lower bound.`);
    return ({ now, random }) => timestamp(now() + sign * (least + random() * (most - least)));
  };
}

function moment(text: string | undefined): number {
  const ms = Date.parse(`${(text ?? '').trim().replace(' ', 'T')}${/[T ]\d/.test(text ?? '') ? 'Z' : ''}`);
  if (Number.isNaN(ms)) throw wrong(`Not a moment: '${text}'`);
  return ms;
}

const replaceAll = (pattern: RegExp, make: (random: Random, c: string) => string): BuiltIn => {
  return ([text = '']) =>
    ({ random }) =>
      text.replace(pattern, (c) => make(random, c));
};
const digit = (random: Random): string => String(between(random, 0, 10));
const letter = (random: Random): string => LETTERS[between(random, 0, 26)] as string;

function decimals(random: Random, places: number, low: number, high: number): string {
  return (low + random() * (high - low)).toFixed(places);
}

function hash(algorithm: string): BuiltIn {
  return () => (context: FakerContext) => createHash(algorithm).update(String(context.random())).digest('hex');
}

const option: BuiltIn = (given) => {
  if (given.length === 0) throw wrong('options.option needs options');
  return ({ random }) => given[between(random, 0, given.length)] as string;
};

const numberBetween: BuiltIn = ([low, high]) => {
  const [from, to] = [integer(low), integer(high)];
  return ({ random }) => String(from === to ? from : between(random, from, to));
};

/** Directives that need no library of names; keys are in lower case without `_`. */
export const BUILT_IN: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['regexify', ([pattern = '']) => compileRegex(pattern)],
  ['numerify', replaceAll(/#/g, digit)],
  ['letterify', replaceAll(/\?/g, letter)],
  ['bothify', replaceAll(/[#?]/g, (random, c) => (c === '#' ? digit(random) : letter(random)))],
  ['options.option', option],
  ['option.option', option],
  ['number.numberbetween', numberBetween],
  ['random.nextint', numberBetween],
  [
    'number.randomdigit',
    () =>
      ({ random }) =>
        digit(random),
  ],
  [
    'number.digit',
    () =>
      ({ random }) =>
        digit(random),
  ],
  [
    'number.randomdigitnotzero',
    () =>
      ({ random }) =>
        String(between(random, 1, 10)),
  ],
  [
    'number.positive',
    () =>
      ({ random }) =>
        String(between(random, 1, 2 ** 31)),
  ],
  [
    'number.negative',
    () =>
      ({ random }) =>
        String(between(random, -(2 ** 31), 0)),
  ],
  [
    'number.digits',
    ([count]) => {
      const n = integer(count);
      return ({ random }) => Array.from({ length: n }, () => digit(random)).join('');
    },
  ],
  [
    'number.randomnumber',
    ([digits]) => {
      const n = digits === undefined ? undefined : integer(digits);
      return ({ random }) => {
        const size = n ?? between(random, 1, 10);
        return String(between(random, 10 ** (size - 1), 10 ** size));
      };
    },
  ],
  [
    'number.randomdouble',
    ([places, low, high]) => {
      const [p, from, to] = [integer(places), integer(low), integer(high)];
      return ({ random }) => decimals(random, p, from, to);
    },
  ],
  ['date.past', apart(-1)],
  ['date.future', apart(1)],
  ['timeanddate.past', apart(-1)],
  ['timeanddate.future', apart(1)],
  [
    'date.between',
    ([from, to]) => {
      const [low, high] = [moment(from), moment(to)];
      if (high < low) throw wrong('Invalid date range, the upper bound date is before the lower bound.');
      return ({ random }) => timestamp(low + random() * (high - low));
    },
  ],
  [
    'date.birthday',
    ([youngest = '18', oldest = '65']) => {
      const [min, max] = [integer(youngest), integer(oldest)];
      return ({ now, random }) =>
        timestamp(Math.floor((now() - (min + random() * (max - min)) * 365.25 * DAY_MS) / DAY_MS) * DAY_MS);
    },
  ],
  [
    'bool.bool',
    () =>
      ({ random }) =>
        String(random() < 0.5),
  ],
  ['internet.uuid', () => uuid],
  [
    'lorem.characters',
    ([count = '255']) => {
      const n = integer(count);
      return ({ random }) => Array.from({ length: n }, () => `${LETTERS}0123456789`[between(random, 0, 36)]).join('');
    },
  ],
  ['crypto.md5', hash('md5')],
  ['crypto.sha1', hash('sha1')],
  ['crypto.sha256', hash('sha256')],
  ['crypto.sha512', hash('sha512')],
  [
    'commerce.price',
    ([low = '0', high = '100']) => {
      const [from, to] = [Number(low), Number(high)];
      if (Number.isNaN(from) || Number.isNaN(to)) throw wrong('commerce.price takes two numbers');
      return ({ random }) => decimals(random, 2, from, to);
    },
  ],
]);

function uuid({ random }: FakerContext): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = (8 + Math.floor(random() * 4)).toString(16);
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
