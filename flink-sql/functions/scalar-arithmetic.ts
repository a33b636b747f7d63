import { roundType } from '../types/decimal.ts';
import { isDecimal } from '../types/families.ts';
import { types, withNullability } from '../types/logical-type.ts';
import { castTypes } from './cast-types.ts';
import { type CallTypes, define, type ResultType } from './define.ts';
import { argument, notNull, returns } from './results.ts';

const double = returns(types.double());

/** CEIL and FLOOR of a DECIMAL lose the fraction digits. */
const integral: ResultType = (call) => {
  const type = argument(0)(call);
  return type && isDecimal(type) ? types.decimal(type.precision, 0, type.nullable) : type;
};

/** ROUND and TRUNCATE: a DECIMAL's type follows a constant number of digits. */
const rounded =
  (grows: boolean): ResultType =>
  (call: CallTypes) => {
    const type = argument(0)(call);
    if (!type || !isDecimal(type)) return type;
    const digits = call.types.length > 1 ? call.literal(1) : 0;
    if (typeof digits !== 'number') return type;
    const result = roundType(type, digits);
    const precision = grows || result.scale === type.scale ? result.precision : result.precision;
    return withNullability(types.decimal(precision, result.scale), type.nullable);
  };

/** CEIL and FLOOR take a time unit behind TO as well. */
const roundForms = (name: string): readonly string[] =>
  ['NUMERIC>', 'DATETIME_INTERVAL>', 'DATE> TO <TIME_UNIT>', 'TIME> TO <TIME_UNIT>', 'TIMESTAMP> TO <TIME_UNIT>'].map(
    (form) => `'${name}(<${form})'`,
  );

const unary = (name: string, doc: string) => [name, 'x NUMERIC:DOUBLE', double, doc] as const;

export const arithmeticFunctions = define('arithmetic', 'calcite', castTypes, [
  ['ABS', ['x NUMERIC', 'x DATETIME_INTERVAL'], argument(0), 'Distance from zero.', { example: 'ABS(-3) = 3' }],
  [
    'CEIL CEILING',
    ['x NUMERIC', 'x DATETIME_INTERVAL'],
    integral,
    'Smallest whole number that is not below x.',
    {
      example: 'CEIL(1.2) = 2',
      forms: roundForms('CEIL'),
    },
  ],
  [
    'FLOOR',
    ['x NUMERIC', 'x DATETIME_INTERVAL'],
    integral,
    'Greatest whole number that is not above x.',
    {
      example: 'FLOOR(1.8) = 1',
      forms: roundForms('FLOOR'),
    },
  ],
  [
    'ROUND',
    ['x NUMERIC, digits INTEGER:INT', 'x NUMERIC'],
    rounded(true),
    'Rounds half up to a number of fraction digits.',
    {
      example: 'ROUND(1.45, 1) = 1.5',
    },
  ],
  [
    'TRUNCATE',
    ['x NUMERIC, digits INTEGER:INT', 'x NUMERIC'],
    rounded(false),
    'Cuts off further fraction digits.',
    {
      example: 'TRUNCATE(1.99, 1) = 1.9',
    },
  ],
  ['SIGN', 'x NUMERIC', argument(0), '-1, 0 or 1, in the type of x.'],
  ['MOD', 'x EXACT_NUMERIC, y EXACT_NUMERIC', argument(1), 'Remainder of x / y with the sign of x.', { id: '%' }],
  ['POWER', 'base NUMERIC:DOUBLE, exponent NUMERIC:DOUBLE', double, 'The base raised to the exponent.'],
  unary('SQRT', 'Square root.'),
  unary('EXP', 'e raised to x.'),
  unary('LN', 'Natural logarithm.'),
  unary('LOG10', 'Logarithm to base 10.'),
  unary('LOG2', 'Logarithm to base 2.'),
  [
    'LOG',
    ['x NUMERIC:DOUBLE', 'base NUMERIC:DOUBLE, x NUMERIC:DOUBLE'],
    double,
    'Natural logarithm, or to the given base.',
    {
      example: 'LOG(2, 8) = 3',
    },
  ],
  unary('SIN', 'Sine of an angle in radians.'),
  unary('COS', 'Cosine of an angle in radians.'),
  unary('TAN', 'Tangent of an angle in radians.'),
  unary('COT', 'Cotangent of an angle in radians.'),
  unary('ASIN', 'Arc sine in radians.'),
  unary('ACOS', 'Arc cosine in radians.'),
  unary('ATAN', 'Arc tangent in radians.'),
  ['ATAN2', 'y NUMERIC:DOUBLE, x NUMERIC:DOUBLE', double, 'Angle of the point (x, y) in radians.'],
  unary('SINH', 'Hyperbolic sine.'),
  unary('COSH', 'Hyperbolic cosine.'),
  unary('TANH', 'Hyperbolic tangent.'),
  unary('DEGREES', 'Radians to degrees.'),
  unary('RADIANS', 'Degrees to radians.'),
  ['E', '', notNull(types.double()), "Euler's number."],
  ['PI', '', notNull(types.double()), 'The ratio of a circle to its diameter.', { niladic: true }],
  [
    'RAND',
    ['', 'seed NUMERIC:INT'],
    returns(types.double()),
    'Pseudo-random number in [0, 1).',
    { deterministic: false },
  ],
  [
    'RAND_INTEGER',
    ['bound NUMERIC:INT', 'seed NUMERIC:INT, bound NUMERIC:INT'],
    returns(types.int()),
    'Pseudo-random whole number in [0, bound).',
    {
      deterministic: false,
    },
  ],
  ['UUID', '', notNull(types.char(36)), 'Random UUID (version 4) as text.', { deterministic: false }],
  [
    'BIN',
    'x INTEGER:BIGINT',
    returns(types.string()),
    'Binary digits of a whole number.',
    { example: "BIN(4) = '100'" },
  ],
  [
    'HEX',
    ['x INTEGER:BIGINT', 'x CHARACTER'],
    returns(types.string()),
    'Hexadecimal digits of a number or of the bytes of a text.',
  ],
]);
