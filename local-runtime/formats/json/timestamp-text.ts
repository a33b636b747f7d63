import { epochDay } from '../convert.ts';

let lastDate = 0;
let lastDay = 0;

/** `yyyy-MM-dd?HH:mm:ss[.S{1,3}][Z]` in ms; NaN for every other shape, which the slow way then judges. */
export function timestampMs(bytes: Uint8Array, start: number, stop: number, separator: number, zulu: boolean): number {
  const end = zulu ? stop - 1 : stop;
  if (zulu && bytes[end] !== 90) return Number.NaN;
  const length = end - start;
  if (length < 19 || length > 23 || length === 20) return Number.NaN;
  if (
    bytes[start + 4] !== 45 ||
    bytes[start + 7] !== 45 ||
    bytes[start + 10] !== separator ||
    bytes[start + 13] !== 58 ||
    bytes[start + 16] !== 58
  )
    return Number.NaN;
  const year = two(bytes, start) * 100 + two(bytes, start + 2);
  const month = two(bytes, start + 5);
  const day = two(bytes, start + 8);
  const hour = two(bytes, start + 11);
  const minute = two(bytes, start + 14);
  const second = two(bytes, start + 17);
  // A part that is no number is negative. Days above 28 go the careful way, which knows the months.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 28 && year >= 0)) return Number.NaN;
  if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59)) return Number.NaN;
  let fraction = 0;
  if (length > 19) {
    if (bytes[start + 19] !== 46) return Number.NaN;
    let unit = 100;
    for (let i = start + 20; i < end; i++) {
      const d = (bytes[i] as number) - 48;
      if (d < 0 || d > 9) return Number.NaN;
      fraction += d * unit;
      unit = unit === 100 ? 10 : 1;
    }
  }
  // Rows that follow each other are mostly of one day.
  const date = (year << 9) | (month << 5) | day;
  if (date !== lastDate) {
    lastDate = date;
    lastDay = epochDay(year, month, day);
  }
  return lastDay * 86_400_000 + (hour * 3600 + minute * 60 + second) * 1000 + fraction;
}

/** Two digits as a number; far below 0 when they are none. */
function two(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 48;
  const ones = (bytes[at + 1] as number) - 48;
  return tens >>> 0 <= 9 && ones >>> 0 <= 9 ? tens * 10 + ones : -10_000;
}
