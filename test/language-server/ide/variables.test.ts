// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of SQL texts
import { expect, it } from 'vitest';
import { analyzeProgram } from '../../../language-server/ide/program.ts';

const messages = (text: string) =>
  analyzeProgram([{ id: 'a', text }])[0]?.diagnostics.map((d) => [
    text.slice(d.start, d.end),
    d.message.split('\n')[0],
  ]);

it('knows variables: no false errors, and the real ones in their places', () => {
  const create = "CREATE TABLE t (a ${TYPE}, b INT) WITH ('connector' = '${C}', 'k' = '${K}');\n";
  expect(messages("CREATE TABLE t (a INT) WITH ('connector' = '${C}');\nSELECT a FROM t LIMIT ${N};")).toEqual([]);
  expect(messages(`${create}SELECT * FROM \${TABLE} WHERE x > \${MIN};`)).toEqual([]);
  expect(messages("CREATE TABLE t (a INT) WITH ('connector' = '${C}');\nSELECT nosuch FROM t LIMIT ${N};")).toEqual([
    ['nosuch', "Column 'nosuch' not found in any table"],
  ]);
});

it('does not guess what the tables of a server are', () => {
  const create =
    "CREATE CATALOG pg WITH ('type'='jdbc','base-url'='jdbc:postgresql://h:1','default-database'='d','username'='u','password'='p');\n";
  expect(messages(`${create}SELECT a FROM pg.d.\`s.t\`;\nUSE CATALOG pg;\nSELECT b FROM t;`)).toEqual([]);
  expect(messages(`${create}SELECT b FROM t;`)).toEqual([['t', "Object 't' not found"]]);
});
