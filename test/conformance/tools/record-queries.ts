import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RECORDED_PROPERTIES } from '../run-statement.ts';
import { makeQuery, QUERY_KINDS, VIEWS, writeTables } from './query-maker.ts';
import { Choices } from './random.ts';
import { RemoteSession } from './remote.ts';

/**
 * Writes random queries as cases of the conformance suite, with what a real Flink answers: `queries/random/KIND-N.sql`, two queries
 * each, their expectations beside them, their tables in `queries/inputs`. `GATEWAY_URL=http://… node
 * test/conformance/tools/record-queries.ts [--seed N] [--each N]`. Read the diff, then raise the floor.
 */
const url = process.env.GATEWAY_URL;
if (!url) throw new Error('usage: GATEWAY_URL=http://… record-queries.ts [--seed N] [--each N]');
/** Where a recorded script says that its inputs lie. */
const INPUT = ['$', '{INPUT}'].join('');
const args = process.argv.slice(2);
const option = (name: string, otherwise: string): number => {
  const at = args.indexOf(`--${name}`);
  return Number(at < 0 ? otherwise : args[at + 1]);
};
const queries = resolve(import.meta.dirname, '../queries');
const inputs = join(queries, 'inputs');
const folder = join(queries, 'random');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const choices = new Choices(option('seed', '7'));
const staging = join(folder, 'tables');
mkdirSync(staging);
const ddl = writeTables(choices, staging).map((sql) => sql.replaceAll(`${staging}/`, `${INPUT}/random-`));
for (const name of readdirSync(staging)) renameSync(join(staging, name), join(inputs, `random-${name}`));
rmSync(staging, { recursive: true });

/** The statements of the tables that a query reads. */
function needed(sql: string): string[] {
  const reads = (text: string, name: string) =>
    new RegExp(`\\b(?:FROM|JOIN|TABLE) ${name}\\b|, ${name} |, UNNEST`, 'i').test(text);
  const views = VIEWS.filter((view) => /TABLE w\b/.test(sql) && view.includes(' w '));
  const all = [sql, ...views].join(' ');
  return [...ddl.filter((text) => reads(all, /^CREATE TABLE (\w+)/.exec(text)?.[1] ?? '')), ...views];
}

interface Entry {
  readonly [key: string]: unknown;
}

async function record(name: string, statements: readonly string[], final: boolean, what: string): Promise<void> {
  const head = `${final ? '-- @compare final\n' : ''}-- ${what}\n`;
  writeFileSync(join(folder, `${name}.sql`), `${head}${statements.join(';\n')};\n`);
  const remote = await RemoteSession.open(url as string, RECORDED_PROPERTIES);
  const out: Entry[] = [];
  for (const [i, sql] of statements.entries()) {
    out.push({ statement: i + 1, sql });
    const answer = await remote.run(sql.replaceAll(INPUT, inputs));
    if (answer.columns) out.push({ columns: answer.columns.map((column) => `${column.name} ${column.type}`) });
    for (const [kind, ...row] of answer.rows ?? []) out.push({ kind, row });
    out.push(answer.error === undefined ? { done: 'end' } : { error: answer.error });
  }
  await remote.close();
  writeFileSync(join(folder, `${name}.expected.jsonl`), `${out.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
}

for (let n = 1; n <= option('each', '3'); n++) {
  for (const kind of QUERY_KINDS) {
    const made = [makeQuery(choices, kind), makeQuery(choices, kind)];
    const sql = made.map((query) => query.sql);
    const tables = [...new Set(sql.flatMap(needed))];
    await record(
      `${kind}-${n}`,
      [...tables, ...sql],
      made.some(({ ordered }) => !ordered),
      `random queries, kind ${kind}`,
    );
  }
}
process.stdout.write(`${readFileSync(join(folder, `${QUERY_KINDS[0]}-1.sql`), 'utf8')}`);
