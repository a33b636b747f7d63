import { describe, expect, it } from 'vitest';
import { cos, exp, log, log10, pow, sin, tan } from '../../../local-runtime/functions/java/exact-math.ts';

/** Values that a JVM (17, x86-64) gave; V8's own functions miss those in the first column by a unit in the last place. */
describe('mathematics as the JVM rounds it', () => {
  it.each([
    ['log', log(3), 1.0986122886681098],
    // biome-ignore lint/suspicious/noApproximativeNumericConstant: the JVM's last digit
    ['log', log(0.1), -2.3025850929940455],
    ['log', log(12345678), 16.32881660027397],
    ['log10', log10(3), 0.47712125471966244],
    ['log10', log10(1000), 3],
    ['log10', log10(8), 0.9030899869919435],
    ['exp', exp(3), 20.085536923187668],
    ['exp', exp(0.1), 1.1051709180756477],
    ['exp', exp(100), 2.6881171418161356e43],
    ['pow', pow(3, 0.3), 1.3903891703159093],
    ['pow', pow(12345678, 0.3), 134.10793758635992],
    ['pow', pow(-2, 3), -8],
    ['sin', sin(100), -0.5063656411097588],
    ['sin', sin(12345678), -0.9035411460624643],
    ['sin', sin(1e22), -0.8522008497671888],
    ['cos', cos(1e300), -0.5753861119575491],
    ['tan', tan(1), 1.5574077246549023],
  ])('%s', (_name, got, want) => {
    expect(got).toBe(want);
  });

  it('keeps the special values of Java', () => {
    expect([log(0), log(-1), log(1), log(Number.POSITIVE_INFINITY)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      0,
      Number.POSITIVE_INFINITY,
    ]);
    expect([exp(0), exp(-1000), exp(1000), exp(Number.NaN)]).toEqual([1, 0, Number.POSITIVE_INFINITY, Number.NaN]);
    expect([pow(0, 0), pow(1, Number.NaN), pow(-8, 1 / 3), pow(2, 1023), pow(2, -1074)]).toEqual([
      1,
      Number.NaN,
      Number.NaN,
      2 ** 1023,
      2 ** -1074,
    ]);
    expect([sin(-0), cos(0), tan(0), sin(Number.POSITIVE_INFINITY)]).toEqual([-0, 1, 0, Number.NaN]);
  });

  it('is within half a unit: squares of sin and cos add up, logarithms turn exponentials back', () => {
    for (let i = 1; i < 400; i++) {
      const x = i * 0.37;
      expect(Math.abs(sin(x) ** 2 + cos(x) ** 2 - 1)).toBeLessThan(3e-16);
      expect(Math.abs(log(exp(x)) - x)).toBeLessThan(x * 3e-16 + 2e-16);
      expect(pow(x, 2)).toBe(x * x);
    }
  });
});
