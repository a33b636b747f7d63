import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { splitStatements } from '../../../flink-sql/syntax/index.ts';
import { RECORDED_PROPERTIES } from '../run-statement.ts';
import { RemoteSession } from './remote.ts';

/**
 * Writes what a real Flink answers to scripts of the conformance suite beside them, as `….expected.jsonl`.
 * `GATEWAY_URL=http://… node test/conformance/tools/record-scripts.ts test/conformance/queries/AREA/NAME.sql…`. Read the diff, then
 * raise the floor.
 */
const url = process.env.GATEWAY_URL;
const files = process.argv.slice(2);
if (!url || files.length === 0) throw new Error('usage: GATEWAY_URL=http://… record-scripts.ts FILE.sql…');
/** Where a recorded script says that its inputs lie. */
const INPUT = ['$', '{INPUT}'].join('');
const inputs = join(resolve(import.meta.dirname, '../queries'), 'inputs');

for (const file of files) {
  const script = readFileSync(file, 'utf8');
  const remote = await RemoteSession.open(url, RECORDED_PROPERTIES);
  const out: object[] = [];
  for (const [i, { start, end }] of splitStatements(script).entries()) {
    const sql = script.slice(start, end);
    out.push({ statement: i + 1, sql });
    const answer = await remote.run(sql.replaceAll(INPUT, inputs));
    if (answer.columns) out.push({ columns: answer.columns.map((column) => `${column.name} ${column.type}`) });
    for (const [kind, ...row] of answer.rows ?? []) out.push({ kind, row });
    out.push(answer.error === undefined ? { done: 'end' } : { error: answer.error.replaceAll(inputs, INPUT) });
  }
  await remote.close();
  writeFileSync(file.replace(/\.sql$/, '.expected.jsonl'), `${out.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
}
