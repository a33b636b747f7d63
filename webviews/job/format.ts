import { t } from '../shared/l10n.ts';
/** `1.2 k`, `35 M`: three digits. */
export function shortNumber(value: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let at = 0;
  let rest = Math.abs(value);
  while (rest >= 999.5 && at < units.length - 1) {
    rest /= 1000;
    at++;
  }
  const digits = at === 0 && Number.isInteger(value) ? 0 : rest >= 100 ? 0 : rest >= 10 ? 1 : 2;
  const text = rest.toFixed(digits);
  return `${value < 0 ? '−' : ''}${digits > 0 ? text.replace(/\.?0+$/, '') : text}${units[at]}`;
}

/** `1.5 KiB`. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  let rest = value;
  while (rest >= 1023.5 && at < units.length - 1) {
    rest /= 1024;
    at++;
  }
  return `${at === 0 ? rest : rest.toFixed(rest >= 100 ? 0 : 1).replace(/\.0$/, '')} ${units[at]}`;
}

/** `350 ms`, `4.2 s`, `3 min 12 s`, `5 h 2 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms < 1000) return t('{0} ms', Math.round(ms));
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds < 10 ? seconds.toFixed(1).replace(/\.0$/, '') : Math.round(seconds)} s`;
  const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
  const whole = Math.round(seconds);
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.floor(whole / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.floor(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** A time of today by the clock, an older one with its day. */
export function clock(time: number, now = Date.now()): string {
  const at = new Date(time);
  const text = at.toLocaleTimeString(undefined, { hour12: false });
  return new Date(now).toDateString() === at.toDateString() ? text : `${at.toLocaleDateString()} ${text}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
