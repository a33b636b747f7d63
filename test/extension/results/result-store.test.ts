import { TimestampMillisecond, TimestampNanosecond, tableFromIPC, Utf8 } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { encodeRows, fieldOf, toArrowPage } from '../../../clients/sql-gateway/arrow-page.ts';
import { GatewayError } from '../../../clients/sql-gateway/errors.ts';
import type { ArrowPage, Cell } from '../../../clients/sql-gateway/types.ts';
import { errorState, ResultStore } from '../../../extension/results/result-store.ts';
import type { View } from '../../../webviews/messages.ts';

function page(rows: readonly (readonly [kind: number, ...cells: Cell[]])[], head: Partial<ArrowPage> = {}): ArrowPage {
  const columns = [
    { name: 'k', logicalType: { type: 'VARCHAR', length: 2147483647 } },
    { name: 'n', logicalType: { type: 'BIGINT', nullable: false } },
  ];
  const arrow = toArrowPage({
    format: 'PLAIN_TEXT',
    token: 0,
    resultKind: 'SUCCESS_WITH_CONTENT',
    isQueryResult: true,
    jobId: 'j',
    columns,
    rowKinds: Uint8Array.from(rows, ([kind]) => kind),
    rows: rows.map(([, ...cells]) => cells),
  });
  return { ...arrow, ...head };
}

function read(store: ResultStore, view: View, from = 0, count = 100): unknown[] {
  const table = tableFromIPC(store.rows(view, from, count)!.ipc);
  return table.toArray().map((row) => Object.values(row!.toJSON()).map((v) => (typeof v === 'bigint' ? Number(v) : v)));
}

describe('the result of a statement', () => {
  test('inserts: both views are the log, everything is counted, the last rows are kept', () => {
    const store = new ResultStore({ id: '1', title: 't', limit: 5 });
    for (let i = 0; i < 20; i += 2)
      store.add(
        page([
          [0, 'a', String(i)],
          [0, null, String(i + 1)],
        ]),
      );
    expect(store.state()).toMatchObject({
      phase: 'running',
      kind: 'grid',
      received: 20,
      tableRows: 5,
      logRows: 5,
      dropped: 15,
      updating: false,
      jobId: 'j',
    });
    expect(store.state().columns).toEqual([
      { name: 'k', type: 'STRING' },
      { name: 'n', type: 'BIGINT NOT NULL' },
    ]);
    expect(read(store, 'table')).toEqual([
      [0, null, 15],
      [0, 'a', 16],
      [0, null, 17],
      [0, 'a', 18],
      [0, null, 19],
    ]);
    expect(read(store, 'changelog', 3, 1)).toEqual([[0, 'a', 18]]);
    expect(read(store, 'table', 5, 10)).toEqual([]);
    expect(read(store, 'table', -2, 10)).toEqual([
      [0, 'a', 18],
      [0, null, 19],
    ]);
    expect(store.rows('table', -2, 1)).toMatchObject({ from: 3, total: 5, dropped: 15 });
  });

  test('the first update builds the table out of the log', () => {
    const store = new ResultStore({ id: '1', title: 't', limit: 100 });
    store.add(
      page([
        [0, 'a', '1'],
        [0, 'b', '1'],
      ]),
    );
    store.add(
      page([
        [1, 'a', '1'],
        [2, 'a', '2'],
      ]),
    );
    expect(store.state()).toMatchObject({ updating: true, received: 4, tableRows: 2, logRows: 4 });
    expect(read(store, 'table')).toEqual([
      [0, 'a', 2],
      [0, 'b', 1],
    ]);
    expect(read(store, 'changelog')).toEqual([
      [0, 'a', 1],
      [0, 'b', 1],
      [1, 'a', 1],
      [2, 'a', 2],
    ]);
  });

  test('the table stays right when the changelog has outgrown the limit', () => {
    const store = new ResultStore({ id: '1', title: 't', limit: 4 });
    store.add(page([[0, 'a', '0']]));
    for (let i = 0; i < 50; i++)
      store.add(
        page([
          [1, 'a', String(i)],
          [2, 'a', String(i + 1)],
        ]),
      );
    expect(store.state()).toMatchObject({ received: 101, tableRows: 1, logRows: 4, dropped: 0 });
    expect(read(store, 'table')).toEqual([[0, 'a', 50]]);
  });

  test('columns are known from an empty page; OK and jobs are no grids', () => {
    const store = new ResultStore({ id: '1', title: 't', limit: 4 });
    expect(store.state()).toMatchObject({ phase: 'starting', columns: [] });
    expect(store.rows('table', 0, 10)).toBeUndefined();
    store.add(page([]));
    expect(store.state().columns).toHaveLength(2);
    const ok = new ResultStore({ id: '2', title: 't', limit: 4 });
    ok.add(page([[0, 'OK', '1']], { resultKind: 'SUCCESS', isQueryResult: false, jobId: undefined }));
    expect(ok.state()).toMatchObject({ kind: 'ok', received: 0 });
    const job = new ResultStore({ id: '3', title: 't', limit: 4 });
    job.add(page([[0, 'x', '1']], { isQueryResult: false, jobId: 'abc' }));
    expect(job.state()).toMatchObject({ kind: 'job', jobId: 'abc' });
  });

  test("instants are shown on the session's clock; a column may turn into text on a later page", () => {
    const ltz = { type: 'TIMESTAMP_WITH_LOCAL_TIME_ZONE', precision: 3 };
    const ts = { type: 'TIMESTAMP_WITHOUT_TIME_ZONE', precision: 9 };
    const fields = (second: TimestampNanosecond | Utf8) => [
      fieldOf({ name: 'l', logicalType: ltz }, new TimestampMillisecond('Europe/Berlin')),
      fieldOf({ name: 't', logicalType: ts }, second),
    ];
    const store = new ResultStore({ id: '1', title: 't', limit: 4 });
    const head = page([]);
    const one = Uint8Array.of(0);
    store.add({ ...head, ipc: encodeRows(fields(new TimestampNanosecond()), one, [[0n], [1n]]) });
    store.add({ ...head, ipc: encodeRows(fields(new Utf8()), one, [[null], ['9999-12-31 00:00:00.000000000']]) });
    expect(read(store, 'table')).toEqual([
      [0, '1970-01-01 01:00:00.000', '1970-01-01 00:00:00.000000001'],
      [0, null, '9999-12-31 00:00:00.000000000'],
    ]);
  });

  test('elapsed time and rate follow the clock, and stand still at the end', () => {
    let now = 1000;
    const store = new ResultStore({ id: '1', title: 't', limit: 10, now: () => now });
    for (let i = 0; i < 40; i++) {
      now += 100;
      store.add(page([[0, 'a', '1']]));
    }
    expect(store.state()).toMatchObject({ elapsedMs: 4000, rate: 10 });
    now += 5000;
    expect(store.state().rate).toBe(0);
    store.end('stopped');
    now += 1000;
    store.end('failed');
    expect(store.state()).toMatchObject({ phase: 'stopped', elapsedMs: 9000, rate: 0 });
  });

  test('listeners hear of every change until they leave', () => {
    const store = new ResultStore({ id: '1', title: 't', limit: 10 });
    let heard = 0;
    const leave = store.onChange(() => heard++);
    store.add(page([]));
    leave();
    store.end('finished');
    expect(heard).toBe(1);
  });

  test('a failure carries the words, the causes and the moved place', () => {
    const error = new GatewayError('ValidationException: no', {
      kind: 'sql',
      causes: [{ className: 'A', qualifiedName: 'x.A', message: 'no' }],
      place: { line: 1, column: 2, endLine: 1, endColumn: 3 },
      trace: 't',
    });
    expect(errorState(error, (p) => ({ ...p, line: 9 }))).toEqual({
      message: 'ValidationException: no',
      causes: [{ className: 'A', message: 'no' }],
      place: { line: 9, column: 2, endLine: 1, endColumn: 3 },
      trace: 't',
    });
    expect(errorState(new Error('x'), (p) => p)).toMatchObject({ message: 'x', causes: [] });
  });
});
