/** Figures as people read them. */

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

/** `3 topics`. */
export function plural(n: number | bigint, what: string): string {
  return `${countText(n)} ${what}${Number(n) === 1 ? '' : 's'}`;
}

/** Retention in the largest unit that fits: `7 days`; -1 is for ever. */
export function retentionText(ms: bigint): string {
  if (ms < 0n) return 'for ever';
  const units = [
    [86_400_000n, 'day'],
    [3_600_000n, 'hour'],
    [60_000n, 'minute'],
    [1000n, 'second'],
  ] as const;
  for (const [unit, name] of units) if (ms >= unit && ms % unit === 0n) return plural(ms / unit, name);
  return `${countText(ms)} ms`;
}
