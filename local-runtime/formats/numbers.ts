/** Double.toString of Java 19 and later: shortest digits, `1.0E10` outside [1e-3, 1e7). */
export function javaDouble(value: number): string {
  return javaFloating(value, String(Math.abs(value)));
}

/** Float.toString: the shortest digits that give the same 32-bit float. */
export function javaFloat(value: number): string {
  const magnitude = Math.abs(Math.fround(value));
  for (let digits = 1; digits <= 9; digits++) {
    const text = magnitude.toPrecision(digits);
    if (Math.fround(Number(text)) === magnitude) return javaFloating(value, String(Number(text)));
  }
  return javaFloating(value, String(magnitude));
}

function javaFloating(value: number, magnitude: string): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}Infinity`;
  if (value === 0) return `${sign}0.0`;
  const m = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(magnitude) as RegExpExecArray;
  let digits = (m[1] as string) + (m[2] ?? '');
  let point = (m[1] as string).length + Number(m[3] ?? 0);
  const zeros = /^0*/.exec(digits)?.[0].length ?? 0;
  digits = digits.slice(zeros).replace(/0+$/, '') || '0';
  point -= zeros;
  if (point > -3 && point <= 7) {
    if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
    if (digits.length <= point) return `${sign}${digits.padEnd(point, '0')}.0`;
    return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  }
  return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${point - 1}`;
}
