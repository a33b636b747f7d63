import { t } from '../shared/l10n.ts';

const NUMBER = new Intl.NumberFormat('en-US');

/** A count with thousands separated. */
export function count(n: number): string {
  return NUMBER.format(n);
}

/** A duration as short as it can be read: `12 ms`, `1.2 s`, `3 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return t('{0} ms', Math.round(ms));
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('{0} min {1} s', minutes, String(seconds % 60).padStart(2, '0'));
  return t('{0} h {1} min', Math.floor(minutes / 60), String(minutes % 60).padStart(2, '0'));
}
