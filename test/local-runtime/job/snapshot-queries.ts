import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROWS = Array.from({ length: 14 }, (_, i) => ({
  id: i,
  k: ['a', 'b', 'ä€', null][(i * 7) % 4],
  v: i === 5 ? null : ((i * 37) % 11) - 3,
  d: ((i * 13) % 17) / 4,
  ts: `2026-01-01 00:00:${String(((i * 5) % 23) + i).padStart(2, '0')}`,
}));

/** Writes the rows of the queries below into a folder; gives the tables over them. */
export function tablesIn(folder: string): string {
  const path = join(folder, 't.jsonl');
  writeFileSync(path, ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const table = (
    name: string,
  ): string => `CREATE TABLE ${name} (id INT, k STRING, v BIGINT, d DECIMAL(30, 2), ts TIMESTAMP(3),
    WATERMARK FOR ts AS ts - INTERVAL '3' SECOND)
    WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json');`;
  return `${table('t')}\n${table('u')}\n`;
}

const WINDOW = "TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '6' SECOND))";

/** A query for each kind of operator that keeps something. */
export const QUERIES: Readonly<Record<string, string>> = {
  calc: 'SELECT id, UPPER(k), v + 1 FROM t WHERE v > 0',
  'current watermark': 'SELECT id, CURRENT_WATERMARK(ts) FROM t',
  'group aggregate':
    'SELECT k, COUNT(*), SUM(v), AVG(d), MIN(v), MAX(d), COUNT(DISTINCT v), STDDEV_POP(v), LISTAGG(CAST(id AS STRING)) FROM t GROUP BY k',
  'retracting aggregate':
    'SELECT c, MIN(m), MAX(m), SUM(m), LAST_VALUE(m), COUNT(*) FROM (SELECT k, COUNT(*) AS c, MAX(v) AS m FROM t GROUP BY k) GROUP BY c',
  'inner join': 'SELECT a.id, b.id, a.k FROM t a JOIN u b ON a.k = b.k AND a.id < b.v',
  'full join':
    'SELECT a.id, b.id FROM (SELECT * FROM t WHERE id < 9) a FULL JOIN (SELECT * FROM u WHERE id > 4) b ON a.v = b.v',
  'semi join': 'SELECT id FROM t WHERE v IN (SELECT CAST(id AS BIGINT) FROM u WHERE d > 1)',
  'anti join': 'SELECT id FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.id = t.v)',
  'interval join':
    "SELECT a.id, b.id FROM t a LEFT JOIN u b ON a.k = b.k AND b.ts BETWEEN a.ts - INTERVAL '2' SECOND AND a.ts",
  union: 'SELECT id, k FROM t UNION ALL SELECT id, k FROM u',
  'top-n':
    'SELECT * FROM (SELECT id, k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS n FROM t) WHERE n <= 2',
  'top-n of updates':
    'SELECT * FROM (SELECT k, c, ROW_NUMBER() OVER (ORDER BY c DESC) AS n FROM (SELECT k, COUNT(*) AS c FROM t GROUP BY k)) WHERE n <= 2',
  'top-n of retractions':
    'SELECT c, n FROM (SELECT c, ROW_NUMBER() OVER (ORDER BY c) AS n FROM (SELECT SUM(v) AS c FROM t GROUP BY k)) WHERE n <= 3',
  'first row': 'SELECT * FROM (SELECT id, k, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts) AS n FROM t) WHERE n = 1',
  'last row':
    'SELECT * FROM (SELECT id, k, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS n FROM t) WHERE n = 1',
  limit: 'SELECT id FROM t LIMIT 5',
  'over rows': 'SELECT id, SUM(v) OVER (PARTITION BY k ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t',
  'over range':
    "SELECT id, SUM(v) OVER (ORDER BY ts RANGE BETWEEN INTERVAL '8' SECOND PRECEDING AND CURRENT ROW) FROM t",
  'over unbounded': 'SELECT id, COUNT(*) OVER (PARTITION BY k ORDER BY ts) FROM t',
  sort: 'SELECT id, ts FROM t ORDER BY ts, id DESC',
  'tumbling window': `SELECT window_start, k, SUM(v), COUNT(DISTINCT id) FROM ${WINDOW} GROUP BY window_start, window_end, k`,
  'hopping window':
    "SELECT window_start, COUNT(*) FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY window_start, window_end",
  'cumulating window':
    "SELECT window_end, MAX(d) FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY window_start, window_end",
  'session window':
    "SELECT window_start, window_end, k, COUNT(*) FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '4' SECOND)) GROUP BY k, window_start, window_end",
  'session rows':
    "SELECT id, window_start FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '4' SECOND))",
  'legacy windows':
    "SELECT HOP_START(ts, INTERVAL '2' SECOND, INTERVAL '4' SECOND), COUNT(*) FROM t GROUP BY HOP(ts, INTERVAL '2' SECOND, INTERVAL '4' SECOND)",
  'legacy sessions':
    "SELECT k, SESSION_START(ts, INTERVAL '3' SECOND), SUM(v) FROM t GROUP BY k, SESSION(ts, INTERVAL '3' SECOND)",
  'window top-n': `SELECT id, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY v) AS n FROM ${WINDOW}) WHERE n <= 2`,
  'window deduplicate': `SELECT id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY ts DESC) AS n FROM ${WINDOW}) WHERE n = 1`,
  'window join': `SELECT a.id, b.id FROM ${WINDOW} a JOIN ${WINDOW.replace('TABLE t', 'TABLE u')} b ON a.k = b.k AND a.window_start = b.window_start AND a.window_end = b.window_end`,
  match: `SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES FIRST(A.id) AS f, LAST(A.id) AS l
    AFTER MATCH SKIP PAST LAST ROW PATTERN (A B) DEFINE B AS B.v > A.v) AS m`,
};
