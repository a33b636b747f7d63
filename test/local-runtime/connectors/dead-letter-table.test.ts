import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runLocally } from '../../harness/local-sql.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-dead-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const source = (to: string, more = '') =>
  `CREATE TABLE src (a INT) WITH ('connector' = 'filesystem', 'path' = '${folder}/in', 'format' = 'json', 'millrace.dead-letter' = '${to}'${more});`;
const bad = (columns: string, connector = 'filesystem') =>
  `CREATE TABLE bad (${columns}) WITH ('connector' = '${connector}'${connector === 'filesystem' ? `, 'path' = '${folder}/bad', 'format' = 'json'` : ''});`;

function input(name: string, ...lines: string[]): void {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
}

describe('dead letters in a table', () => {
  test.each(['1', '2'])('have the columns that are asked for, at parallelism %s', async (parallelism) => {
    input('in', '{"a":1}', 'no json', '{"a":2}', '{"a":"x"}');
    const [, , , rows, kept] = await runLocally(
      `SET 'parallelism.default' = '${parallelism}';
       ${bad('`value` STRING, `offset` BIGINT, error STRING, topic STRING, `file` STRING')}
       ${source('table:bad')} SELECT a FROM src; SELECT \`value\`, \`offset\`, error, topic, \`file\` FROM bad;`,
    );
    expect(rows).toEqual({
      rows: [
        ['+I', '1'],
        ['+I', '2'],
      ],
    });
    expect(kept?.error).toBeUndefined();
    const sorted = [...(kept?.rows ?? [])].sort((x, y) => Number(x[2]) - Number(y[2]));
    expect(sorted.map((row) => [row[1], row[2], row[4], row[5]])).toEqual([
      ['no json', '8', null, join(folder, 'in')],
      ['{"a":"x"}', '24', null, join(folder, 'in')],
    ]);
    expect(sorted[0]?.[3]).toContain("Unrecognized token 'no'");
    expect(sorted[1]?.[3]).toBe('NumberFormatException: For input string: "x"');
  });

  test('keep bytes as they are', async () => {
    input('in', 'no');
    const results = await runLocally(
      `${bad('`value` BYTES')} ${source('table:bad')} SELECT a FROM src; SELECT * FROM bad;`,
    );
    expect(results.at(-1)).toEqual({ rows: [['+I', "x'6e6f'"]] });
  });

  test('nothing is kept when nothing is bad', async () => {
    input('in', '{"a":1}');
    const results = await runLocally(`${bad('error STRING', 'blackhole')} ${source('table:bad')} SELECT a FROM src;`);
    expect(results.at(-1)).toEqual({ rows: [['+I', '1']] });
  });

  test.each([
    ['table:none', '', "There is no table 'none' for the dead letters of 'src'"],
    ['table:bad', 'nosuch INT', "cannot take dead letters: column 'nosuch' must be one of error, topic"],
    ['table:bad', 'error DOUBLE', "cannot take dead letters: column 'error'"],
    ['table:', 'error STRING', "It takes 'table:NAME' or the path of a file"],
  ])('%s with column %s is refused', async (to, columns, message) => {
    input('in', '{"a":1}');
    const results = await runLocally(`${columns ? bad(columns) : ''} ${source(to)} SELECT a FROM src;`);
    expect(results.at(-1)?.error).toContain(message);
  });

  test('a table that is only read is refused', async () => {
    input('in', '{"a":1}');
    const results = await runLocally(`${bad('error STRING', 'datagen')} ${source('table:bad')} SELECT a FROM src;`);
    expect(results.at(-1)?.error).toContain("Connector 'datagen' can only be used as a source");
  });

  test('the definition of the table is in no answer', async () => {
    input('in', '{"a":1}');
    const results = await runLocally(
      `${bad('error STRING')} ${source('table:bad')} SELECT a FROM src; SHOW CREATE TABLE src; EXPLAIN SELECT * FROM src;`,
    );
    expect(JSON.stringify(results)).not.toContain('dead-letter.table');
  });
});
