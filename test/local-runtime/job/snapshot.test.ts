import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlinkFault } from '../../../local-runtime/errors.ts';
import { startJob } from '../../../local-runtime/job/start-job.ts';
import { planScript, textOf } from './harness.ts';
import { QUERIES, tablesIn } from './snapshot-queries.ts';

/** Each query runs whole with every batch size, then cut after each batch by snapshot, new job and restore: always the same changes. */
let folder: string;
let tables: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-snapshot-'));
  tables = tablesIn(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let cuts = 0;

async function run(query: string, testing: { batchRows: number; cutAfter?: number; restore?: string }) {
  const rows: string[] = [];
  const { batchRows, cutAfter, restore } = testing;
  const cutInto = join(folder, `cut-${cuts++}`);
  const job = startJob(planScript(`${tables} ${query};`), {
    name: 'test',
    options: {
      'table.local-time-zone': 'UTC',
      'pipeline.auto-watermark-interval': '1 ms',
      ...(restore && { 'execution.state-recovery.path': restore }),
    },
    workingDirectory: folder,
    collect: (batch) => void rows.push(...textOf(batch)),
    print: () => undefined,
    notice: () => undefined,
    testing: { batchRows, ...(cutAfter && { cutAfter, cutInto }) },
  });
  expect(await job.done, JSON.stringify(job.failure)).toBe('FINISHED');
  return { rows, cut: job.wasCut ? cutInto : undefined };
}

describe('a snapshot of', () => {
  for (const [name, query] of Object.entries(QUERIES)) {
    it(name, { timeout: 30_000 }, async () => {
      const whole = await run(query, { batchRows: 1 });
      expect(whole.rows.length).toBeGreaterThan(0);
      for (const batchRows of [3, 4096]) expect((await run(query, { batchRows })).rows).toEqual(whole.rows);
      for (let cutAfter = 1; ; cutAfter += 3) {
        const first = await run(query, { batchRows: 1, cutAfter });
        if (!first.cut) break;
        const rest = await run(query, { batchRows: 1, restore: first.cut });
        expect([...first.rows, ...rest.rows], `cut after ${cutAfter}`).toEqual(whole.rows);
      }
    });
  }

  for (const format of ['json', 'csv']) {
    it(`files of ${format} read in several chunks goes on at the start of a record`, async () => {
      const path = join(folder, `big-${format}`);
      mkdirSync(path);
      const line = (i: number) => (format === 'json' ? `{"id":${i},"k":"text ${i}"}` : `${i},"text ${i}, é\nß"`);
      const text = (from: number) => Array.from({ length: 6000 }, (_, i) => `${line(from + i)}\n`).join('');
      writeFileSync(join(path, '1'), text(0));
      writeFileSync(join(path, '2'), text(6000));
      const query = `CREATE TABLE big (id INT, k STRING)
        WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = '${format}'); SELECT id, k FROM big`;
      const whole = await run(query, { batchRows: 100_000 });
      expect(whole.rows.length).toBe(12_000);
      for (const cutAfter of [1, 2, 3]) {
        const first = await run(query, { batchRows: 100_000, cutAfter });
        expect(first.rows.length).toBeLessThan(12_000);
        const rest = await run(query, { batchRows: 100_000, restore: first.cut as string });
        expect([...first.rows, ...rest.rows]).toEqual(whole.rows);
      }
    });
  }

  it('another plan is refused with the operator and what changed', async () => {
    const { cut } = await run('SELECT k, COUNT(*) FROM t GROUP BY k', { batchRows: 1, cutAfter: 4 });
    const into = (query: string) => run(query, { batchRows: 1, restore: cut as string });
    const reason = (query: string): Promise<string> =>
      into(query).then(
        () => 'it started',
        (error: FlinkFault) => error.chain().at(-1)?.message ?? '',
      );
    expect(await reason('SELECT k, SUM(v) FROM t GROUP BY k')).toMatch(
      /^Failed to rollback to checkpoint\/savepoint .*\. Cannot map checkpoint\/savepoint state for operator [0-9a-f]{32} to the new program, because the operator GroupAggregate has changed: calls was .* and is .* now/,
    );
    expect(await reason('SELECT k, COUNT(k) FROM t GROUP BY k')).toContain('the operator GroupAggregate has changed');
    expect(await reason('SELECT k FROM t')).toMatch(
      /Cannot map checkpoint\/savepoint state for operator [0-9a-f]{32} to the new program, because the operator is not available in the new program\. If you want to allow to skip this, you can set the --allowNonRestoredState option on the CLI\./,
    );
  });

  describe('restores into a changed program as Flink does', () => {
    const out = (name: string, more = '') =>
      `CREATE TABLE s (k STRING, n BIGINT) WITH ('connector' = 'filesystem', 'path' = '${join(folder, name)}', 'format' = 'debezium-json'${more});`;
    const COUNT = 'INSERT INTO s SELECT k, COUNT(*) FROM t WHERE k IS NOT NULL GROUP BY k';
    const start = (sink: string, inserts: string, options: Record<string, string> = {}) =>
      startJob(planScript(`${tables} ${sink} ${inserts};`), {
        name: 'test',
        options: { 'table.local-time-zone': 'UTC', ...options },
        workingDirectory: folder,
        print: () => undefined,
        notice: () => undefined,
        testing: { batchRows: 1 },
      });

    it('with other options of the sink, and refuses what nobody takes unless told to let it go', async () => {
      const from = startJob(planScript(`${tables} ${out('a')} ${COUNT};`), {
        name: 'test',
        options: { 'table.local-time-zone': 'UTC' },
        workingDirectory: folder,
        print: () => undefined,
        notice: () => undefined,
        testing: { batchRows: 1, cutAfter: 6, cutInto: join(folder, 'changed') },
      });
      await from.done;
      const recovery = { 'execution.state-recovery.path': join(folder, 'changed') };
      const written = (name: string): number =>
        readdirSync(join(folder, name))
          .filter((file) => !file.startsWith('.'))
          .flatMap((file) =>
            readFileSync(join(folder, name, file), 'utf8')
              .trimEnd()
              .split('\n'),
          ).length;
      expect(await start(out('b', ", 'sink.rolling-policy.file-size' = '1 mb'"), COUNT, recovery).done).toBe(
        'FINISHED',
      );
      expect(await start(out('c'), COUNT).done).toBe('FINISHED');
      // What the first job had prepared is committed where it was written.
      expect(written('a') + written('b')).toBe(written('c'));

      const other = 'INSERT INTO s SELECT k, id FROM t';
      expect(() => start(out('d'), other, recovery)).toThrow('Failed to execute sql');
      const ignoring = { ...recovery, 'execution.state-recovery.ignore-unclaimed-state': 'true' };
      expect(await start(out('d'), other, ignoring).done).toBe('FINISHED');
    });

    it('but not with another table to read or another connector to write', () => {
      const recovery = { 'execution.state-recovery.path': join(folder, 'changed') };
      const reason = (sink: string, insert: string): string => {
        try {
          start(sink, insert, recovery);
        } catch (error) {
          return (error as FlinkFault).chain().at(-1)?.message ?? '';
        }
        return 'it started';
      };
      expect(reason(out('f'), COUNT.replace('FROM t', 'FROM u'))).toMatch(
        /the operator Source: u has changed: table was "default_catalog\.default_database\.t" and is ".*\.u" now\.$/,
      );
      expect(reason("CREATE TABLE s (k STRING, n BIGINT) WITH ('connector' = 'blackhole');", COUNT)).toContain(
        'the operator Sink: s has changed: connector was "filesystem" and is "blackhole" now.',
      );
    });

    it('but not at another parallelism', async () => {
      const path = join(folder, 'changed');
      const options = { 'execution.state-recovery.path': path, 'parallelism.default': '2' };
      let reason = '';
      try {
        start(out('e'), COUNT, options);
      } catch (error) {
        reason = (error as FlinkFault).chain().at(-1)?.message ?? '';
      }
      expect(reason).toBe(
        `Failed to rollback to checkpoint/savepoint ${path}. It was taken at parallelism 1 and the job has parallelism 2; the local runtime does not redistribute state.`,
      );
    });
  });
});
