import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Choices } from './random.ts';

/** A random query and whether one source alone fixes the order of its changes. */
export interface MadeQuery {
  readonly kind: string;
  readonly sql: string;
  readonly ordered: boolean;
}

/** Columns that every table of `writeTables` has, but for `rates` and `nested`. */
const KEYS = ['k', 't', 'g'];
const NUMBERS = ['v', 'd', 'id', 'f'];

function row(choices: Choices, id: number): Record<string, unknown> {
  const or = (value: unknown, chance = 10) => (choices.chance(chance) ? null : value);
  return {
    id,
    k: or(choices.below(4)),
    g: or(choices.pick([1, 2])),
    t: or(choices.pick(['a', 'b', 'ä', '', '😀', '\ue000', 'B'])),
    v: or(choices.pick([1, 2, 5, -3, 10, 7, 0])),
    d: or(choices.pick(['1.50', '2.25', '-0.50', '10.00', '1.5'])),
    f: or(choices.pick([0.5, 1.25, -2, 0, 3.75])),
    o: or(choices.chance(50)),
    ts: `2024-01-01 00:00:${String(choices.below(40)).padStart(2, '0')}${choices.chance(20) ? '.500' : ''}`,
  };
}

/** `late`: some rows come after the watermark has passed them; what becomes of them depends on both inputs of a join. */
function appendRows(choices: Choices, count: number, late = true): string {
  const rows = Array.from({ length: count }, (_, i) => row(choices, i));
  // Mostly in order of time, some late.
  const times = rows.map(({ ts }) => ts as string).sort();
  for (const [i, each] of rows.entries())
    each.ts = !late || choices.chance(75) ? times[i] : times[Math.max(0, i - choices.below(9))];
  return lines(rows);
}

function changeRows(choices: Choices, count: number): string {
  const alive = new Map<number, Record<string, unknown>>();
  const out: unknown[] = [];
  let next = 0;
  for (let i = 0; i < count; i++) {
    const ids = [...alive.keys()];
    if (ids.length < 3 || choices.chance(45)) {
      const after = row(choices, next++);
      alive.set(after.id as number, after);
      out.push({ before: null, after, op: 'c' });
    } else {
      const id = choices.pick(ids);
      const before = alive.get(id) as Record<string, unknown>;
      if (choices.chance(65)) {
        const after = { ...before, ...(choices.chance(50) ? { v: choices.below(9) } : { ...row(choices, id) }) };
        alive.set(id, after);
        out.push({ before, after, op: 'u' });
      } else {
        alive.delete(id);
        out.push({ before, after: null, op: 'd' });
      }
    }
  }
  return lines(out);
}

const lines = (rows: readonly unknown[]): string => `${rows.map((each) => JSON.stringify(each)).join('\n')}\n`;

const SHAPE = 'id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)';

/** Writes the files of the tables and gives their DDL. */
export function writeTables(choices: Choices, folder: string): string[] {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const table = (name: string, columns: string, path: string, format: string) =>
    `CREATE TABLE ${name} (${columns}) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = '${format}'${format === 'json' ? ", 'json.timestamp-format.standard' = 'SQL'" : ''})`;
  const marked = `${SHAPE}, WATERMARK FOR ts AS ts - INTERVAL '2' SECOND`;
  const nested = Array.from({ length: 8 }, (_, id) => ({
    id,
    xs: choices.chance(15)
      ? null
      : Array.from({ length: choices.below(4) }, () => (choices.chance(15) ? null : choices.below(5))),
    rs: Array.from({ length: choices.below(3) }, (_, i) => ({ a: i, b: choices.pick(['x', 'y', null]) })),
    m: Object.fromEntries(['p', 'q', 'r'].slice(0, choices.below(4)).map((key) => [key, choices.below(9)])),
  }));
  return [
    table('s', marked, file('s.jsonl', appendRows(choices, 30)), 'json'),
    table('s2', marked, file('s2.jsonl', appendRows(choices, 22)), 'json'),
    table('n1', marked, file('n1.jsonl', appendRows(choices, 26, false)), 'json'),
    table('n2', marked, file('n2.jsonl', appendRows(choices, 20, false)), 'json'),
    table('p', SHAPE, file('p.jsonl', appendRows(choices, 18)), 'json'),
    table('c', SHAPE, file('c.jsonl', changeRows(choices, 30)), 'debezium-json'),
    table('c2', `${SHAPE}, PRIMARY KEY (id) NOT ENFORCED`, file('c2.jsonl', changeRows(choices, 24)), 'debezium-json'),
    table(
      'nested',
      'id INT, xs ARRAY<INT>, rs ARRAY<ROW<a INT, b STRING>>, m MAP<STRING, INT>',
      file('nested.jsonl', lines(nested)),
      'json',
    ),
    table(
      'rates',
      'k INT, rate INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts, PRIMARY KEY (k) NOT ENFORCED',
      file('rates.jsonl', rateRows(choices)),
      'debezium-json',
    ),
  ];
}

function rateRows(choices: Choices): string {
  const now = new Map<number, Record<string, unknown>>();
  const out: unknown[] = [];
  for (let second = 0; second < 40; second += 2) {
    const k = choices.below(4);
    const before = now.get(k) ?? null;
    const ts = `2024-01-01 00:00:${String(second).padStart(2, '0')}`;
    if (before && choices.chance(20)) {
      now.delete(k);
      // The time of the deletion, not of the version: a late one meets the other input's rows at random.
      out.push({ before: { ...before, ts }, after: null, op: 'd' });
      continue;
    }
    const after = { k, rate: second, ts };
    now.set(k, after);
    out.push({ before, after, op: before ? 'u' : 'c' });
  }
  return lines(out);
}

/** One query in the making. */
class Maker {
  readonly #c: Choices;
  /** Sources read so far. */
  sources = 0;

  constructor(choices: Choices) {
    this.#c = choices;
  }

  aggregate(prefix = '', changes = false): string {
    const c = this.#c;
    const number = prefix + c.pick(NUMBERS);
    const calls = [
      'COUNT(*)',
      `COUNT(${prefix}${c.pick([...KEYS, ...NUMBERS])})`,
      `SUM(${number})`,
      `AVG(${number})`,
      `MIN(${prefix}${c.pick([...NUMBERS, 't', 'ts'])})`,
      `MAX(${prefix}${c.pick([...NUMBERS, 't', 'ts'])})`,
      `COUNT(DISTINCT ${prefix}${c.pick([...KEYS, 'v'])})`,
      `SUM(DISTINCT ${prefix}${c.pick(['v', 'd'])})`,
      `STDDEV_POP(${prefix}v)`,
      `VAR_SAMP(${prefix}d)`,
      `LISTAGG(${prefix}t)`,
      `LISTAGG(DISTINCT ${prefix}t, '|')`,
      `COLLECT(${prefix}k)`,
      `ARRAY_AGG(${prefix}v)`,
      `FIRST_VALUE(${prefix}${c.pick(['v', 't'])})`,
      `LAST_VALUE(${prefix}${c.pick(['v', 't'])})`,
      `JSON_ARRAYAGG(${prefix}v)`,
      `JSON_OBJECTAGG(KEY CAST(${prefix}id AS STRING) VALUE ${prefix}v)`,
    ];
    const call = changes && c.chance(70) ? c.pick(calls.slice(0, 8)) : c.pick(calls);
    return c.chance(15) && !call.startsWith('JSON') ? `${call} FILTER (WHERE ${this.condition(prefix)})` : call;
  }

  condition(prefix = ''): string {
    const c = this.#c;
    const x = (name: string) => prefix + name;
    return c.pick([
      `${x('v')} > ${c.below(5)}`,
      `${x('k')} = ${c.below(4)}`,
      `${x('t')} <> 'a'`,
      `${x('t')} > 'b'`,
      `${x('o')}`,
      `${x('k')} IS NOT NULL`,
      `${x('v')} BETWEEN 1 AND 6`,
      `${x('k')} IN (1, 2)`,
      `${x('d')} > 1.5 OR ${x('g')} = 1`,
      `NOT (${x('v')} = 5 AND ${x('k')} = 1)`,
      `MOD(${x('id')}, 2) = 0`,
    ]);
  }

  where(prefix = '', chance = 30): string {
    return this.#c.chance(chance) ? ` WHERE ${this.condition(prefix)}` : '';
  }

  keys(most = 2): string[] {
    return this.#c.some(KEYS, 1 + this.#c.below(most));
  }

  aggregates(n: number, prefix = '', changes = false): string {
    return Array.from({ length: n }, (_, i) => `${this.aggregate(prefix, changes)} AS a${i}`).join(', ');
  }

  /** A relation with all the columns; often a changelog. */
  source(): { sql: string; changes: boolean; alias: string } {
    this.sources++;
    const c = this.#c;
    const alias = `x${this.sources}`;
    const name = c.pick(['s', 's2', 'p', 'c', 'c2']);
    if (c.chance(80)) return { sql: `${name} ${alias}`, changes: name.startsWith('c'), alias };
    const latest = `(SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM ${c.pick(['s', 'p'])}) WHERE rn <= ${1 + c.below(2)}) ${alias}`;
    return { sql: latest, changes: true, alias };
  }

  window(table: string): string {
    const c = this.#c;
    const of = `TABLE ${table}, DESCRIPTOR(ts)`;
    const offset = c.chance(15) ? ", INTERVAL '1' SECOND" : '';
    return c.pick([
      `TABLE(TUMBLE(${of}, INTERVAL '${c.pick([5, 7, 10])}' SECOND${offset}))`,
      `TABLE(HOP(${of}, INTERVAL '5' SECOND, INTERVAL '${c.pick([10, 15])}' SECOND${offset}))`,
      `TABLE(CUMULATE(${of}, INTERVAL '5' SECOND, INTERVAL '${c.pick([10, 15])}' SECOND${offset}))`,
      `TABLE(SESSION(TABLE ${table}${c.chance(60) ? ' PARTITION BY k' : ''}, DESCRIPTOR(ts), INTERVAL '${c.pick([2, 3, 5])}' SECOND))`,
    ]);
  }

  order(): string {
    const c = this.#c;
    return c
      .some(['v', 'd', 't', 'id', 'k'], 1 + c.below(2))
      .map((name) => `${name}${c.pick(['', ' DESC', ' ASC'])}${c.pick(['', '', ' NULLS FIRST', ' NULLS LAST'])}`)
      .join(', ');
  }
}

type Kind = (m: Maker, c: Choices) => string;

const KINDS: Readonly<Record<string, Kind>> = {
  group(m, c) {
    const { sql, changes, alias } = m.source();
    const keys = m.keys();
    const having = c.chance(20) ? ` HAVING ${c.pick(['COUNT(*) > 1', 'SUM(v) > 3', 'MAX(v) < 8'])}` : '';
    return `SELECT ${keys.join(', ')}, ${m.aggregates(1 + c.below(4), `${alias}.`, changes)} FROM ${sql}${m.where()} GROUP BY ${keys.join(', ')}${having}`;
  },
  global(m, c) {
    const { sql, changes, alias } = m.source();
    return `SELECT ${m.aggregates(1 + c.below(4), `${alias}.`, changes)} FROM ${sql}${m.where()}`;
  },
  twice(m, c) {
    const { sql } = m.source();
    const [key] = m.keys(1);
    return `SELECT n, COUNT(*) AS c, SUM(z) AS z FROM (SELECT ${key}, COUNT(*) AS n, ${c.pick(['SUM(v)', 'MAX(v)', 'MIN(id)'])} AS z FROM ${sql}${m.where()} GROUP BY ${key}) GROUP BY n`;
  },
  sets(m, c) {
    const { sql } = m.source();
    const grouping = c.pick([
      'ROLLUP (k, t)',
      'CUBE (k, g)',
      'GROUPING SETS ((k), (t), ())',
      'GROUPING SETS ((k, g), (g))',
    ]);
    const [a, b] = /k, t|\(t\)/.test(grouping) ? ['k', 't'] : ['k', 'g'];
    return `SELECT ${a}, ${b}, GROUPING(${a}) AS ga, GROUPING_ID(${a}, ${b}) AS gi, ${m.aggregates(1 + c.below(2), '', true)} FROM ${sql}${m.where()} GROUP BY ${grouping}`;
  },
  distinct(m, c) {
    const { sql } = m.source();
    return `SELECT DISTINCT ${c.some(['k', 't', 'g', 'v', 'o'], 1 + c.below(3)).join(', ')} FROM ${sql}${m.where()}`;
  },
  windowAgg(m, c) {
    m.sources++;
    const tvf = m.window(c.pick(['s', 's2']));
    const keys = /PARTITION BY k/.test(tvf) ? ['k'] : /SESSION/.test(tvf) ? [] : c.chance(60) ? m.keys(1) : [];
    const all = [...keys, 'window_start', 'window_end', ...(c.chance(25) ? ['window_time'] : [])];
    return `SELECT ${all.join(', ')}, ${m.aggregates(1 + c.below(3))} FROM ${tvf}${m.where('', 20)} GROUP BY ${all.join(', ')}${c.chance(15) ? ' HAVING COUNT(*) > 1' : ''}`;
  },
  windowNested(m, c) {
    m.sources++;
    const inner = `SELECT window_start AS ws, window_end AS we, window_time AS ts, k, SUM(v) AS v FROM TABLE(TUMBLE(TABLE s, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end, window_time, k`;
    return c.pick([
      `SELECT window_start, window_end, SUM(v) AS v, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE w, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end`,
      `SELECT ws, MAX(v) AS m, COUNT(*) AS n FROM (${inner}) GROUP BY ws`,
      `SELECT ws, we, MAX(v) AS m FROM (${inner}) GROUP BY ws, we`,
    ]);
  },
  windowRows(m) {
    m.sources++;
    return `SELECT id, k, window_start, window_end, window_time FROM ${m.window('s')}${m.where()}`;
  },
  windowTop(m, c) {
    m.sources++;
    const tvf = `TABLE(TUMBLE(TABLE s, DESCRIPTOR(ts), INTERVAL '${c.pick([5, 10])}' SECOND))`;
    const by = c.chance(50) ? ', k' : '';
    const order = c.chance(30) ? c.pick(['ts', 'ts DESC']) : m.order();
    const n = order.startsWith('ts') ? 1 : 1 + c.below(3);
    return `SELECT id, k, v, window_start${c.chance(40) ? ', rn' : ''} FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end${by} ORDER BY ${order}) AS rn FROM ${tvf}) WHERE rn <= ${n}`;
  },
  windowJoin(m, c) {
    m.sources += 2;
    const w = (table: string) => `(SELECT * FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '10' SECOND)))`;
    const residual = c.chance(30) ? ' AND l.v < r.v' : '';
    const on = `l.window_start = r.window_start AND l.window_end = r.window_end AND l.k = r.k${residual}`;
    if (c.chance(30)) {
      return `SELECT l.id, l.k FROM ${w('n1')} l WHERE ${c.pick(['', 'NOT '])}EXISTS (SELECT 1 FROM ${w('n2')} r WHERE ${on})`;
    }
    return `SELECT l.id AS li, r.id AS ri, COALESCE(l.window_start, r.window_start) AS ws FROM ${w('n1')} l ${c.pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'])} ${w('n2')} r ON ${on}`;
  },
  legacyWindow(m, c) {
    m.sources++;
    const w = c.pick([
      "TUMBLE(ts, INTERVAL '10' SECOND)",
      "HOP(ts, INTERVAL '5' SECOND, INTERVAL '10' SECOND)",
      "SESSION(ts, INTERVAL '3' SECOND)",
    ]);
    const name = w.slice(0, w.indexOf('('));
    const keys = c.chance(50) ? m.keys(1) : [];
    const props = c
      .some(['START', 'END', 'ROWTIME'], 1 + c.below(2))
      .map((p) => `${w.replace(name, `${name}_${p}`)} AS p${p}`);
    return `SELECT ${[...keys, ...props].join(', ')}, ${m.aggregates(1 + c.below(2))} FROM s${m.where('', 20)} GROUP BY ${[...keys, w].join(', ')}`;
  },
  over(m, c) {
    m.sources++;
    const frame = c.pick([
      '',
      ' ROWS BETWEEN 2 PRECEDING AND CURRENT ROW',
      " RANGE BETWEEN INTERVAL '5' SECOND PRECEDING AND CURRENT ROW",
      ' ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
      ' RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
    ]);
    const by = c.chance(60) ? `PARTITION BY ${c.pick(KEYS)} ` : '';
    const calls = Array.from({ length: 1 + c.below(3) }, (_, i) => {
      const call = c.pick([
        'SUM(v)',
        'COUNT(*)',
        'AVG(d)',
        'MIN(t)',
        'MAX(v)',
        'COUNT(DISTINCT k)',
        'FIRST_VALUE(v)',
        'LAST_VALUE(t)',
        'LISTAGG(t)',
        'COUNT(t)',
        'STDDEV_POP(v)',
      ]);
      return `${call} OVER w AS o${i}`;
    });
    if (frame === '' && c.chance(40))
      calls.push(`${c.pick(['ROW_NUMBER()', 'LAG(v)', 'LAG(v, 2, 0)', 'LAG(t, 1)'])} OVER w AS r`);
    return `SELECT id, ${calls.join(', ')} FROM s${m.where('', 20)} WINDOW w AS (${by}ORDER BY ts${frame})`;
  },
  top(m, c) {
    const { sql } = m.source();
    const by = c.chance(70) ? `PARTITION BY ${m.keys().join(', ')} ` : '';
    const n = 1 + c.below(3);
    const cut = c.chance(15) && n > 1 ? `rn BETWEEN 2 AND ${n + 1}` : `rn ${c.pick(['<=', '<'])} ${n + 1}`;
    return `SELECT id, k, v, t${c.chance(45) ? ', rn' : ''} FROM (SELECT *, ${c.pick(['ROW_NUMBER', 'ROW_NUMBER', 'RANK'])}() OVER (${by}ORDER BY ${m.order()}) AS rn FROM ${sql}${m.where()}) WHERE ${cut}`;
  },
  topOfAggregate(m, c) {
    const { sql } = m.source();
    const [key] = m.keys(1);
    const call = c.pick(['COUNT(*)', 'SUM(v)', 'MAX(v)', 'COUNT(DISTINCT v)']);
    const order = `n${c.pick([' DESC', ''])}${c.chance(40) ? `, ${key}` : ''}`;
    return `SELECT ${key}, n${c.chance(40) ? ', rn' : ''} FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY ${order}) AS rn FROM (SELECT ${key}, ${call} AS n FROM ${sql}${m.where()} GROUP BY ${key})) WHERE rn <= ${1 + c.below(3)}`;
  },
  dedup(m, c) {
    m.sources++;
    const order = c.pick(['ts', 'ts DESC', 'ts ASC']);
    return `SELECT id, k, v, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY ${m.keys().join(', ')} ORDER BY ${order}) AS rn FROM s${m.where()}) WHERE rn = 1`;
  },
  sort(m, c) {
    const { sql } = m.source();
    return c.chance(30)
      ? `SELECT id, v, ts FROM s ORDER BY ts${c.pick(['', ', v', ', id DESC', ', t, v DESC'])}`
      : `SELECT id, k, v, t FROM ${sql}${m.where()} ORDER BY ${m.order()} LIMIT ${1 + c.below(5)}${c.chance(25) ? ` OFFSET ${c.below(4)}` : ''}`;
  },
  join(m, c) {
    const [l, r] = [m.source(), m.source()];
    const [a, b] = [l.alias, r.alias];
    const on = c.pick([
      `${a}.k = ${b}.k`,
      `${a}.id = ${b}.id`,
      `${a}.k = ${b}.k AND ${a}.t = ${b}.t`,
      `${a}.k = ${b}.k AND ${a}.v > ${b}.v`,
      `${a}.id = ${b}.id AND ${b}.v > 2`,
      `${a}.k = ${b}.g AND ${a}.o`,
      `${a}.k + 1 = ${b}.k`,
      `${a}.k IS NOT DISTINCT FROM ${b}.k AND ${a}.g = ${b}.g`,
    ]);
    const type = c.pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);
    const where = m.where(`${a}.`, 25);
    if (c.chance(25))
      return `SELECT ${a}.k AS k, COUNT(*) AS n, SUM(${b}.v) AS z FROM ${l.sql} ${type} ${r.sql} ON ${on}${where} GROUP BY ${a}.k`;
    return `SELECT ${a}.id AS i, ${b}.id AS j, ${a}.k AS k, ${b}.v AS v FROM ${l.sql} ${type} ${r.sql} ON ${on}${where}`;
  },
  join3(m, c) {
    const [x, y, z] = [m.source(), m.source(), m.source()];
    const type = () => c.pick(['JOIN', 'LEFT JOIN', 'JOIN']);
    return `SELECT ${x.alias}.id AS i, ${y.alias}.id AS j, ${z.alias}.id AS l FROM ${x.sql} ${type()} ${y.sql} ON ${x.alias}.id = ${y.alias}.id ${type()} ${z.sql} ON ${y.alias}.${c.pick(['k', 'id'])} = ${z.alias}.${c.pick(['k', 'id'])}`;
  },
  semi(m, c) {
    const [l, r] = [m.source(), m.source()];
    const [a, b] = [l.alias, r.alias];
    const not = c.pick(['', 'NOT ']);
    const test = c.pick([
      `${a}.k ${not}IN (SELECT k FROM ${r.sql}${m.where(`${b}.`, 50)})`,
      `${not}EXISTS (SELECT 1 FROM ${r.sql} WHERE ${b}.k = ${a}.k${c.pick(['', ` AND ${b}.v > ${a}.v`, ` AND ${b}.v > 2`])})`,
      `${a}.v ${c.pick(['>', '=', '<='])} (SELECT ${c.pick(['MAX', 'MIN', 'AVG'])}(v) FROM ${r.sql})`,
      `(${a}.k, ${a}.t) ${not}IN (SELECT k, t FROM ${r.sql})`,
      `${a}.v > ${c.pick(['ANY', 'ALL', 'SOME'])} (SELECT v FROM ${r.sql}${m.where(`${b}.`, 50)})`,
      `${a}.v = (SELECT MAX(v) FROM ${r.sql} WHERE ${b}.k = ${a}.k)`,
      `${a}.k IN (SELECT k FROM ${r.sql}) OR ${a}.v > 5`,
      `(SELECT COUNT(*) FROM ${r.sql} WHERE ${b}.k = ${a}.k) > 1`,
    ]);
    return `SELECT ${a}.id, ${a}.k, ${a}.v FROM ${l.sql} WHERE ${test}${c.chance(20) ? ` AND ${m.condition(`${a}.`)}` : ''}`;
  },
  scalar(m, c) {
    const [l, r] = [m.source(), m.source()];
    const [a, b] = [l.alias, r.alias];
    const sub = c.pick([
      `(SELECT MAX(v) FROM ${r.sql})`,
      `(SELECT COUNT(*) FROM ${r.sql} WHERE ${b}.k = ${a}.k)`,
      `(SELECT SUM(v) FROM ${r.sql} WHERE ${b}.k = ${a}.k)`,
      `${a}.k IN (SELECT g FROM ${r.sql})`,
      `EXISTS (SELECT 1 FROM ${r.sql} WHERE ${b}.id = ${a}.id)`,
    ]);
    return `SELECT ${a}.id, ${sub} AS q FROM ${l.sql}`;
  },
  setOp(m, c) {
    const [l, r] = [m.source(), m.source()];
    const columns = c.some(['k', 't', 'g', 'v'], 1 + c.below(2)).join(', ');
    return `SELECT ${columns} FROM ${l.sql}${m.where()} ${c.pick(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT', 'INTERSECT ALL', 'EXCEPT ALL'])} SELECT ${columns} FROM ${r.sql}${m.where()}`;
  },
  interval(m, c) {
    m.sources += 2;
    const bounds = c.pick([
      "l.ts BETWEEN r.ts - INTERVAL '5' SECOND AND r.ts + INTERVAL '3' SECOND",
      "r.ts BETWEEN l.ts AND l.ts + INTERVAL '6' SECOND",
      "l.ts > r.ts - INTERVAL '4' SECOND AND l.ts < r.ts + INTERVAL '4' SECOND",
      'l.ts = r.ts',
    ]);
    return `SELECT l.id AS i, r.id AS j FROM n1 l ${c.pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'])} n2 r ON l.k = r.k AND ${bounds}${c.chance(25) ? ' AND l.v > r.v' : ''}`;
  },
  temporal(m, c) {
    m.sources += 2;
    return `SELECT l.id, l.k, r.rate FROM n1 l ${c.pick(['JOIN', 'LEFT JOIN'])} rates FOR SYSTEM_TIME AS OF l.ts AS r ON l.k = r.k${c.chance(30) ? ' AND r.rate > 10' : ''}${c.chance(20) ? ' WHERE l.v > 1' : ''}`;
  },
  /** Intervals that lie before or behind, that are empty or open, and predicates on both times beside them. */
  intervalEdge(m, c) {
    m.sources += 2;
    const second = (n: number) => `INTERVAL '${n}' SECOND`;
    const [a, b] = [1 + c.below(6), 1 + c.below(6)];
    const bounds = c.pick([
      `l.ts BETWEEN r.ts - ${second(a + b)} AND r.ts - ${second(a)}`,
      `l.ts BETWEEN r.ts + ${second(a)} AND r.ts + ${second(a + b)}`,
      `l.ts > r.ts + ${second(a)} AND l.ts < r.ts + ${second(a + b)}`,
      `l.ts >= r.ts + ${second(a + b)} AND l.ts <= r.ts + ${second(a)}`,
      `r.ts >= l.ts AND r.ts < l.ts + ${second(a)}`,
      `l.ts - ${second(a)} <= r.ts AND l.ts + ${second(b)} >= r.ts`,
      `l.ts BETWEEN r.ts - ${second(a)} AND r.ts + ${second(b)} AND l.id <> r.id`,
      `l.ts = r.ts + ${second(a)}`,
    ]);
    const key = c.pick(['l.k = r.k AND ', 'l.k = r.k AND l.g = r.g AND ', '']);
    const type = key === '' ? 'JOIN' : c.pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);
    const on = `${key}${bounds}${c.chance(20) ? " AND l.t <> 'a'" : ''}`;
    const exists = type === 'LEFT JOIN' && c.chance(30);
    if (exists) return `SELECT l.id, l.k FROM n1 l WHERE EXISTS (SELECT 1 FROM n2 r WHERE ${on})`;
    return `SELECT l.id AS i, r.id AS j FROM n1 l ${type} n2 r ON ${on}`;
  },
  /** Versions made by a deduplication. */
  versioned(m, c) {
    m.sources += 2;
    const key = c.pick(['k', 'g', 'k, g']);
    const on = key
      .split(', ')
      .map((name) => `l.${name} = r.${name}`)
      .join(' AND ');
    const more = c.pick(['', '', ' AND r.v > 1', ' AND l.v < r.v']);
    const where = c.pick(['', '', ' WHERE l.v > 1', ' WHERE r.v IS NOT NULL']);
    const view = `v${key.replace(', ', '')}`;
    return `SELECT l.id, r.id AS j, r.v FROM n1 l ${c.pick(['JOIN', 'LEFT JOIN'])} ${view} FOR SYSTEM_TIME AS OF l.ts AS r ON ${on}${more}${where}`;
  },
  /** UNNEST of rows that change. */
  unnestChanging(m, c) {
    const { sql } = m.source();
    const list = c.pick(['COLLECT(v)', 'ARRAY_AGG(v)', 'COLLECT(DISTINCT v)']);
    const inner = `(SELECT g, ${list} AS xs, COUNT(*) AS n FROM ${sql}${m.where()} GROUP BY g)`;
    return c.pick([
      `SELECT g, x FROM ${inner} CROSS JOIN UNNEST(xs) AS u(x)`,
      `SELECT g, n, x FROM ${inner} LEFT JOIN UNNEST(xs) AS u(x) ON TRUE`,
      `SELECT x, COUNT(*) AS c FROM ${inner} CROSS JOIN UNNEST(xs) AS u(x) GROUP BY x`,
      `SELECT g, x FROM ${inner} CROSS JOIN UNNEST(xs) AS u(x) WHERE x > 1`,
    ]);
  },
  /** A Top-N that reads fewer columns than its input has. */
  topOfColumns(m, c) {
    const { sql } = m.source();
    const keys = m.keys();
    const calls = c.some(['COUNT(*)', 'SUM(v)', 'MAX(v)', 'MIN(id)', 'COUNT(DISTINCT v)'], 2);
    const inner = `(SELECT ${keys.join(', ')}, ${calls[0]} AS n, ${calls[1]} AS z FROM ${sql}${m.where()} GROUP BY ${keys.join(', ')}${c.chance(20) ? ' HAVING COUNT(*) > 1' : ''})`;
    const columns = c.some([...keys, 'n', 'z'], 1 + c.below(2)).join(', ');
    const where = c.chance(20) ? ' WHERE n > 1' : '';
    const order = `${c.pick(['n', 'n', 'z'])}${c.pick([' DESC', ''])}${c.chance(30) ? `, ${keys[0]}` : ''}`;
    if (c.chance(50)) return `SELECT ${columns} FROM ${inner}${where} ORDER BY ${order} LIMIT ${1 + c.below(3)}`;
    const by = c.chance(40) ? `PARTITION BY ${keys[0]} ` : '';
    const number = c.chance(40) ? ', rn' : '';
    return `SELECT ${columns}${number} FROM (SELECT ${c.chance(50) ? '*' : `${[...new Set([...columns.split(', '), 'n'])].join(', ')}`}, ROW_NUMBER() OVER (${by}ORDER BY ${order}) AS rn FROM ${inner}${where}) WHERE rn <= ${1 + c.below(3)}`;
  },
  unnest(m, c) {
    m.sources++;
    return c.pick([
      'SELECT id, x FROM nested CROSS JOIN UNNEST(xs) AS u(x)',
      'SELECT id, x FROM nested LEFT JOIN UNNEST(xs) AS u(x) ON TRUE',
      'SELECT id, a, b FROM nested, UNNEST(rs) AS u(a, b) WHERE a > 0 OR b IS NULL',
      'SELECT id, k, v FROM nested CROSS JOIN UNNEST(m) AS u(k, v)',
      'SELECT x, COUNT(*) AS n, SUM(id) AS z FROM nested CROSS JOIN UNNEST(xs) AS u(x) GROUP BY x',
      'SELECT id, x, n FROM nested CROSS JOIN UNNEST(xs) WITH ORDINALITY AS u(x, n)',
      'SELECT id, b FROM nested LEFT JOIN UNNEST(rs) AS u(a, b) ON a = 0',
    ]);
  },
  match(m, c) {
    m.sources++;
    const by = c.chance(60) ? 'PARTITION BY k ' : '';
    const pattern = c.pick(['A B', 'A B+', 'A B* C', 'A B? C', 'A{2} B', 'A B+? C']);
    const measures = [
      'A.id AS a',
      'LAST(B.v) AS b',
      ...(pattern.includes('C') ? ['C.id AS e'] : []),
      ...(c.chance(40) ? ['COUNT(B.v) AS n', 'SUM(B.v) AS z'] : []),
    ];
    const skip = c.pick([
      '',
      'AFTER MATCH SKIP PAST LAST ROW ',
      'AFTER MATCH SKIP TO NEXT ROW ',
      'AFTER MATCH SKIP TO FIRST B ',
    ]);
    const defines = [
      `A AS ${c.pick(['A.v > 1', 'A.v IS NOT NULL', "A.t <> 'a'"])}`,
      `B AS ${c.pick(['B.v > 2', 'B.v > LAST(A.v, 0)', 'B.v < 6'])}`,
      ...(pattern.includes('C') ? [`C AS ${c.pick(['C.v < 5', 'C.v >= 0', 'C.v <= A.v'])}`] : []),
    ];
    return `SELECT * FROM s MATCH_RECOGNIZE (${by}ORDER BY ts MEASURES ${measures.join(', ')} ONE ROW PER MATCH ${skip}PATTERN (${pattern})${c.chance(20) ? " WITHIN INTERVAL '10' SECOND" : ''} DEFINE ${defines.join(', ')})`;
  },
  lateral(m, c) {
    const [l, r] = [m.source(), m.source()];
    const [a, b] = [l.alias, r.alias];
    return `SELECT ${a}.id, q.w FROM ${l.sql}, LATERAL (SELECT ${b}.v AS w FROM ${r.sql} WHERE ${b}.k = ${a}.k ORDER BY ${b}.id${c.pick(['', ' DESC'])} LIMIT ${1 + c.below(2)}) AS q`;
  },
  with(m, c) {
    const { sql } = m.source();
    const [key] = m.keys(1);
    return `WITH a AS (SELECT ${key}, SUM(v) AS z FROM ${sql}${m.where()} GROUP BY ${key}) SELECT l.${key}, l.z, r.z AS rz FROM a l ${c.pick(['JOIN', 'LEFT JOIN'])} a r ON l.${key} = r.${key} AND l.z ${c.pick(['>=', '<='])} r.z`;
  },
};

/** DDL of views that queries read. */
export const VIEWS = [
  "CREATE VIEW w AS SELECT window_start AS ws, window_time AS ts, k, SUM(v) AS v FROM TABLE(TUMBLE(TABLE s, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end, window_time, k",
  ...['k', 'g', 'k, g'].map(
    (key) =>
      `CREATE VIEW v${key.replace(', ', '')} AS SELECT id, k, g, v, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY ts DESC) AS rn FROM n2) WHERE rn = 1`,
  ),
];

export const QUERY_KINDS: readonly string[] = Object.keys(KINDS);

export function makeQuery(choices: Choices, kind: string): MadeQuery {
  const maker = new Maker(choices);
  const sql = (KINDS[kind] as Kind)(maker, choices);
  return { kind, sql, ordered: maker.sources === 1 && kind !== 'with' };
}
