import { readFileSync } from 'node:fs';
import { splitStatements } from '../../../flink-sql/syntax/index.ts';
import { type Outcome, quietManager, RECORDED_PROPERTIES, runStatement } from '../run-statement.ts';
import { RemoteSession } from './remote.ts';

/**
 * Runs a script on a real Flink and on the local runtime and prints what differs, statement by statement: rows by their multiset
 * when all are inserts, else in order; what agrees only in the rows that are left is counted apart. `GATEWAY_URL=http://… node test/conformance/tools/compare-script.ts FILE [key=value …]`.
 */
const [file, ...settings] = process.argv.slice(2);
const url = process.env.GATEWAY_URL;
if (!file || !url) throw new Error('usage: GATEWAY_URL=http://… compare-script.ts FILE [key=value …]');
const properties = {
  ...RECORDED_PROPERTIES,
  ...Object.fromEntries(settings.map((text) => text.split('=') as [string, string])),
};
const remote = await RemoteSession.open(url, properties);
const manager = quietManager();
const local = manager.open(properties);
const script = readFileSync(file, 'utf8');

function lines({ error, columns, rows }: Outcome): string[] {
  if (error !== undefined) return [error.trim()];
  const shown = (rows ?? []).map((row) => JSON.stringify(row));
  if (rows?.every(([kind]) => kind === '+I')) shown.sort();
  return [JSON.stringify(columns?.map(({ name, type }) => `${name} ${type}`)), ...shown];
}

function finalRows(rows: Outcome['rows']): string {
  const left = new Map<string, number>();
  for (const [kind, ...cells] of rows ?? []) {
    const key = JSON.stringify(cells);
    left.set(key, (left.get(key) ?? 0) + (kind === '+I' || kind === '+U' ? 1 : -1));
  }
  return JSON.stringify([...left].filter(([, n]) => n !== 0).sort());
}

let same = 0;
let sameAtLast = 0;
for (const { start, end } of splitStatements(script)) {
  const sql = script.slice(start, end);
  const [want, got] = await Promise.all([remote.run(sql, 60_000), runStatement(local, sql, 30_000, 20_000)]);
  if (/^\s*(CREATE|SET|DROP)/i.test(sql) && want.error === undefined && got.error === undefined) continue;
  const [a, b] = [lines(want), lines(got)];
  if (JSON.stringify(a) === JSON.stringify(b)) {
    same++;
    continue;
  }
  if (
    want.error === undefined &&
    got.error === undefined &&
    a[0] === b[0] &&
    finalRows(want.rows) === finalRows(got.rows)
  ) {
    sameAtLast++;
    continue;
  }
  process.stdout.write(`\n${sql}\n`);
  const most = Math.max(a.length, b.length);
  let shown = 0;
  for (let i = 0; i < most && shown < 12; i++) {
    if (a[i] === b[i]) continue;
    shown++;
    process.stdout.write(`  want ${a[i] ?? '-'}\n  got  ${b[i] ?? '-'}\n`);
  }
}
process.stdout.write(`${same} agree, ${sameAtLast} more in the rows that are left\n`);
await remote.close();
await manager.closeAll();
