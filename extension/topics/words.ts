import { t } from '../../webviews/shared/l10n.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in powers of 1000, as disks are sold: `1.2 MB`. */
export function sizeText(bytes: bigint | number): string {
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `1,234,567`; exact for every offset. */
export function countText(value: bigint | number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** By noun: one, and many. */
const nouns = () =>
  ({
    broker: [t('1 broker'), (n: string) => t('{0} brokers', n)],
    topic: [t('1 topic'), (n: string) => t('{0} topics', n)],
    partition: [t('1 partition'), (n: string) => t('{0} partitions', n)],
    replica: [t('1 replica'), (n: string) => t('{0} replicas', n)],
    message: [t('1 message'), (n: string) => t('{0} messages', n)],
    subject: [t('1 subject'), (n: string) => t('{0} subjects', n)],
    day: [t('1 day'), (n: string) => t('{0} days', n)],
    hour: [t('1 hour'), (n: string) => t('{0} hours', n)],
    minute: [t('1 minute'), (n: string) => t('{0} minutes', n)],
    second: [t('1 second'), (n: string) => t('{0} seconds', n)],
  }) as const;

/** `3 topics`. */
export function plural(n: number | bigint, noun: keyof ReturnType<typeof nouns>): string {
  const [one, many] = nouns()[noun];
  return Number(n) === 1 ? one : many(countText(n));
}

/** Retention in the largest unit that fits: `7 days`; -1 is for ever. */
export function retentionText(ms: bigint): string {
  if (ms < 0n) return t('for ever');
  const units = [
    [86_400_000n, 'day'],
    [3_600_000n, 'hour'],
    [60_000n, 'minute'],
    [1000n, 'second'],
  ] as const;
  for (const [unit, name] of units) if (ms >= unit && ms % unit === 0n) return plural(ms / unit, name);
  return t('{0} ms', countText(ms));
}
