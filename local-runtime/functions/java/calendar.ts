import { epochDay } from '../../formats/convert.ts';
import { civil } from '../../formats/time-text.ts';

export { civil, epochDay };

/** Calendar arithmetic on epoch days and milliseconds, as Flink's DateTimeUtils and Calcite's do it. */

/** Julian day of the epoch, and the last one that counts by the Julian calendar. */
const EPOCH_JULIAN = 2_440_588;
const LAST_JULIAN = 2_299_160;

export interface HistoricDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The date that people wrote: before October 15, 1582 by the Julian calendar (DateTimeUtils.julianDateFloor, GregorianCalendar). */
export function historicDate(epochDays: number): HistoricDate {
  const julian = epochDays + EPOCH_JULIAN;
  let centuries = 0;
  let days = julian + 32_082;
  if (julian > LAST_JULIAN) {
    const a = julian + 32_044;
    centuries = Math.floor((4 * a + 3) / 146_097);
    days = a - Math.floor((centuries * 146_097) / 4);
  }
  const years = Math.floor((4 * days + 3) / 1461);
  const rest = days - Math.floor((1461 * years) / 4);
  const m = Math.floor((5 * rest + 2) / 153);
  return {
    year: centuries * 100 + years - 4800 + Math.floor(m / 10),
    month: m + 3 - 12 * Math.floor(m / 10),
    day: rest - Math.floor((153 * m + 2) / 5) + 1,
  };
}

/** The epoch day of a date that people wrote (GregorianCalendar's lenient computation: `day` may lie outside the month). */
export function historicDay(year: number, month: number, day: number): number {
  const gregorian = epochDay(year, month, 1) + day - 1;
  if (gregorian + EPOCH_JULIAN > LAST_JULIAN) return gregorian;
  const a = month <= 2 ? 1 : 0;
  const y = year + 4800 - a;
  const m = month + 12 * a - 3;
  const julian = day + Math.floor((153 * m + 2) / 5) + 365 * y + Math.floor(y / 4) - 32_083;
  return julian - EPOCH_JULIAN;
}

/** Week-based year and week where weeks begin on Sunday and the first one has a day of the year (Locale.US). */
export function sundayWeek(day: number): { year: number; week: number } {
  const saturday = day - ((((day + 4) % 7) + 7) % 7) + 6;
  const [year] = civil(saturday);
  return { year, week: Math.floor((saturday - epochDay(year, 1, 1)) / 7) + 1 };
}

export const MILLIS_PER_DAY = 86_400_000;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] as number);

/** Floor of a division of milliseconds by days, for times before 1970 too. */
export const dayOf = (ms: number): number => Math.floor(ms / MILLIS_PER_DAY);

/** A date some months later; the day is clamped to the month's end (DateTimeUtils.addMonths(int, int)). */
export function addMonthsToDate(day: number, months: number): number {
  const [y0, m0, d0] = civil(day);
  const total = y0 * 12 + (m0 - 1) + months;
  const year = Math.floor(total / 12);
  const month = total - year * 12 + 1;
  return epochDay(year, month, Math.min(d0, daysInMonth(year, month)));
}

/** DateTimeUtils.addMonths(long, int). */
export function addMonths(ms: number, months: number): number {
  const day = dayOf(ms);
  return addMonthsToDate(day, months) * MILLIS_PER_DAY + (ms - day * MILLIS_PER_DAY);
}

/** Whole months between two dates (DateTimeUtils.subtractMonths(int, int)). */
export function subtractMonthsOfDates(day0: number, day1: number): number {
  if (day0 < day1) return -subtractMonthsOfDates(day1, day0) | 0;
  let months = 0;
  const [y0, m0] = civil(day0);
  const [y1, m1] = civil(day1);
  months = (y0 - y1) * 12 + (m0 - m1) - 1;
  if (months < 0) months = 0;
  let at = addMonthsToDate(day1, months);
  for (;;) {
    const next = addMonthsToDate(day1, months + 1);
    if (next > day0) return months;
    if (next === at && next === day0) return months;
    at = next;
    months++;
  }
}

/** Whole months between two times (DateTimeUtils.subtractMonths(long, long)). */
export function subtractMonths(ms0: number, ms1: number): number {
  const millis0 = ms0 - dayOf(ms0) * MILLIS_PER_DAY;
  const d0 = dayOf(millis0 < 0 ? ms0 - MILLIS_PER_DAY : ms0);
  const millis1 = ms1 - dayOf(ms1) * MILLIS_PER_DAY;
  const d1 = dayOf(ms1);
  let months = subtractMonthsOfDates(d0, d1);
  const back = addMonthsToDate(d1, months);
  if (months >= 0 && back === d0 && millis0 < millis1) months--;
  return months;
}

/** Two digits as Calcite appends them. */
export const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** Four digits; of longer years the last four, and characters before `0` for the digits of negative ones (DateTimeUtils.int4). */
export const four = (year: number): string =>
  [1000, 100, 10, 1].map((unit) => String.fromCharCode(48 + (Math.trunc(year / unit) % 10))).join('');

/** `yyyy-MM-dd`. */
export function dateText(day: number): string {
  const [year, month, date] = civil(day);
  return `${four(year)}-${two(month)}-${two(date)}`;
}

/** `HH:mm:ss` and `precision` digits of a fraction (ms of day). A negative time is cut towards zero and belongs to the day before. */
export function timeText(ms: number, precision: number): string {
  const unit = precision >= 3 ? 1 : 10 ** (3 - precision);
  let time = Math.trunc(ms / unit) * unit;
  if (time < 0) time += MILLIS_PER_DAY;
  const h = Math.trunc(time / 3_600_000);
  const rest = time % 3_600_000;
  const text = `${two(h)}:${two(Math.trunc(rest / 60_000))}:${two(Math.trunc((rest % 60_000) / 1000))}`;
  if (precision <= 0) return text;
  const fraction = String(time % 1000)
    .padStart(3, '0')
    .padEnd(precision, '0');
  return `${text}.${fraction.slice(0, precision)}`;
}

/** `yyyy-MM-dd HH:mm:ss` and exactly `precision` digits of a fraction. `ms` is local. */
export function timestampText(ms: number, nanos: number, precision: number): string {
  const day = dayOf(ms);
  const time = ms - day * MILLIS_PER_DAY;
  const whole = `${dateText(day)} ${timeText(time, 0)}`;
  if (precision <= 0) return whole;
  const fraction = String((time % 1000) * 1_000_000 + nanos).padStart(9, '0');
  return `${whole}.${fraction.slice(0, precision)}`;
}

/** ISO day of the week of an epoch day, Monday 1 to Sunday 7. */
export const isoDayOfWeek = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** ISO week-based year and week of an epoch day. */
export function isoWeek(day: number): { year: number; week: number } {
  const thursday = day - isoDayOfWeek(day) + 4;
  const [year] = civil(thursday);
  return { year, week: Math.floor((thursday - epochDay(year, 1, 1)) / 7) + 1 };
}

export const dayOfYear = (day: number): number => day - epochDay(civil(day)[0], 1, 1) + 1;
