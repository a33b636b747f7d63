import { bindExpression } from '../../../flink-sql/binder/expressions/index.ts';
import { expressionContext, rowScope } from '../../../flink-sql/binder/expressions/scope.ts';
import { CatalogStore } from '../../../flink-sql/catalog/store.ts';
import { SqlError } from '../../../flink-sql/diagnostics.ts';
import { builtInFunctions, type FunctionDefinition, type Parameter } from '../../../flink-sql/functions/catalogue.ts';
import { matchers } from '../../../flink-sql/functions/matchers.ts';
import type { Rex } from '../../../flink-sql/plan/rex.ts';
import { parseExpression } from '../../../flink-sql/syntax/index.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { asSerializableString } from '../../../flink-sql/types/print.ts';
import { JavaRandom } from '../../../local-runtime/functions/java/random.ts';
import { FIELDS } from './random-values.ts';

/** A typed expression as SQL and as the plan that our binder makes of it. */
export interface RandomExpression {
  readonly sql: string;
  readonly rex: Rex;
  /** What stands at its root: a function's name with the number of its signature, or an operator. */
  readonly recipe: string;
  readonly depth: number;
}

/** Scalar functions, and signatures of them, that are not compared, each with its reason. */
export const EXCLUDED: Readonly<Record<string, string>> = {
  RAND: 'another number at every call',
  RAND_INTEGER: 'another number at every call',
  UUID: 'another text at every call',
  SOURCE_WATERMARK: 'stands in a WATERMARK clause only and is never evaluated',
  OBJECT_OF: 'structured types need a Java class: refused when bound',
  OBJECT_UPDATE: 'structured types need a Java class: refused when bound',
  'ELEMENT#0': "the element of a MULTISET: Flink's validator takes it, its code generator does not",
};

export const scalarFunctions: readonly FunctionDefinition[] = builtInFunctions.filter((fn) => fn.kind === 'scalar');

const CONTEXT = { catalog: new CatalogStore(), options: { 'table.local-time-zone': 'Europe/Berlin' } };
const SCOPE = rowScope('SELECT', FIELDS, 't');

/** The plan of an expression over the random columns; undefined where Flink's validator refuses it. */
export function bindSql(sql: string): Rex | undefined {
  const { node, errors } = parseExpression(sql);
  if (!node || errors.length > 0) throw new Error(`does not parse: ${sql}: ${errors[0]?.message}`);
  try {
    return bindExpression(node, SCOPE, expressionContext(CONTEXT, sql), { allowNull: true });
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Arguments that mean something only from a short list. The second list goes with hardly anything else: it bounds the result's size. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  regex: ['(\\d+)', 'a', '[a-z]+', '(.)b', '^$', 'x*', '(', '😀'].map(quoted),
  replacement: ["'X'", "''", "'$1'", "'😀'"],
  format: ['yyyy-MM-dd HH:mm:ss', 'yyyy-MM-dd', "HH:mm 'h'", 'SSS', 'EEE d MMM yyyy', 'q'].map(quoted),
  charset: ["'UTF-8'", "'UTF-16LE'", "'US-ASCII'", "'ISO-8859-1'"],
  from: ["'UTC'", "'Europe/Berlin'", "'America/New_York'", "'+02:00'"],
  to: ["'UTC'", "'Asia/Kolkata'", "'Australia/Lord_Howe'"],
  key: ["'k'", "'q'", "'z'"],
  bits: ['224', '256', '384', '512', '1', 'ti'],
  digits: ['0', '1', '2', '-1', '3', 'ti'],
  group: ['0', '1', '5', '-1'],
  extractIndex: ['0', '1', '5', '-1'],
  separator: ["','", "'a'", '44', "''"],
  occurrence: ['1', '2', '0', 'ti'],
  start: ['1', '2', '0', '-2', '100', 'ti', 'i'],
  n: ['0', '1', '2', '3', '-1', 'ti'],
  length: ['0', '1', '4', '-1', 'ti'],
  code: ['65', '0', '300', 'ti', 'l'],
  index: ['0', '1', '2', 'ti', 'i'],
};
/** By name of the parameter, or by signature and position. */
const BY_FUNCTION: Readonly<Record<string, readonly string[]>> = {
  'PARSE_URL.part': [
    "'HOST'",
    "'PATH'",
    "'QUERY'",
    "'REF'",
    "'PROTOCOL'",
    "'FILE'",
    "'AUTHORITY'",
    "'USERINFO'",
    "'x'",
  ],
  'PARSE_URL.url': ["'https://u:p@h.org:8080/p/a?k=v&q=%20#f'"],
  'PARSE_URL#1.1': ["'QUERY'"],
  'DATE_FORMAT#1.0': ["'2024-03-31 02:30:00'", 's'],
  'TO_TIMESTAMP#0.0': ["'2024-03-31 02:30:00'", "'2024-02-29'", 's'],
  'TO_TIMESTAMP#1.0': ["'2024-03-31 02:30:00'", 's'],
  'TO_DATE#0.0': ["'2024-02-29'", 's'],
  'TO_DATE#1.0': ["'2024-03-31 02:30:00'", 's'],
  'UNIX_TIMESTAMP#1.0': ["'2024-03-31 02:30:00'", 's'],
  'UNIX_TIMESTAMP#2.0': ["'2024-03-31 02:30:00'", 's'],
  'TO_TIMESTAMP_LTZ#0.0': ["'2024-03-31 02:30:00'", 's'],
  'TO_TIMESTAMP_LTZ#1.0': ["'2024-03-31 02:30:00'", 's'],
  'TO_TIMESTAMP_LTZ#1.1': ["'yyyy-MM-dd HH:mm:ss'"],
  'TO_TIMESTAMP_LTZ#2.0': ["'2024-03-31 02:30:00'", 's'],
  'TO_TIMESTAMP_LTZ#2.1': ["'yyyy-MM-dd HH:mm:ss'"],
  'TO_TIMESTAMP_LTZ#2.2': ["'Europe/Berlin'", "'UTC'"],
  'TO_TIMESTAMP_LTZ#4.1': ['0', '3', 'ti'],
  'REGEXP_EXTRACT_ALL.str': ["'abc 12 xb'"],
  'REGEXP_EXTRACT.str': ["'abc 12 xb'"],
  'REGEXP_EXTRACT.group': ['0', '1', '5', '-1'],
  'CONVERT_TZ.str': ["'2024-03-31 02:30:00'"],
  'PRINTF.format': ["'%s'", "'%d'", "'%5.2f|%s'", "'%x %s'", "'plain %%'", "'%q'"],
  'CHR.code': ['65', '0', '300', 'ti', 'l', '-1'],
  'TIMESTAMPADD.n': ['0', '1', '-1', '400', 'ti'],
};
const UNITS = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];
const FIELD_UNITS = [
  ...UNITS,
  'DOW',
  'DOY',
  'ISODOW',
  'ISOYEAR',
  'EPOCH',
  'DECADE',
  'CENTURY',
  'MILLENNIUM',
  'MILLISECOND',
];
const TO_SCALAR = ["'$.c'", "'lax $.c'", "'$.a[0]'", "'$.a[1].b'", "'$.a'", "'strict $.z'"];
const PATHS = ["'$'", "'lax $.a'", "'strict $.a'", "'$.a[0]'", "'$.c'", "'$.a[1].b'", "'lax $..b'"];
const DOCUMENT = '\'{"a":[1,{"b":null}],"c":"x"}\'';
const LITERALS = [
  'TRUE',
  'FALSE',
  '0',
  '1',
  '2',
  '-7',
  '2147483647',
  '9223372036854775807',
  '1.50',
  '-0.01',
  '12345678901234567890.123',
  '1e0',
  '-2.5e10',
  "''",
  "'a'",
  "'a😀b'",
  "'3.5'",
  "'2024-03-31 02:30:00'",
  DOCUMENT,
  "x'0041FF'",
  "DATE '2024-02-29'",
  "TIME '23:59:59'",
  "TIMESTAMP '2024-10-27 02:30:00.123'",
  "INTERVAL '1' DAY",
  "INTERVAL '-1 02:03:04.005' DAY TO SECOND",
  "INTERVAL '1-2' YEAR TO MONTH",
  'ARRAY[1, 2, NULL]',
  "ARRAY['a', 'b', 'a']",
  "MAP['a', 1, 'b', CAST(NULL AS INT)]",
  "ROW(1, 'x', TRUE)",
];

const isText = (type: LogicalType): boolean => type.root === 'CHAR' || type.root === 'VARCHAR';
const isMoment = (type: LogicalType): boolean => type.root === 'DATE' || type.root.startsWith('TIME');
const isDated = (type: LogicalType): boolean => type.root === 'DATE' || type.root.startsWith('TIMESTAMP');
const isInterval = (type: LogicalType): boolean => type.root.startsWith('INTERVAL');
const isBoolean = (type: LogicalType): boolean => type.root === 'BOOLEAN';
const isNumber = matchers.NUMERIC as (type: LogicalType) => boolean;
const isAny = (): boolean => true;

type Recipe = (g: RandomSql) => string;

/** Makes random expressions, each of earlier ones, so that any function may stand in any other that takes its type. */
export class RandomSql {
  private readonly random: JavaRandom;
  private readonly leaves: RandomExpression[] = [];
  private readonly pool: RandomExpression[] = [];
  private readonly recipes: (readonly [string, Recipe])[];
  private readonly accept: (rex: Rex) => boolean;
  private turn = 0;
  private depth = 0;

  /** `accept` may refuse what can be bound and yet not be compiled. */
  constructor(seed: bigint, accept: (rex: Rex) => boolean = () => true) {
    this.accept = accept;
    this.random = new JavaRandom(seed);
    for (const sql of [...FIELDS.map((field) => field.name), ...LITERALS]) {
      const rex = bindSql(sql);
      if (!rex) throw new Error(`refused: ${sql}`);
      this.leaves.push({ sql, rex, recipe: 'leaf', depth: 0 });
    }
    // There are more pairs of types than functions: these have three turns to one of a cast.
    const general = [...functionRecipes(), ...operatorRecipes()];
    this.recipes = [...general, ...castRecipes(), ...general, ...general];
  }

  /** Names of what stands at the roots, all in turn. */
  get recipeNames(): string[] {
    return this.recipes.map(([name]) => name);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.random.nextInt(items.length)] as T;
  }

  /** One of the list; in the first round the first one, which is to give an answer. */
  choose<T>(items: readonly T[]): T {
    return this.isFirstRound() ? (items[0] as T) : this.pick(items);
  }

  isFirstRound(): boolean {
    return this.turn <= this.recipes.length;
  }

  chance(percent: number): boolean {
    return this.random.nextInt(100) < percent;
  }

  /** SQL of a value whose type passes the test. */
  arg(test: (type: LogicalType) => boolean): string {
    return this.find(test).sql;
  }

  find(test: (type: LogicalType) => boolean): RandomExpression {
    if (this.chance(55)) {
      for (let n = 0; n < 20 && this.pool.length > 0; n++) {
        const found = this.pick(this.pool);
        if (found.depth < 4 && test(found.rex.type)) {
          this.depth = Math.max(this.depth, found.depth);
          return found;
        }
      }
    }
    const fitting = this.leaves.filter((leaf) => test(leaf.rex.type));
    return this.pick(fitting.length > 0 ? fitting : this.pool.filter((made) => test(made.rex.type)));
  }

  /** Two values of one kind. */
  pair(test: (type: LogicalType) => boolean): [string, string] {
    const first = this.find(test);
    const { type } = first.rex;
    const alike = (other: LogicalType): boolean =>
      test(other) &&
      (other.root === type.root || (isNumber(type) && isNumber(other)) || (isText(type) && isText(other)));
    return [first.sql, this.arg(alike)];
  }

  /** The next expression; each recipe has its turn, again where what it made is refused. */
  next(): RandomExpression {
    const [recipe, make] = this.recipes[this.turn++ % this.recipes.length] as readonly [string, Recipe];
    for (let n = 0; n < 60; n++) {
      this.depth = 0;
      const sql = make(this);
      if (sql.length > 400) continue;
      const rex = bindSql(sql);
      if (!rex || !this.accept(rex)) continue;
      const made = { sql, rex, recipe, depth: this.depth + 1 };
      if (sql.length < 120) this.pool.push(made);
      return made;
    }
    throw new Error(`${recipe}: whatever was made was refused`);
  }
}

/** Every signature of every scalar function of the catalogue. */
function functionRecipes(): [string, Recipe][] {
  const out: [string, Recipe][] = [];
  for (const fn of scalarFunctions) {
    const name = fn.names[0] as string;
    if (EXCLUDED[name]) continue;
    for (const alias of fn.names) {
      const special = SPECIAL[alias];
      if (special) {
        for (const [i, recipe] of special.entries()) out.push([`${alias}#${i}`, recipe]);
        continue;
      }
      for (const [i, { parameters }] of fn.signatures.entries()) {
        if (EXCLUDED[`${alias}#${i}`]) continue;
        out.push([`${alias}#${i}`, (g) => callOf(g, fn, `${alias}#${i}`, parameters)]);
      }
    }
  }
  return out;
}

function callOf(g: RandomSql, fn: FunctionDefinition, recipe: string, parameters: readonly Parameter[]): string {
  const alias = recipe.replace(/#.*/, '');
  if (parameters.length === 0) return fn.niladic ? alias : `${alias}()`;
  const args: string[] = [];
  let common: LogicalType | undefined;
  let element: LogicalType | undefined;
  for (const parameter of parameters) {
    const count = parameter.variadic ? 1 + Number(g.chance(50)) + Number(g.chance(30)) : 1;
    for (let k = 0; k < count; k++) {
      const { name, family } = parameter;
      const list = BY_FUNCTION[`${recipe}.${args.length}`] ?? BY_FUNCTION[`${alias}.${name}`] ?? LISTS[name];
      if (list && (name === 'n' || name === 'length' || g.isFirstRound() || g.chance(80))) {
        args.push(g.choose(list));
        continue;
      }
      let test = matchers[family] ?? isAny;
      if (alias.startsWith('ARRAY_') && family === 'COMMON') test = matchers.ARRAY as typeof test;
      if (alias.startsWith('MAP_') && family === 'COMMON') test = matchers.MAP as typeof test;
      if ((fn.commonFrom !== undefined && args.length > fn.commonFrom) || family === 'ARRAY ELEMENT') {
        const like = family === 'ARRAY ELEMENT' ? element : common;
        if (like) test = (type) => type.root === like.root;
      }
      const found = g.find(test);
      common = found.rex.type;
      if (common.root === 'ARRAY') element = common.element;
      args.push(found.sql);
    }
  }
  return `${alias}(${args.join(', ')})`;
}

const json = (g: RandomSql): string => (g.isFirstRound() || g.chance(60) ? g.choose([DOCUMENT, 's']) : g.arg(isText));

/** Functions with a syntax of their own. */
const SPECIAL: Readonly<Record<string, readonly Recipe[]>> = {
  CEIL: [(g) => `CEIL(${g.arg(isNumber)})`, (g) => `CEIL(${g.arg(isDated)} TO ${g.pick(UNITS)})`],
  FLOOR: [(g) => `FLOOR(${g.arg(isNumber)})`, (g) => `FLOOR(${g.arg(isDated)} TO ${g.pick(UNITS)})`],
  EXTRACT: [
    (g) => `EXTRACT(${g.pick(FIELD_UNITS)} FROM ${g.arg(isMoment)})`,
    (g) =>
      `EXTRACT(${g.pick(['DAY', 'HOUR', 'MINUTE', 'SECOND'])} FROM ${g.arg((t) => t.root === 'INTERVAL_DAY_TIME')})`,
  ],
  TIMESTAMPADD: [
    (g) => `TIMESTAMPADD(${g.pick(UNITS)}, ${g.pick(BY_FUNCTION['TIMESTAMPADD.n'] as string[])}, ${g.arg(isDated)})`,
  ],
  TIMESTAMPDIFF: [(g) => `TIMESTAMPDIFF(${g.pick(UNITS)}, ${g.arg(isDated)}, ${g.arg(isDated)})`],
  OVERLAY: [
    (g) => `OVERLAY(${g.arg(isText)} PLACING ${g.arg(isText)} FROM ${g.pick(LISTS.start as string[])})`,
    (g) =>
      `OVERLAY(${g.arg(isText)} PLACING ${g.arg(isText)} FROM ${g.pick(LISTS.start as string[])} FOR ${g.pick(LISTS.length as string[])})`,
  ],
  // The first operand of IN may not begin with a bracket or an element.
  POSITION: [(g) => `POSITION(${g.pick(["'a'", 's', 'c3', "''", 'UPPER(vc5)'])} IN ${g.arg(isText)})`],
  CURRENT_WATERMARK: [() => 'CURRENT_WATERMARK(rt)'],
  MAP_FROM_ARRAYS: [
    (g) => `MAP_FROM_ARRAYS(${g.arg((t) => t.root === 'ARRAY')}, ${g.arg((t) => t.root === 'ARRAY')})`,
    (g) => `MAP_FROM_ARRAYS(${g.pick(["ARRAY['a', s]", 'ARRAY[i, l]'])}, ARRAY[${g.pair(isNumber).join(', ')}])`,
  ],
  JSON: [(g) => `JSON_OBJECT(KEY 'k' VALUE JSON(${json(g)}))`],
  JSON_EXISTS: [
    (g) => `JSON_EXISTS(${json(g)}, ${g.pick(PATHS)})`,
    (g) => `JSON_EXISTS(${json(g)}, ${g.pick(PATHS)} ${g.pick(['TRUE', 'FALSE', 'UNKNOWN', 'ERROR'])} ON ERROR)`,
  ],
  JSON_VALUE: [
    (g) => `JSON_VALUE(${json(g)}, ${g.choose(TO_SCALAR)})`,
    (g) =>
      `JSON_VALUE(${json(g)}, ${g.choose(TO_SCALAR)} RETURNING ${g.choose(['STRING', 'INT', 'BOOLEAN', 'DOUBLE'])} NULL ON EMPTY ${g.pick(['NULL', 'ERROR'])} ON ERROR)`,
  ],
  JSON_QUERY: [
    (g) => `JSON_QUERY(${json(g)}, ${g.choose(PATHS)})`,
    (g) =>
      `JSON_QUERY(${json(g)}, ${g.choose(PATHS)} ${g.pick(['WITHOUT', 'WITH CONDITIONAL', 'WITH UNCONDITIONAL'])} WRAPPER ${g.pick(['NULL', 'ERROR', 'EMPTY OBJECT'])} ON EMPTY EMPTY ARRAY ON ERROR)`,
  ],
  JSON_OBJECT: [
    (g) =>
      `JSON_OBJECT(KEY 'k' VALUE ${g.arg(isAny)}, KEY 'm' VALUE ${g.arg(isNumber)} ${g.pick(['NULL', 'ABSENT'])} ON NULL)`,
  ],
  JSON_ARRAY: [(g) => `JSON_ARRAY(${g.arg(isAny)}, ${g.arg(isAny)} ${g.pick(['NULL', 'ABSENT'])} ON NULL)`],
};

function operatorRecipes(): [string, Recipe][] {
  const out: [string, Recipe][] = [];
  const add = (name: string, recipe: Recipe, times = 1): void => {
    for (let n = 0; n < times; n++) out.push([name, recipe]);
  };
  for (const op of ['+', '-', '*', '/', '%']) add(op, (g) => `(${g.arg(isNumber)} ${op} ${g.arg(isNumber)})`, 4);
  for (const op of ['=', '<>', '<', '<=', '>', '>=']) add(op, (g) => `(${g.pair(isAny).join(` ${op} `)})`, 3);
  for (const op of ['+', '-']) add(`moment ${op}`, (g) => `(${g.arg(isMoment)} ${op} ${g.arg(isInterval)})`, 2);
  add('interval', (g) => `(${g.pair(isInterval).join(g.pick([' + ', ' - ']))})`);
  add('interval *', (g) => `(${g.arg(isInterval)} * ${g.arg(isNumber)})`);
  add('negate', (g) => `(- ${g.arg((type) => isNumber(type) || isInterval(type))})`, 2);
  add('AND', (g) => `(${g.arg(isBoolean)} AND ${g.arg(isBoolean)} AND ${g.arg(isBoolean)})`, 3);
  add('OR', (g) => `(${g.arg(isBoolean)} OR ${g.arg(isBoolean)} OR ${g.arg(isBoolean)})`, 3);
  add('NOT', (g) => `(NOT ${g.arg(isBoolean)})`);
  for (const test of ['TRUE', 'FALSE', 'UNKNOWN']) {
    add(`IS ${test}`, (g) => `(${g.arg(isBoolean)} IS ${g.pick(['', 'NOT '])}${test})`);
  }
  add('IS NULL', (g) => `(${g.arg(isAny)} IS ${g.pick(['', 'NOT '])}NULL)`, 2);
  add('IS DISTINCT', (g) => `(${g.pair(isAny).join(g.pick([' IS DISTINCT FROM ', ' IS NOT DISTINCT FROM ']))})`, 3);
  add(
    'BETWEEN',
    (g) => `(${g.arg(isNumber)} BETWEEN ${g.pick(['', 'SYMMETRIC '])}${g.arg(isNumber)} AND ${g.arg(isNumber)})`,
  );
  add('IN', (g) => `(${g.arg(isNumber)} IN (1, 2, -7, 2147483647, 300))`);
  add('IN texts', (g) => `(${g.arg(isText)} ${g.pick(['', 'NOT '])}IN ('a', 'true', '😀', ${g.arg(isText)}))`);
  add(
    'LIKE',
    (g) =>
      `(${g.arg(isText)} ${g.pick(['', 'NOT '])}LIKE ${g.pick(["'%a%'", "'_'", "'a_b'", "'%'", "'!%%' ESCAPE '!'", 's'])})`,
  );
  add('SIMILAR TO', (g) => `(${g.arg(isText)} SIMILAR TO ${g.pick(["'(a|b)%'", "'_+'", "'[0-9]*'"])})`);
  add('||', (g) => `(${g.arg(isText)} || ${g.arg(isText)})`, 2);
  add(
    'TRIM',
    (g) => `TRIM(${g.pick(['BOTH', 'LEADING', 'TRAILING'])} ${g.pick(["' '", "'a'", 's'])} FROM ${g.arg(isText)})`,
  );
  add(
    'IS JSON',
    (g) => `(${json(g)} IS ${g.pick(['', 'NOT '])}JSON ${g.pick(['VALUE', 'OBJECT', 'ARRAY', 'SCALAR'])})`,
  );
  add(
    'CASE',
    (g) => {
      const [yes, no] = g.pair(isAny);
      return `CASE WHEN ${g.arg(isBoolean)} THEN ${yes} WHEN ${g.arg(isBoolean)} THEN ${no}${g.chance(60) ? ` ELSE ${no}` : ''} END`;
    },
    8,
  );
  add(
    'CASE of',
    (g) => `CASE ${g.arg(isNumber)} WHEN 1 THEN ${g.arg(isText)} WHEN ${g.arg(isNumber)} THEN 'x' ELSE NULL END`,
    2,
  );
  add('COALESCE', (g) => `COALESCE(${g.pair(isAny).join(', ')})`, 4);
  add('IF', (g) => `IF(${g.arg(isBoolean)}, ${g.pair(isAny).join(', ')})`, 4);
  add('NULLIF', (g) => `NULLIF(${g.pair(isAny).join(', ')})`, 2);
  add('ROW', (g) => `ROW(${g.arg(isAny)}, ${g.arg(isAny)})`, 3);
  add('ARRAY', (g) => `ARRAY[${g.pair(isAny).join(', ')}]`, 4);
  add('MAP', (g) => `MAP[${g.arg(isText)}, ${g.arg(isNumber)}, 'k', ${g.arg(isNumber)}]`, 2);
  add('item', (g) => `(${g.pick(['ai', 'aa', 'ai_nn'])}[${g.pick(['1', '2', 'ti', 'i'])}])`, 2);
  add('map item', (g) => `(msi[${g.isFirstRound() ? "'a'" : g.arg(isText)}])`);
  add('array item', (g) => `((${g.arg((type) => type.root === 'ARRAY')})[${g.pick(['1', '2', 'ti'])}])`, 2);
  add('field', (g) => `t.r.${g.pick(['n', 't', 'a'])}`);
  return out;
}

/** A text that can be read as the type; also where it is cut to a few characters. */
const READABLE: readonly (readonly [RegExp, string])[] = [
  [/^BOOL/, 'true'],
  [/INT|FLOAT|DOUBLE|DECIMAL/, '12'],
  [/^TIME\(/, '23:59:59'],
  [/^DATE|^TIMESTAMP/, '2024-03-31'],
];

/** CAST and TRY_CAST of every column to the type of every other, where Flink has such a cast. */
function castRecipes(): [string, Recipe][] {
  const out: [string, Recipe][] = [];
  const nullable = FIELDS.filter(({ name }) => !name.endsWith('_nn') && name !== 'rt');
  const targets = nullable.map(({ type }) => asSerializableString({ ...type, nullable: true }));
  for (const from of nullable) {
    for (const to of targets) {
      if (to.startsWith('INTERVAL')) continue;
      if (!bindSql(`CAST(${from.name} AS ${to})`)) continue;
      const root = from.type.root;
      const test = (type: LogicalType): boolean => type.root === root;
      const text = isText(from.type) ? READABLE.find(([pattern]) => pattern.test(to))?.[1] : undefined;
      const source = (g: RandomSql): string => {
        if (text && (g.isFirstRound() || g.chance(30)))
          return root === 'CHAR' ? `'${text}'` : `CAST('${text}' AS STRING)`;
        return g.chance(60) ? from.name : g.arg(test);
      };
      out.push([`CAST ${root} ${to}`, (g) => `CAST(${source(g)} AS ${to})`]);
      out.push([`TRY_CAST ${root} ${to}`, (g) => `TRY_CAST(${source(g)} AS ${to})`]);
    }
  }
  return out;
}
