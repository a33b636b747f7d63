import { expect, test } from 'vitest';
import { modernFormat, simpleFormat } from '../../../local-runtime/functions/java/date-pattern.ts';
import { zoneOf } from '../../../local-runtime/functions/java/time-zone.ts';

const PATTERNS = ['yyyy-MM-dd', 'HH:mm', 'yyyy-MM-dd HH:mm', 'hh a', 'HH:mm:ss', 'SSS', 'EEE d MMM', "'day' DDD", 'w'];
/** Steps that leave a second, a minute, a day and a year as they are, and that do not; also before 1970 and 1900. */
const STEPS = [
  0,
  1,
  999,
  1000,
  59_999,
  60_000,
  3_600_000,
  86_399_999,
  86_400_000,
  -1,
  7 * 86_400_000,
  366 * 86_400_000,
];
const STARTS = [0, 1_735_689_600_000, -1, -62_135_596_800_000, -2_208_988_800_001];

test.each(PATTERNS)('a formatter of %s that has formatted before gives what a new one gives', (pattern) => {
  for (const make of [modernFormat, simpleFormat]) {
    const used = make(pattern);
    for (const zone of ['UTC', 'Europe/Amsterdam', 'Asia/Kolkata'].map(zoneOf)) {
      for (const start of STARTS) {
        for (const step of STEPS) {
          expect(used(start + step, 0, zone)).toBe(make(pattern)(start + step, 0, zone));
        }
      }
    }
  }
});
