import { readFileSync, writeFileSync } from 'node:fs';
import { optionCases } from '../option-cases.ts';
import { RECORDED_PROPERTIES } from '../run-statement.ts';
import { RemoteSession } from './remote.ts';

/**
 * Writes what a real Flink says to the table options of the conformance suite beside them.
 * `GATEWAY_URL=http://… node test/conformance/tools/record-options.ts test/conformance/connector-options/NAME.sql…`.
 */
const url = process.env.GATEWAY_URL;
const files = process.argv.slice(2);
if (!url || files.length === 0) throw new Error('usage: GATEWAY_URL=http://… record-options.ts FILE.sql…');

for (const file of files) {
  const remote = await RemoteSession.open(url, RECORDED_PROPERTIES);
  const out: object[] = [];
  for (const { sql, statements } of optionCases(readFileSync(file, 'utf8'))) {
    let error: string | undefined;
    for (const statement of statements) error ??= (await remote.run(statement)).error;
    out.push({ sql, ...(error === undefined ? { ok: true } : { error }) });
  }
  await remote.close();
  writeFileSync(file.replace(/\.sql$/, '.jsonl'), `${out.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
}
