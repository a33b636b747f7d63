import { withoutTimeAttribute } from '../types/compare.ts';
import { avgType, sumType } from '../types/decimal.ts';
import { isDecimal, isNumeric } from '../types/families.ts';
import { types, withNullability } from '../types/logical-type.ts';
import { castTypes } from './cast-types.ts';
import { type CallTypes, define, type ResultType } from './define.ts';
import { notNull } from './results.ts';

/** The argument's type; the binder makes it nullable where the group can be empty. */
const same: ResultType = (call) => call.types[0] && withoutTimeAttribute(call.types[0]);

const sum: ResultType = (call) => {
  const type = call.types[0];
  return type && isDecimal(type) ? withNullability(sumType(type), type.nullable) : type;
};

const average: ResultType = (call) => {
  const type = call.types[0];
  return type && isDecimal(type) ? withNullability(avgType(type), type.nullable) : type;
};

/** LAG, LEAD: nullable unless a default that is not NULL fills the gaps. */
const shifted: ResultType = (call) => {
  const [value, , fallback] = call.types;
  return value && withNullability(withoutTimeAttribute(value), !fallback || fallback.nullable);
};

/** PERCENTILE wants fractions that are not NULL; a constant one must lie in [0, 1]. */
const badPercentage = (call: CallTypes): string | undefined => {
  const type = call.types[1];
  const fraction = type?.root === 'ARRAY' ? type.element : type;
  const value = call.literal(1);
  const scaled = type?.root === 'DECIMAL' ? Number(value) / 10 ** type.scale : Number(value);
  const inRange = value === undefined || value === null || (scaled >= 0 && scaled <= 1);
  return fraction && isNumeric(fraction) && !fraction.nullable && !type?.nullable && inRange
    ? undefined
    : 'Invalid input arguments.';
};

const deviation = (name: string, doc: string) => [name, 'x NUMERIC', average, doc] as const;

export const aggregateFunctions = [
  ...define('aggregate', 'calcite', castTypes, [
    [
      'COUNT',
      'x ANY...',
      notNull(types.bigint()),
      'Number of rows whose arguments are not NULL; COUNT(*) counts all rows.',
    ],
    ['SUM', 'x NUMERIC', sum, "Sum, in the argument's type."],
    [
      '$SUM0',
      'x NUMERIC',
      (call) => {
        const type = sum(call);
        return type && withNullability(type, false);
      },
      'Sum, 0 where there is none.',
    ],
    ['AVG', 'x NUMERIC', average, 'Mean; of whole numbers a whole number.'],
    ['MIN', 'x ANY', same, 'The smallest value.'],
    ['MAX', 'x ANY', same, 'The greatest value.'],
    deviation('STDDEV_POP', 'Standard deviation of the whole population.'),
    deviation('STDDEV_SAMP', 'Standard deviation of a sample.'),
    ['STDDEV', 'x NUMERIC', average, 'Standard deviation of a sample.', { id: 'STDDEV_SAMP' }],
    deviation('VAR_POP', 'Variance of the whole population.'),
    deviation('VAR_SAMP', 'Variance of a sample.'),
    ['VARIANCE', 'x NUMERIC', average, 'Variance of a sample.', { id: 'VAR_SAMP' }],
    ['COLLECT', 'x ANY', (call) => call.types[0] && types.multiset(call.types[0], false), 'All values as a multiset.'],
    [
      'ARRAY_AGG',
      'x ANY',
      (call) => call.types[0] && types.array(call.types[0], call.types[0].nullable),
      'All values as an array.',
      { since: '1.20' },
    ],
    [
      'LISTAGG',
      ['x CHARACTER', 'x CHARACTER, separator CHARACTER_LITERAL'],
      same,
      'All texts joined, with a comma or the given separator.',
    ],
    ['FIRST_VALUE', 'x ANY', same, 'The value of the first row.'],
    ['LAST_VALUE', 'x ANY', same, 'The value of the last row.'],
    ['SINGLE_VALUE', 'x ANY', same, 'The only value; fails if there are more.'],
    [
      'APPROX_COUNT_DISTINCT',
      'x ANY...',
      notNull(types.bigint()),
      'About how many different values there are (batch only).',
    ],
    ['JSON_OBJECTAGG', 'key CHARACTER, value ANY', notNull(types.varchar(2000)), 'A JSON object of all rows.'],
    ['JSON_ARRAYAGG', 'item ANY', notNull(types.varchar(2000)), 'A JSON array of all rows.'],
    ['GROUPING', 'x ANY', notNull(types.bigint()), 'Is the column left out of this grouping set? 1 or 0.'],
    ['GROUPING_ID', 'x ANY...', notNull(types.bigint()), 'Bits of the columns left out of this grouping set.'],
    ['GROUP_ID', '', notNull(types.bigint()), 'Number of this grouping set among equal ones.'],
  ]),
  ...define('aggregate', 'flink', castTypes, [
    [
      'PERCENTILE',
      [
        'expr NUMERIC:DOUBLE, percentage NUMERIC:DOUBLE',
        'expr NUMERIC:DOUBLE, percentage ARRAY',
        'expr NUMERIC:DOUBLE, percentage NUMERIC:DOUBLE, frequency INTEGER_NUMERIC:BIGINT',
        'expr NUMERIC:DOUBLE, percentage ARRAY, frequency INTEGER_NUMERIC:BIGINT',
      ],
      (call) => (call.types[1]?.root === 'ARRAY' ? types.array(types.double()) : types.double()),
      'The value below which a share of all values lies.',
      { since: '2.0', refuse: badPercentage },
    ],
  ]),
  ...define('window', 'calcite', castTypes, [
    ['ROW_NUMBER', '', notNull(types.bigint()), 'Number of the row in its partition, from 1.', { requiresOver: true }],
    ['RANK', '', notNull(types.bigint()), 'Rank with gaps after ties.', { requiresOver: true }],
    ['DENSE_RANK', '', notNull(types.bigint()), 'Rank without gaps.', { requiresOver: true }],
    ['PERCENT_RANK', '', notNull(types.double()), 'Rank as a share of the partition.', { requiresOver: true }],
    ['CUME_DIST', '', notNull(types.double()), 'Share of rows that are not after this one.', { requiresOver: true }],
    [
      'NTILE',
      'buckets NUMERIC:INT',
      notNull(types.bigint()),
      'Number of the bucket of the row (batch only).',
      { requiresOver: true, forms: ["'NTILE(<INTEGER>)'"] },
    ],
    [
      'LAG',
      ['x ANY', 'x ANY, offset NUMERIC:INT', 'x ANY, offset NUMERIC:INT, default ANY'],
      shifted,
      'The value some rows before, 1 if not said.',
      { requiresOver: true },
    ],
    [
      'LEAD',
      ['x ANY', 'x ANY, offset NUMERIC:INT', 'x ANY, offset NUMERIC:INT, default ANY'],
      shifted,
      'The value some rows after, 1 if not said.',
      { requiresOver: true },
    ],
  ]),
];
