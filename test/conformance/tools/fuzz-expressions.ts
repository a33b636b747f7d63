import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, quietManager, RECORDED_PROPERTIES, runStatement } from '../run-statement.ts';
import { ALL_TEMPLATES, COLUMNS, makeExpression, tableRows } from './expression-maker.ts';
import { Choices } from './random.ts';
import { RemoteSession } from './remote.ts';

/**
 * Random expressions over columns with edge values, on a real Flink and on the local runtime; what differs goes to a file of JSON
 * lines. `GATEWAY_URL=http://… node test/conformance/tools/fuzz-expressions.ts OUT [--seed N] [--batches N] [--size N] [--depth N]
 * [--zone ZONE] [--only TEXT]`. The gateway must see this machine's files.
 */
const [out, ...args] = process.argv.slice(2);
const url = process.env.GATEWAY_URL;
if (!out || !url) throw new Error('usage: GATEWAY_URL=http://… fuzz-expressions.ts OUT [--seed N] …');
const option = (name: string, otherwise: string): string => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? otherwise : (args[at + 1] ?? otherwise);
};
const seed = Number(option('seed', '1'));
const size = Number(option('size', '60'));
const depth = Number(option('depth', '1'));
const only = option('only', '');
const choices = new Choices(seed);
const folder = mkdtempSync(join(tmpdir(), 'millrace-fuzz-'));
writeFileSync(join(folder, 'rows.jsonl'), `${tableRows(choices, 24).join('\n')}\n`);
const ddl = `CREATE TABLE t (id INT, ${COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')}) WITH ('connector' = 'filesystem', 'path' = '${join(folder, 'rows.jsonl')}', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL')`;
const properties = { ...RECORDED_PROPERTIES, 'table.local-time-zone': option('zone', 'UTC') };
const remote = await RemoteSession.open(url, properties);
const manager = quietManager();
const local = manager.open(properties);
await remote.run(ddl);
await runStatement(local, ddl, 10_000);

let compared = 0;
let different = 0;

function note(sql: string, want: unknown, got: unknown): void {
  different++;
  appendFileSync(out as string, `${JSON.stringify({ sql, want, got })}\n`);
}

const query = (exprs: readonly string[]) => `SELECT id, ${exprs.map((e, i) => `${e} AS c${i}`).join(', ')} FROM t`;

type Answer = { readonly error: string } | { readonly type: string | undefined; readonly values: Outcome['rows'] };

/** The answer to each expression; where a query fails, each half is asked by itself. */
async function answers(exprs: readonly string[], run: (sql: string) => Promise<Outcome>): Promise<Answer[]> {
  const { error, rows, columns } = await run(query(exprs));
  if (error === undefined) {
    const ordered = [...(rows ?? [])].sort((a, b) => Number(a[1]) - Number(b[1]));
    return exprs.map((_, c) => ({
      type: columns?.[c + 1]?.type,
      values: ordered.map((row) => [row[1] ?? null, row[c + 2] ?? null]),
    }));
  }
  if (exprs.length === 1) return [{ error: error.split('\n')[0] as string }];
  const half = exprs.length >> 1;
  return [...(await answers(exprs.slice(0, half), run)), ...(await answers(exprs.slice(half), run))];
}

async function compare(exprs: readonly string[]): Promise<void> {
  const [want, got] = await Promise.all([
    answers(exprs, (sql) => remote.run(sql)),
    answers(exprs, (sql) => runStatement(local, sql, 30_000)),
  ]);
  for (const [i, expr] of exprs.entries()) {
    compared++;
    const [theirs, ours] = [want[i] as Answer, got[i] as Answer];
    if ('error' in theirs || 'error' in ours) {
      const texts = [theirs, ours].map((answer) => ('error' in answer ? answer.error : 'ok'));
      if (texts[0] !== texts[1]) note(expr, texts[0], texts[1]);
      continue;
    }
    if (theirs.type !== ours.type) note(expr, theirs.type, ours.type);
    const n = theirs.values?.findIndex((value, k) => value[1] !== ours.values?.[k]?.[1]) ?? -1;
    if (n >= 0) note(`${expr} [row ${theirs.values?.[n]?.[0]}]`, theirs.values?.[n]?.[1], ours.values?.[n]?.[1]);
  }
}

const templates = ALL_TEMPLATES.filter(([, template]) => template.includes(only));
let turn = choices.some(templates, templates.length);
for (let n = 0; n < Number(option('batches', '10')); n++) {
  const exprs: string[] = [];
  while (exprs.length < size) {
    if (turn.length === 0) turn = choices.some(templates, templates.length);
    const [, template] = turn.pop() as (typeof templates)[number];
    exprs.push(makeExpression(choices, template, depth));
  }
  await compare(exprs);
  process.stdout.write(`batch ${n + 1}: ${compared} compared, ${different} differ\n`);
}
await remote.close();
await manager.closeAll();
