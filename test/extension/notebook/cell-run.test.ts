import { describe, expect, test } from 'vitest';
import { toArrowPage } from '../../../clients/sql-gateway/arrow-page.ts';
import { GatewayError } from '../../../clients/sql-gateway/errors.ts';
import { pause } from '../../../clients/sql-gateway/http.ts';
import type { Page } from '../../../clients/sql-gateway/types.ts';
import { placeInCell, runCell, type StatementSession } from '../../../extension/notebook/cell-run.ts';
import type { ResultStore } from '../../../extension/results/result-store.ts';

function page(n: number, query = true): Page {
  return toArrowPage({
    format: 'PLAIN_TEXT',
    token: 0,
    resultKind: query ? 'SUCCESS_WITH_CONTENT' : 'SUCCESS',
    isQueryResult: query,
    jobId: undefined,
    columns: [{ name: 'n', logicalType: { type: 'INTEGER' } }],
    rowKinds: new Uint8Array(1),
    rows: [[String(n)]],
  });
}

/** A session that answers by the statement: `DDL`, `FOREVER`, a thrown error, or so many pages. */
function fakeSession(log: string[], fail?: GatewayError): StatementSession {
  return {
    execute: async (statement) => {
      log.push(`execute ${statement}`);
      if (statement.includes('slowly')) await pause(40);
      return {
        async *results({ signal }) {
          if (fail && statement.includes('BAD')) throw fail;
          if (statement.startsWith('CREATE')) yield page(0, false);
          else yield page(1);
          for (let n = 2; statement.includes('forever'); n++) {
            await pause(5, signal);
            yield page(n);
          }
        },
        close: async () => {
          log.push(`close ${statement}`);
        },
      };
    },
  };
}

async function run(
  source: string,
  options: { fail?: GatewayError; signal?: AbortSignal; onStart?: (stop: () => void, n: number) => void } = {},
) {
  const log: string[] = [];
  const stores: ResultStore[] = [];
  let streaming = 0;
  const outcome = await runCell({
    source,
    session: async () => fakeSession(log, options.fail),
    limit: 10,
    signal: options.signal ?? new AbortController().signal,
    newId: () => String(stores.length),
    judge: () => undefined,
    warn: (message) => log.push(`warn ${message}`),
    listener: {
      started: (store, { stop }) => {
        stores.push(store);
        options.onStart?.(stop, stores.length);
      },
      streaming: () => streaming++,
      ended: (store) => {
        log.push(`ended ${store.phase}`);
      },
    },
  });
  return { outcome, log, stores, streaming };
}

describe('running a cell', () => {
  test('runs its statements in order, closes each, tells OK from rows', async () => {
    const { outcome, log, stores, streaming } = await run(
      "CREATE TABLE t (a INT) WITH ('x' = ';');\n-- note\nSELECT 1;",
    );
    expect(outcome).toBe('finished');
    expect(log).toEqual([
      "execute CREATE TABLE t (a INT) WITH ('x' = ';')",
      "close CREATE TABLE t (a INT) WITH ('x' = ';')",
      'ended finished',
      'execute SELECT 1',
      'close SELECT 1',
      'ended finished',
    ]);
    expect(stores.map((s) => s.state().kind)).toEqual(['ok', 'grid']);
    expect(streaming).toBe(1);
  });

  test('an empty cell and one of comments only do nothing', async () => {
    expect((await run('')).log).toEqual([]);
    expect((await run('-- only this')).log).toEqual([]);
  });

  test("a failure ends the cell, its place is the cell's", async () => {
    const fail = new GatewayError('ValidationException: no', {
      kind: 'sql',
      place: { line: 1, column: 8, endLine: 2, endColumn: 3 },
    });
    const { outcome, log, stores } = await run('SELECT 1;\n  SELECT BAD\nFROM t; SELECT 3', { fail });
    expect(outcome).toBe('failed');
    expect(log.filter((l) => l.startsWith('execute'))).toHaveLength(2);
    expect(stores[1]?.state()).toMatchObject({
      phase: 'failed',
      error: { message: 'ValidationException: no', place: { line: 2, column: 10, endLine: 3, endColumn: 3 } },
    });
  });

  test('an interrupt closes the operation and begins no other statement', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('interrupted')), 30);
    const { outcome, log, stores } = await run('SELECT forever; SELECT 2', { signal: stop.signal });
    expect(outcome).toBe('stopped');
    expect(log).toEqual(['execute SELECT forever', 'close SELECT forever', 'ended stopped']);
    expect(stores[0]?.state().received).toBeGreaterThan(1);
  });

  test('an interrupt while a statement is being submitted does not wait, and closes what came of it', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('interrupted')), 10);
    const { outcome, log } = await run('SELECT slowly', { signal: stop.signal });
    expect(outcome).toBe('stopped');
    expect(log).toEqual(['execute SELECT slowly', 'ended stopped']);
    await expect.poll(() => log.at(-1)).toBe('close SELECT slowly');
  });

  test('stopping one result goes on with the next statement', async () => {
    const { outcome, log } = await run('SELECT forever; SELECT 2', {
      onStart: (stop, n) => n === 1 && setTimeout(stop, 20),
    });
    expect(outcome).toBe('finished');
    expect(log).toEqual([
      'execute SELECT forever',
      'close SELECT forever',
      'ended stopped',
      'execute SELECT 2',
      'close SELECT 2',
      'ended finished',
    ]);
  });

  test('places', () => {
    expect(placeInCell('a;\r\nbc', 4, { line: 1, column: 1, endLine: 1, endColumn: 2 })).toEqual({
      line: 2,
      column: 1,
      endLine: 2,
      endColumn: 2,
    });
    expect(placeInCell('a; bc', 3, { line: 1, column: 1, endLine: 1, endColumn: 2 })).toEqual({
      line: 1,
      column: 4,
      endLine: 1,
      endColumn: 5,
    });
  });
});
