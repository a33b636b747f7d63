/** Figures and times as people read them. */

/** `1,234,567`, exact for every offset. */
export function count(value: number | string): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Bytes in powers of 1000: `1.2 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let rest = value;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

/** A time to the millisecond, on the clock of this machine. */
export function time(ms: number): string {
  const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return Number.isFinite(at.getTime()) ? at.toISOString().replace('T', ' ').replace('Z', '') : String(ms);
}

/** What an input of type `datetime-local` takes and gives, to the millisecond. */
export function localInput(ms: number | null): string {
  return ms === null ? '' : time(ms).replace(' ', 'T');
}

export function fromLocalInput(text: string): number | null {
  const at = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isFinite(at) ? at : null;
}
