import { expect, it } from 'vitest';
import { analyzeProgram } from '../../../language-server/ide/program.ts';

const SQL = "CREATE TABLE k (a INT) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'json'); SELECT a FROM k;";

it('options that an environment may give are no errors where there is one', () => {
  const severities = (environment: boolean) =>
    analyzeProgram([{ id: 'a', text: SQL }], undefined, { environment })[0]?.diagnostics.map((d) => d.severity);
  expect(severities(false)).toEqual(['error']);
  expect(severities(true)).toEqual(['warning']);
});
