import type { Choices } from './random.ts';

/** Slots of templates: what kind of value goes there. */
type Slot =
  | 's'
  | 'i'
  | 'b'
  | 'd'
  | 'f'
  | 'e'
  | 'x'
  | 'o'
  | 'dt'
  | 'tm'
  | 'ts'
  | 't9'
  | 'lt'
  | 'y'
  | 'ai'
  | 'as'
  | 'm'
  | 'r'
  | 'n'
  | 'k';

/** The table over which expressions run: a column for each type, its values chosen for their edges. */
export const COLUMNS: readonly (readonly [name: string, type: string, slot: Slot])[] = [
  ['s1', 'STRING', 's'],
  ['s2', 'STRING', 's'],
  ['c5', 'CHAR(5)', 's'],
  ['v8', 'VARCHAR(8)', 's'],
  ['ti', 'TINYINT', 'i'],
  ['si', 'SMALLINT', 'i'],
  ['i1', 'INT', 'i'],
  ['i2', 'INT', 'i'],
  ['k1', 'INT', 'k'],
  ['b1', 'BIGINT', 'b'],
  ['f1', 'FLOAT', 'f'],
  ['d1', 'DOUBLE', 'd'],
  ['d2', 'DOUBLE', 'd'],
  ['e1', 'DECIMAL(10, 2)', 'e'],
  ['e2', 'DECIMAL(5, 4)', 'e'],
  ['x1', 'DECIMAL(38, 18)', 'x'],
  ['o1', 'BOOLEAN', 'o'],
  ['o2', 'BOOLEAN', 'o'],
  ['dt', 'DATE', 'dt'],
  ['tm', 'TIME', 'tm'],
  ['ts', 'TIMESTAMP(3)', 'ts'],
  ['t9', 'TIMESTAMP(9)', 't9'],
  ['lt', 'TIMESTAMP_LTZ(3)', 'lt'],
  ['y1', 'BYTES', 'y'],
  ['ai', 'ARRAY<INT>', 'ai'],
  ['sa', 'ARRAY<STRING>', 'as'],
  ['m1', 'MAP<STRING, INT>', 'm'],
  ['r1', 'ROW<a INT, b STRING>', 'r'],
];

const STRINGS = [
  '',
  'a',
  'Hello World',
  '  pad  ',
  'ÄÖÜß',
  'a😀b',
  'İi',
  'ﬀ',
  '12',
  '-7.5',
  'true',
  '2024-02-29',
  '1969-12-31 23:59:59.999',
  '{"a":[1,{"b":"x"}],"c":null}',
  '[1,2]',
  'a,b;c',
  'http://u:p@h.io:80/p/q?k=v&x=1#f',
  'x'.repeat(12),
  'ab%_\\c',
  '\ud7ff\ue000',
  '🂡🂢',
  'NULL',
  '0x1F',
  'aGk=',
];
const LISTS: Readonly<Record<string, readonly unknown[]>> = {
  s1: STRINGS,
  s2: [...STRINGS].reverse(),
  c5: ['abcde', 'a    ', 'äöü  ', '12345', '-1   ', 'TRUE ', '     '],
  v8: ['', 'abc', 'Zebra', '😀', '3.5e2', 'false', '10:20:30'],
  ti: [0, 1, -1, 127, -128, 5],
  si: [0, 7, -7, 32767, -32768],
  i1: [0, 1, -1, 2, 46341, 2147483647, -2147483648, 10],
  i2: [3, 0, -5, 100, 255, 1000000],
  k1: [0, 1, 2, 3, -1, 4],
  b1: ['0', '1', '-1', '9223372036854775807', '-9223372036854775808', '4294967296', '1700000000123'],
  f1: [0, 1.5, -2.25, 3.4e38, 1.1e-40, 16777217, 0.1],
  d1: [0, -0.5, 2.5, 1e308, 4.9e-324, 0.1, 123456789.98765433, -1e20, 3],
  d2: [1, 0.3, -3.7, 100, 2, 1e-7, 12345678],
  e1: ['0.00', '1.50', '-99999999.99', '99999999.99', '0.05', '-0.01', '123.45'],
  e2: ['0.0000', '9.9999', '-1.2345', '0.5000'],
  x1: [
    '0',
    '1.000000000000000001',
    '-12345678901234567890.123456789012345678',
    '99999999999999999999.999999999999999999',
    '0.5',
    '-2.5',
  ],
  o1: [true, false],
  o2: [false, true, true],
  dt: ['1970-01-01', '2024-02-29', '1969-12-31', '0001-01-01', '9999-12-31', '2023-12-31', '1582-10-10', '2021-01-03'],
  tm: ['00:00:00', '23:59:59', '12:34:56', '01:02:03'],
  ts: [
    '1970-01-01 00:00:00',
    '2024-02-29 23:59:59.999',
    '1969-12-31 23:59:59.001',
    '2023-03-26 02:30:00',
    '0001-01-01 00:00:00',
    '9999-12-31 23:59:59.999',
    '2021-10-31 02:30:00.5',
  ],
  t9: [
    '1970-01-01 00:00:00.000000001',
    '2024-02-29 23:59:59.999999999',
    '1969-12-31 23:59:59.123456789',
    '2000-06-15 12:00:00',
  ],
  lt: [
    '1970-01-01 00:00:00Z',
    '2024-03-31 00:59:59.999Z',
    '2023-10-29 00:30:00Z',
    '1969-12-31 23:00:00Z',
    '2023-10-29 01:30:00Z',
  ],
  y1: ['', 'aGVsbG8=', '/wCA', 'w6TDtg==', '8J+YgA=='],
  ai: [[], [1, 2, 3], [null, 1], [5, 5, -5], [2147483647]],
  sa: [[], ['a', 'b'], ['b', null, 'a'], ['😀', '\ue000'], ['x', 'x']],
  m1: [{}, { a: 1 }, { a: 1, b: 2 }, { k: null, z: 9 }, { '': 0 }],
  r1: [
    { a: 1, b: 'x' },
    { a: null, b: '' },
    { a: -7, b: 'ö' },
  ],
};

/** Rows as JSON lines: every value once at least, in random company, some NULL. */
export function tableRows(choices: Choices, count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const row = COLUMNS.flatMap(([name], c) => {
      const values = LISTS[name] ?? [];
      if (choices.chance(8) && n > 2) return [];
      return [`"${name}":${literal(values[(n * (c + 3) + choices.below(values.length)) % values.length])}`];
    });
    return `{"id":${n},${row.join(',')}}`;
  });
}

/** JSON text that keeps long numbers. */
function literal(value: unknown): string {
  if (typeof value === 'string' && /^-?\d[\d.]{8,}$/.test(value) && !/-\d\d-/.test(value)) return value;
  return JSON.stringify(value);
}

const LITERALS: Readonly<Record<Slot, readonly string[]>> = {
  s: ["'abc'", "''", "'a😀'", "' x '", "'%b_'", "'İ'", "'2024-03-31'", "'10'", "'UTC'", 'CAST(NULL AS STRING)'],
  i: ['0', '1', '-3', '2147483647', '7', 'CAST(NULL AS INT)', 'CAST(100 AS TINYINT)', 'CAST(-2 AS SMALLINT)'],
  k: ['0', '1', '2', '-1', '5', '3'],
  b: ['CAST(5 AS BIGINT)', '9223372036854775807', 'CAST(-42 AS BIGINT)', '3000000000'],
  f: ['CAST(1.5 AS FLOAT)', 'CAST(-0.1 AS FLOAT)', "CAST('NaN' AS FLOAT)"],
  d: ['1e0', '-2.5e0', "CAST('NaN' AS DOUBLE)", "CAST('Infinity' AS DOUBLE)", '1e-3', '0e0'],
  e: ['1.25', '-0.5', '100', '12345.6789', '0.0'],
  x: ['CAST(1.5 AS DECIMAL(38, 18))', 'CAST(-12345678901234.5 AS DECIMAL(38, 10))'],
  o: ['TRUE', 'FALSE', 'CAST(NULL AS BOOLEAN)'],
  dt: ["DATE '2024-02-29'", "DATE '1969-12-31'"],
  tm: ["TIME '10:20:30'", "TIME '23:59:59'"],
  ts: ["TIMESTAMP '2024-03-31 02:30:00'", "TIMESTAMP '1969-12-31 23:59:59.5'"],
  t9: ["TIMESTAMP '2024-03-31 02:30:00.123456789'"],
  lt: ['TO_TIMESTAMP_LTZ(0, 3)', 'TO_TIMESTAMP_LTZ(1711846799999, 3)'],
  y: ["x'00ff'", "x'68c3a4'"],
  ai: ['ARRAY[1, 2, 2]', 'ARRAY[CAST(NULL AS INT), 3]'],
  as: ["ARRAY['b', 'a']", "ARRAY['x', CAST(NULL AS STRING)]"],
  m: ["MAP['a', 1, 'b', 2]"],
  r: ["ROW(1, 'x')"],
  n: [],
};

/** Templates by the kind of their value; `{slot}` is filled with an expression of that kind, `{n}` with any number. */
const TEMPLATES: Readonly<Partial<Record<Slot, readonly string[]>>> = {
  s: `UPPER({s})|LOWER({s})|TRIM({s})|TRIM(LEADING {s} FROM {s})|TRIM(BOTH 'a' FROM {s})|LTRIM({s})|RTRIM({s})|BTRIM({s})|BTRIM({s}, {s})|LTRIM({s}, {s})|RTRIM({s}, 'ba ')|
SUBSTRING({s}, {k})|SUBSTRING({s}, {k}, {k})|SUBSTRING({s} FROM {k} FOR {k})|SUBSTR({s}, {k}, {k})|CONCAT({s}, {s})|CONCAT_WS({s}, {s}, {s})|{s} || {s}|
REPLACE({s}, {s}, {s})|REPEAT({s}, {k})|REVERSE({s})|LPAD({s}, {k}, {s})|RPAD({s}, {k}, {s})|INITCAP({s})|LEFT({s}, {k})|RIGHT({s}, {k})|SPLIT_INDEX({s}, ',', {k})|
OVERLAY({s} PLACING {s} FROM {k})|OVERLAY({s} PLACING {s} FROM {k} FOR {k})|REGEXP_REPLACE({s}, '[a-c]+', {s})|REGEXP_EXTRACT({s}, '(\\\\w)(\\\\w)', {k})|REGEXP_EXTRACT({s}, 'l+')|REGEXP_SUBSTR({s}, '[a-z]+')|TRANSLATE({s}, {s}, {s})|
CHR({b})|CHR({i})|TO_BASE64({s})|FROM_BASE64({s})|MD5({s})|SHA1({s})|SHA2({s}, 256)|SHA256({s})|SHA384({s})|HEX({s})|HEX({i})|HEX({b})|BIN({i})|BIN({b})|URL_ENCODE({s})|URL_DECODE({s})|PARSE_URL({s}, 'HOST')|PARSE_URL({s}, 'QUERY', 'k')|PARSE_URL({s}, 'PATH')|
CONV({i}, 10, 16)|CONV({s}, 16, 10)|CONV({s}, 10, {k})|DATE_FORMAT({ts}, 'yyyy-MM-dd HH:mm:ss.SSS')|DATE_FORMAT({lt}, 'EEE dd MMM yyyy hh a')|DATE_FORMAT({ts}, 'D w u e')|FROM_UNIXTIME({b})|FROM_UNIXTIME({i}, 'yyyy/MM')|JSON_VALUE({s}, '$.a')|JSON_VALUE({s}, '$.c' DEFAULT 'd' ON EMPTY)|JSON_QUERY({s}, '$.a')|JSON_QUERY({s}, 'lax $.a[*].b' WITH WRAPPER)|JSON_QUOTE({s})|JSON_UNQUOTE({s})|JSON_STRING({s})|JSON_STRING({i})|JSON_STRING({ai})|JSON_STRING({m})|JSON_OBJECT('k' VALUE {s}, 'n' VALUE {n})|JSON_ARRAY({s}, {i}, {o})|JSON_ARRAY({d}, {e} NULL ON NULL)|
CAST({i} AS STRING)|CAST({b} AS STRING)|CAST({f} AS STRING)|CAST({d} AS STRING)|CAST({e} AS STRING)|CAST({x} AS STRING)|CAST({o} AS STRING)|CAST({dt} AS STRING)|CAST({tm} AS STRING)|CAST({ts} AS STRING)|CAST({t9} AS STRING)|CAST({lt} AS STRING)|CAST({ai} AS STRING)|CAST({as} AS STRING)|CAST({m} AS STRING)|CAST({r} AS STRING)|CAST({s} AS VARCHAR(3))|CAST({s} AS CHAR(4))|CAST({d} AS VARCHAR(5))|CAST({n} AS CHAR(6))|
CASE WHEN {o} THEN {s} ELSE {s} END|IF({o}, {s}, {s})|COALESCE({s}, {s})|NULLIF({s}, {s})|IFNULL({s}, {s})|ELT({k}, {s}, {s})|STR_TO_MAP({s})[{s}]|{m}['q'] IS NULL AND TRUE OR FALSE|ARRAY_JOIN({as}, {s})|ARRAY_JOIN({as}, '-', {s})|{as}[{k}]|ELEMENT(ARRAY[{s}])|{r}.b|DECODE({y}, 'UTF-8')|DECODE({y}, 'ISO-8859-1')|GREATEST({s}, {s}, {s})|LEAST({s}, {s})|CAST({y} AS STRING)|SOUNDEX({s})|PRINTF('%s-%s', {s}, {s})|PRINTF('%5d|%x', {i}, {i})|TO_CHAR({i})|SUBSTRING_INDEX({s}, ',', {k})|TYPEOF({n})|UNHEX(HEX({s})) IS NULL`
    .split('|')
    .map((t) => t.trim()),
  i: `CHAR_LENGTH({s})|ASCII({s})|POSITION({s} IN {s})|LOCATE({s}, {s})|LOCATE({s}, {s}, {k})|INSTR({s}, {s})|INSTR({s}, {s}, {k}, 1)|{i} + {i}|{i} - {i}|{i} * {i}|-{i}|ABS({i})|MOD({i}, 7)|{i} % 3|{i} / 2|SIGN({i})|CAST({s} IS NULL AS INT)|TRY_CAST({s} AS INT)|CAST({d} AS INT)|CAST({b} AS INT)|CAST({e} AS INT)|CAST({i} AS TINYINT)|CAST({i} AS SMALLINT)|CAST({f} AS SMALLINT)|CAST({o} AS INT)|EXTRACT(DAY FROM {dt})|EXTRACT(YEAR FROM {ts})|YEAR({dt})|QUARTER({dt})|MONTH({ts})|WEEK({dt})|DAYOFYEAR({dt})|DAYOFMONTH({ts})|DAYOFWEEK({dt})|HOUR({ts})|MINUTE({ts})|SECOND({ts})|EXTRACT(DOW FROM {dt})|EXTRACT(WEEK FROM {ts})|EXTRACT(MILLISECOND FROM {ts})|EXTRACT(EPOCH FROM {ts})|EXTRACT(CENTURY FROM {dt})|EXTRACT(DECADE FROM {dt})|EXTRACT(ISOYEAR FROM {dt})|EXTRACT(ISODOW FROM {dt})|EXTRACT(DOY FROM {dt})|EXTRACT(MILLENNIUM FROM {dt})|EXTRACT(MICROSECOND FROM {t9})|EXTRACT(NANOSECOND FROM {t9})|EXTRACT(HOUR FROM {tm})|
TIMESTAMPDIFF(DAY, {ts}, {ts})|TIMESTAMPDIFF(MONTH, {dt}, {dt})|TIMESTAMPDIFF(YEAR, {ts}, {ts})|TIMESTAMPDIFF(SECOND, {ts}, {ts})|TIMESTAMPDIFF(HOUR, {lt}, {lt})|TIMESTAMPDIFF(WEEK, {dt}, {ts})|TIMESTAMPDIFF(QUARTER, {ts}, {dt})|CARDINALITY({ai})|CARDINALITY({m})|{ai}[{k}]|{m}['a']|{r}.a|ARRAY_MAX({ai})|ARRAY_MIN({ai})|ARRAY_POSITION({ai}, {i})|ARRAY_POSITION({as}, {s})|GREATEST({i}, {i})|LEAST({i}, {i}, 3)|COALESCE({i}, {i})|NULLIF({i}, {i})|IF({o}, {i}, {i})|CASE {i} WHEN 1 THEN 10 WHEN {i} THEN 20 END|REGEXP_COUNT({s}, '[a-z]')|REGEXP_INSTR({s}, 'l+')|BITAND({i}, {i})|CEIL({i})|FLOOR({i})|ROUND({i}, {k})|TRUNCATE({i}, {k})|JSON_LENGTH({s})|JSON_VALUE({s}, '$.a[0]' RETURNING INT)|CAST(JSON_EXISTS({s}, '$.a') AS INT)|BIT_LENGTH({s})|OCTET_LENGTH({s})|DATEDIFF({dt}, {dt})`
    .split('|')
    .map((t) => t.trim()),
  b: `{b} + {i}|{b} - {b}|{b} * {b}|{b} / 7|{b} % 10|-{b}|ABS({b})|CAST({d} AS BIGINT)|CAST({e} AS BIGINT)|CAST({x} AS BIGINT)|TRY_CAST({s} AS BIGINT)|CAST({i} AS BIGINT)|UNIX_TIMESTAMP(CAST({ts} AS STRING))|UNIX_TIMESTAMP({s}, 'yyyy-MM-dd')|GREATEST({b}, {i})|COALESCE({b}, {i})|FLOOR({b})|ROUND({b}, {k})|EXTRACT(DAY FROM {ts})|SIGN({b})|CRC32({s})|MOD({b}, {i} + 0 * 1)`
    .split('|')
    .map((t) => t.trim()),
  d: `{d} + {d}|{d} - {i}|{d} * {d}|{d} / {d}|{d} / {i}|{d} + {e}|{f} * {d}|-{d}|ABS({d})|SQRT({d})|EXP({d})|LN({d})|LOG10({d})|LOG2({d})|LOG({d})|LOG({d}, {d})|POWER({d}, {d})|POWER({i}, {i})|POWER({e}, 2)|SIN({d})|COS({d})|TAN({d})|COT({d})|ASIN({d})|ACOS({d})|ATAN({d})|ATAN2({d}, {d})|SINH({d})|COSH({d})|TANH({d})|DEGREES({d})|RADIANS({d})|SIGN({d})|ROUND({d}, {k})|ROUND({d})|TRUNCATE({d}, {k})|CEIL({d})|FLOOR({d})|PI() * {d}|E() + {d}|TRY_CAST({s} AS DOUBLE)|CAST({e} AS DOUBLE)|CAST({x} AS DOUBLE)|CAST({i} AS DOUBLE)|CAST({f} AS DOUBLE)|CAST({b} AS DOUBLE)|SQRT({i})|SQRT({e})|EXP({e})|LN({b})|SIN({e})|{d} * {b}|GREATEST({d}, {d})|COALESCE({d}, {i})|IF({o}, {d}, {d})|JSON_VALUE({s}, '$.a[0]' RETURNING DOUBLE)`
    .split('|')
    .map((t) => t.trim()),
  f: `{f} + {f}|{f} * {i}|{f} / {f}|-{f}|ABS({f})|CAST({d} AS FLOAT)|TRY_CAST({s} AS FLOAT)|CAST({e} AS FLOAT)|CAST({b} AS FLOAT)|CEIL({f})|FLOOR({f})|ROUND({f}, 1)|SIGN({f})|TRUNCATE({f}, {k})`
    .split('|')
    .map((t) => t.trim()),
  e: `{e} + {e}|{e} - {i}|{e} * {e}|{e} / {e}|{e} / 3|{e} % 2.5|-{e}|ABS({e})|ROUND({e}, {k})|ROUND({e}, 1)|ROUND({e})|TRUNCATE({e}, 1)|CEIL({e})|FLOOR({e})|SIGN({e})|CAST({d} AS DECIMAL(12, 3))|TRY_CAST({s} AS DECIMAL(8, 2))|CAST({i} AS DECIMAL(5, 1))|CAST({b} AS DECIMAL(20, 0))|CAST({e} AS DECIMAL(4, 1))|CAST({x} AS DECIMAL(20, 4))|CAST({f} AS DECIMAL(10, 4))|GREATEST({e}, {e})|COALESCE({e}, {i})|MOD({e}, 3)|{e} + {b}|IF({o}, {e}, {e})|CAST({o} AS DECIMAL(3, 1))`
    .split('|')
    .map((t) => t.trim()),
  x: `{x} + {x}|{x} * {x}|{x} / {x}|{x} - {e}|{x} * {e}|{x} / 3|-{x}|ABS({x})|ROUND({x}, {k})|ROUND({x}, 5)|FLOOR({x})|CEIL({x})|SIGN({x})|{x} % 7|TRUNCATE({x}, 3)|CAST({d} AS DECIMAL(38, 10))|CAST({x} AS DECIMAL(38, 0))`
    .split('|')
    .map((t) => t.trim()),
  o: `{s} = {s}|{s} < {s}|{s} >= {s}|{i} = {i}|{i} <> {b}|{n} < {n}|{n} >= {n}|{d} = {f}|{e} = {d}|{dt} < {dt}|{ts} <= {ts}|{dt} = CAST({ts} AS DATE)|{lt} > {lt}|{tm} < {tm}|{o} AND {o}|{o} OR {o}|NOT {o}|{o} IS TRUE|{o} IS NOT FALSE|{o} IS UNKNOWN|{s} IS NULL|{n} IS NOT NULL|{s} LIKE '%a%'|{s} LIKE '_b%'|{s} LIKE {s}|{s} NOT LIKE 'a\\\\%' ESCAPE '\\\\'|{s} SIMILAR TO '[a-z]*'|{i} BETWEEN {i} AND {i}|{s} BETWEEN {s} AND {s}|{i} NOT BETWEEN SYMMETRIC 5 AND {i}|{i} IN (1, 2, {i})|{s} IN ('a', 'abc', {s})|{i} NOT IN (1, 3, 5)|{s} IS DISTINCT FROM {s}|{i} IS NOT DISTINCT FROM {i}|STARTSWITH({s}, {s})|ENDSWITH({s}, {s})|REGEXP({s}, '^[a-zA-Z ]+$')|{s} IS JSON|{s} IS JSON OBJECT|{s} IS NOT JSON ARRAY|JSON_EXISTS({s}, '$.a')|IS_DECIMAL({s})|IS_DIGIT({s})|IS_ALPHA({s})|TRY_CAST({s} AS BOOLEAN)|CAST({i} AS BOOLEAN)|CAST({d} AS BOOLEAN)|ARRAY_CONTAINS({ai}, {i})|ARRAY_CONTAINS({as}, {s})|{ai} = {ai}|{m} = {m}|{r} = {r}|({dt}, {dt}) OVERLAPS ({dt}, {dt})|{y} = {y}|{y} < {y}|COALESCE({o}, {o})|{o} = {o}|{ai} IS NULL|{ts} BETWEEN {ts} AND {ts}|IS_VALID_UTF8({y})`
    .split('|')
    .map((t) => t.trim()),
  dt: `CAST({ts} AS DATE)|CAST({lt} AS DATE)|TRY_CAST({s} AS DATE)|{dt} + INTERVAL '1' DAY|{dt} - INTERVAL '2' MONTH|{dt} + INTERVAL '1' YEAR|TIMESTAMPADD(DAY, {k}, {dt})|TIMESTAMPADD(MONTH, {k}, {dt})|TIMESTAMPADD(QUARTER, {k}, {dt})|TIMESTAMPADD(WEEK, {k}, {dt})|FLOOR({dt} TO MONTH)|CEIL({dt} TO MONTH)|FLOOR({dt} TO YEAR)|FLOOR({dt} TO WEEK)|CEIL({dt} TO QUARTER)|TO_DATE({s})|TO_DATE({s}, 'yyyy-MM-dd')|COALESCE({dt}, {dt})|GREATEST({dt}, {dt})`
    .split('|')
    .map((t) => t.trim()),
  tm: `CAST({ts} AS TIME)|TRY_CAST({s} AS TIME)|{tm} + INTERVAL '1' HOUR|{tm} - INTERVAL '30' MINUTE|FLOOR({tm} TO HOUR)|CEIL({tm} TO MINUTE)|CAST({lt} AS TIME)|COALESCE({tm}, {tm})`
    .split('|')
    .map((t) => t.trim()),
  ts: `CAST({dt} AS TIMESTAMP(3))|CAST({t9} AS TIMESTAMP(3))|CAST({t9} AS TIMESTAMP(6))|CAST({lt} AS TIMESTAMP(3))|TRY_CAST({s} AS TIMESTAMP(3))|{ts} + INTERVAL '1' DAY|{ts} - INTERVAL '1:30' HOUR TO MINUTE|{ts} + INTERVAL '1' MONTH|{ts} + INTERVAL '0.001' SECOND|TIMESTAMPADD(HOUR, {k}, {ts})|TIMESTAMPADD(MONTH, {k}, {ts})|TIMESTAMPADD(YEAR, {k}, {ts})|TIMESTAMPADD(SECOND, {i}, {ts})|FLOOR({ts} TO DAY)|FLOOR({ts} TO HOUR)|CEIL({ts} TO MINUTE)|FLOOR({ts} TO MONTH)|CEIL({ts} TO YEAR)|FLOOR({ts} TO QUARTER)|FLOOR({ts} TO WEEK)|FLOOR({t9} TO SECOND)|TO_TIMESTAMP({s})|TO_TIMESTAMP({s}, 'yyyy-MM-dd')|GREATEST({ts}, {ts})|LEAST({ts}, {ts})|COALESCE({ts}, {ts})|IF({o}, {ts}, {ts})`
    .split('|')
    .map((t) => t.trim()),
  t9: `CAST({ts} AS TIMESTAMP(9))|TRY_CAST({s} AS TIMESTAMP(9))|{t9} + INTERVAL '1' SECOND|CAST({t9} AS TIMESTAMP(1))`
    .split('|')
    .map((t) => t.trim()),
  lt: `CAST({ts} AS TIMESTAMP_LTZ(3))|CAST({dt} AS TIMESTAMP_LTZ(3))|TO_TIMESTAMP_LTZ({i}, 0)|TO_TIMESTAMP_LTZ({b}, 3)|{lt} + INTERVAL '1' DAY|{lt} + INTERVAL '1' MONTH|FLOOR({lt} TO DAY)|FLOOR({lt} TO HOUR)|CEIL({lt} TO MONTH)|TRY_CAST({s} AS TIMESTAMP_LTZ(3))|TIMESTAMPADD(DAY, {k}, {lt})|COALESCE({lt}, {lt})`
    .split('|')
    .map((t) => t.trim()),
  y: `ENCODE({s}, 'UTF-8')|ENCODE({s}, 'UTF-16')|ENCODE({s}, 'US-ASCII')|CAST({s} AS BYTES)|CAST({s} AS BINARY(3))|CAST({y} AS VARBINARY(2))|UNHEX({s})|{y} || {y}|COALESCE({y}, {y})`
    .split('|')
    .map((t) => t.trim()),
  ai: `ARRAY_DISTINCT({ai})|ARRAY_REVERSE({ai})|ARRAY_SORT({ai})|ARRAY_SORT({ai}, FALSE)|ARRAY_APPEND({ai}, {i})|ARRAY_PREPEND({ai}, {i})|ARRAY_CONCAT({ai}, {ai})|ARRAY_UNION({ai}, {ai})|ARRAY_EXCEPT({ai}, {ai})|ARRAY_INTERSECT({ai}, {ai})|ARRAY_REMOVE({ai}, {i})|ARRAY_SLICE({ai}, {k})|ARRAY_SLICE({ai}, {k}, {k})|ARRAY[{i}, {i}]|MAP_VALUES({m})|COALESCE({ai}, {ai})|CAST({ai} AS ARRAY<BIGINT>)|CAST({ai} AS ARRAY<STRING>)`
    .split('|')
    .map((t) => t.trim()),
  as: `ARRAY_DISTINCT({as})|ARRAY_REVERSE({as})|ARRAY_SORT({as})|ARRAY_SORT({as}, TRUE, TRUE)|ARRAY_APPEND({as}, {s})|ARRAY_CONCAT({as}, {as})|ARRAY_UNION({as}, {as})|ARRAY_REMOVE({as}, {s})|ARRAY_SLICE({as}, {k}, {k})|MAP_KEYS({m})|ARRAY[{s}, {s}]|REGEXP_EXTRACT_ALL({s}, '[a-z]')|SPLIT({s}, ',')|SPLIT({s}, {s})|CAST({as} AS ARRAY<CHAR(2)>)`
    .split('|')
    .map((t) => t.trim()),
  m: `MAP[{s}, {i}]|MAP_UNION({m}, {m})|STR_TO_MAP({s}, ',', ';')|MAP_FROM_ARRAYS(ARRAY['a', 'b'], ARRAY[{i}, {i}])|COALESCE({m}, {m})|MAP_ENTRIES({m})|CAST({m} AS MAP<STRING, STRING>)`
    .split('|')
    .map((t) => t.trim()),
  r: `ROW({i}, {s})|CAST(ROW({i}, {s}) AS ROW<a INT, b STRING>)|COALESCE({r}, {r})`.split('|').map((t) => t.trim()),
};

const NUMBERS: readonly Slot[] = ['i', 'i', 'b', 'd', 'f', 'e', 'x'];
const KINDS = Object.keys(TEMPLATES) as Slot[];

/** Templates in all, so that a run can tell whether it used each. */
export const ALL_TEMPLATES: readonly (readonly [Slot, string])[] = KINDS.flatMap((kind) =>
  (TEMPLATES[kind] ?? []).map((template) => [kind, template] as const),
);

/** A random expression from a template; its arguments are columns mostly, literals, and other calls to the given depth. */
export function makeExpression(choices: Choices, template: string, depth: number): string {
  return template.replace(/\{(\w+)\}/g, (_, slot: string) => argument(choices, slot as Slot, depth));
}

function argument(choices: Choices, slot: Slot, depth: number): string {
  if (slot === 'n') return argument(choices, choices.pick(NUMBERS), depth);
  const columns = COLUMNS.filter(([, , kind]) => kind === slot);
  const templates = TEMPLATES[slot];
  if (depth > 0 && templates && choices.chance(25)) {
    return `(${makeExpression(choices, choices.pick(templates), depth - 1)})`;
  }
  return columns.length > 0 && choices.chance(78) ? (choices.pick(columns)[0] as string) : choices.pick(LITERALS[slot]);
}
