import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { splitStatements } from '../../../flink-sql/syntax/index.ts';
import { messageOf, quietManager, RECORDED_PROPERTIES, runStatement } from '../run-statement.ts';
import { Choices } from './random.ts';
import { RemoteSession } from './remote.ts';
import { mutant, namesIn } from './statement-mutants.ts';

/**
 * Recorded statements with a mistake in each, explained on a real Flink and on the local runtime; where one accepts what the other
 * refuses, or the messages or places differ, both go to a file of JSON lines.
 * `GATEWAY_URL=http://… node test/conformance/tools/fuzz-messages.ts OUT [--seed N] [--count N] [--area errors-semantic]`
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '500' },
    area: { type: 'string', default: 'errors-semantic' },
  },
});
const [out] = positionals;
const url = process.env.GATEWAY_URL;
if (!out || !url)
  throw new Error('usage: GATEWAY_URL=http://… fuzz-messages.ts OUT [--seed N] [--count N] [--area NAME]');

const [setup = '', ...bodies] = readFileSync(
  join(import.meta.dirname, '..', 'statements', `${values.area}.sql`),
  'utf8',
).split(/^;;\s*$/m);
const statements = bodies
  .map((body) => body.trim())
  .filter((body) => /^(?:SELECT|WITH|INSERT)\b/i.test(body) && body.length < 600);
const pool = [...namesIn([setup]), ...namesIn(statements)];
const choices = new Choices(Number(values.seed));
const manager = quietManager();
const local = manager.open(RECORDED_PROPERTIES);
const remote = await RemoteSession.open(url, RECORDED_PROPERTIES);
for (const { start, end } of splitStatements(setup)) {
  const ddl = setup.slice(start, end);
  const answers = [await remote.run(ddl), await runStatement(local, ddl, 10_000)];
  for (const { error } of answers) if (error) throw new Error(`${ddl}: ${error}`);
}

/** Without the parser's list of what may follow: an editor shows its own. */
const words = (error: string): string => messageOf(error).replace(/\s+Was expecting(?: one of)?:[\s\S]*$/, '');

const score = { both: 0, accepted: 0, outcome: 0, message: 0, place: 0 };
for (let i = 0; i < Number(values.count); i++) {
  const sql = `EXPLAIN ${mutant(choices.pick(statements), pool, choices)}`;
  const want = await remote.run(sql);
  const got = await runStatement(local, sql, 10_000);
  if (want.error === undefined && got.error === undefined) {
    score.accepted++;
    continue;
  }
  const note = (what: 'outcome' | 'message' | 'place'): void => {
    score[what]++;
    appendFileSync(
      out,
      `${JSON.stringify({ what, sql, want: want.error, got: got.error, wantAt: want.at, gotAt: got.at })}\n`,
    );
  };
  if (want.error === undefined || got.error === undefined) note('outcome');
  else if (words(want.error) !== words(got.error)) note('message');
  else if (want.at !== undefined && want.at.join() !== (got.at ?? []).join()) note('place');
  else score.both++;
}
process.stdout.write(`${JSON.stringify(score)}\n`);
await remote.close();
await manager.closeAll();
