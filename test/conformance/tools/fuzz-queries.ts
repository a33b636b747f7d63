import { appendFileSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Outcome, quietManager, RECORDED_PROPERTIES, runStatement } from '../run-statement.ts';
import { makeQuery, QUERY_KINDS, VIEWS, writeTables } from './query-maker.ts';
import { Choices } from './random.ts';
import { RemoteSession } from './remote.ts';

/**
 * Random queries over small files on a real Flink and on the local runtime: changes in order where one source fixes it, else the
 * rows that are left. What differs goes to a file of JSON lines. `GATEWAY_URL=http://… node test/conformance/tools/fuzz-queries.ts
 * OUT FOLDER [--seed N] [--count N] [--only KIND,…] [--tables N] [key=value …]`. The gateway must see FOLDER.
 */
const [out, folder, ...args] = process.argv.slice(2);
const url = process.env.GATEWAY_URL;
if (!out || !folder || !url) throw new Error('usage: GATEWAY_URL=http://… fuzz-queries.ts OUT FOLDER [--seed N] …');
const option = (name: string, otherwise: string): string => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? otherwise : (args[at + 1] ?? otherwise);
};
const settings = args.filter((text) => /^[\w.-]+=/.test(text)).map((text) => text.split('=') as [string, string]);
const choices = new Choices(Number(option('seed', '1')));
const kinds = option('only', '') === '' ? QUERY_KINDS : option('only', '').split(',');
const properties = { ...RECORDED_PROPERTIES, ...Object.fromEntries(settings) };
const count = Number(option('count', '100'));
/** Queries on the same data. */
const tables = Number(option('tables', '40'));

const manager = quietManager();
const score = new Map<string, { all: number; wrong: number }>();
let compared = 0;
let different = 0;

function finalRows(rows: Outcome['rows']): string {
  const left = new Map<string, number>();
  for (const [kind, ...cells] of rows ?? []) {
    const key = JSON.stringify(cells);
    left.set(key, (left.get(key) ?? 0) + (kind === '+I' || kind === '+U' ? 1 : -1));
  }
  return JSON.stringify([...left].filter(([, n]) => n !== 0).sort());
}

const sorted = (rows: Outcome['rows']): string =>
  JSON.stringify((rows ?? []).map((each) => JSON.stringify(each)).sort());

/** How the answers differ; undefined where they agree. */
function difference(want: Outcome, got: Outcome, ordered: boolean): string | undefined {
  if (want.error !== undefined || got.error !== undefined) {
    const [a, b] = [want, got].map(({ error }) => (error ?? 'ok').split('\n')[0]);
    return a === b ? undefined : want.error !== undefined && got.error !== undefined ? 'message' : 'error';
  }
  if (JSON.stringify(want.columns) !== JSON.stringify(got.columns)) return 'columns';
  if (finalRows(want.rows) !== finalRows(got.rows)) return 'final';
  if (!ordered) return undefined;
  if (sorted(want.rows) !== sorted(got.rows)) return 'changes';
  return JSON.stringify(want.rows) === JSON.stringify(got.rows) ? undefined : 'order';
}

for (let done = 0; done < count; ) {
  const data = resolve(folder, `data-${option('seed', '1')}-${done}`);
  mkdirSync(data, { recursive: true });
  const ddl = [...writeTables(choices, data), ...VIEWS];
  const remote = await RemoteSession.open(url, properties);
  const local = manager.open(properties);
  for (const sql of ddl) {
    const answers = [await remote.run(sql), await runStatement(local, sql, 10_000)];
    for (const { error } of answers) if (error !== undefined) throw new Error(`${sql}: ${error}`);
  }
  for (let n = 0; n < tables && done < count; n++, done++) {
    const { kind, sql, ordered } = makeQuery(choices, kinds[done % kinds.length] as string);
    const [want, got] = await Promise.all([
      remote.run(sql, 40_000),
      runStatement(local, sql, 20_000, 20_000).catch((error: unknown) => ({ error: `CRASH ${String(error)}` })),
    ]);
    const how = difference(want, got, ordered);
    compared++;
    const of = score.get(kind) ?? { all: 0, wrong: 0 };
    of.all++;
    score.set(kind, of);
    if (how === undefined) continue;
    of.wrong++;
    different++;
    appendFileSync(out, `${JSON.stringify({ how, kind, sql, data, want, got })}\n`);
  }
  await remote.close();
  await manager.close(local.handle);
  process.stdout.write(`${compared} compared, ${different} differ\n`);
}
for (const [kind, { all, wrong }] of score) process.stdout.write(`${kind}: ${wrong}/${all}\n`);
await manager.closeAll();
