/** `yyyy-MM-dd<separator>HH:mm:ss` of epoch milliseconds, with `digits` digits of the second's fraction (at most 3). */
export function epochToText(ms: number, digits: number, separator: string): string {
  const days = Math.floor(ms / 86_400_000);
  const rest = ms - days * 86_400_000;
  const [year, month, day] = civil(days);
  const two = (n: number) => (n < 10 ? `0${n}` : String(n));
  const sign = year < 0 ? '-' : year > 9999 ? '+' : '';
  const date = `${sign}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const time = `${two(Math.floor(rest / 3_600_000))}:${two(Math.floor(rest / 60_000) % 60)}:${two(Math.floor(rest / 1000) % 60)}`;
  const fraction = digits
    ? `.${String(rest % 1000)
        .padStart(3, '0')
        .slice(0, digits)}`
    : '';
  return `${date}${separator}${time}${fraction}`;
}

/** Year, month and day of a day since 1970-01-01. */
export function civil(days: number): [number, number, number] {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const day = doy - Math.floor((153 * mp + 2) / 5) + 1;
  const month = mp < 10 ? mp + 3 : mp - 9;
  return [yoe + era * 400 + (month <= 2 ? 1 : 0), month, day];
}
