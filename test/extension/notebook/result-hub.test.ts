import { describe, expect, test, vi } from 'vitest';
import { toArrowPage } from '../../../clients/sql-gateway/arrow-page.ts';
import { ResultHub } from '../../../extension/notebook/result-hub.ts';
import { ResultStore } from '../../../extension/results/result-store.ts';
import type { ToRenderer } from '../../../webviews/messages.ts';
import { readWindow } from '../../../webviews/results/row-window.ts';

const page = (from: number, count: number) =>
  toArrowPage({
    format: 'PLAIN_TEXT',
    token: 0,
    resultKind: 'SUCCESS_WITH_CONTENT',
    isQueryResult: true,
    jobId: undefined,
    columns: [{ name: 'n', logicalType: { type: 'INTEGER' } }],
    rowKinds: new Uint8Array(count),
    rows: Array.from({ length: count }, (_, i) => [String(from + i)]),
  });

function setUp() {
  const sent: { message: ToRenderer; editor: object }[] = [];
  const hub = new ResultHub<object>((message, editor) => sent.push({ message, editor }), {
    exportRows: () => undefined,
    record: () => undefined,
    openJob: () => undefined,
    save: () => undefined,
  });
  const store = new ResultStore({ id: 'r', title: 't', limit: 1000 });
  let stops = 0;
  hub.add(store, { stop: () => stops++ });
  return { sent, hub, store, stops: () => stops };
}

describe('results and renderers', () => {
  test('a renderer that comes late is told everything and reads any rows', () => {
    const { sent, hub, store } = setUp();
    store.add(page(0, 500));
    store.end('finished');
    const editor = {};
    hub.receive({ type: 'subscribe', id: 'r' }, editor);
    expect(sent[0]).toMatchObject({ editor, message: { type: 'state', state: { phase: 'finished', received: 500 } } });
    hub.receive({ type: 'rows', id: 'r', view: 'table', from: 490, count: 50, request: 7 }, editor);
    const first = sent[1]?.message;
    expect(first).toMatchObject({ type: 'rows', request: 0, from: 0 });
    expect(readWindow(0, first?.type === 'rows' ? first.ipc : '').length).toBe(40);
    const answer = sent[2]?.message;
    expect(answer).toMatchObject({ type: 'rows', request: 7, from: 490 });
    const rows = readWindow(490, answer?.type === 'rows' ? answer.ipc : '');
    expect(rows.length).toBe(10);
    expect(Array.from({ length: rows.length }, (_, i) => rows.cells[0]?.(i))).toEqual([
      '490',
      '491',
      '492',
      '493',
      '494',
      '495',
      '496',
      '497',
      '498',
      '499',
    ]);
  });

  test('many changes make few messages, the last one always', async () => {
    const { sent, hub, store } = setUp();
    hub.receive({ type: 'subscribe', id: 'r' }, {});
    const began = performance.now();
    for (let i = 0; i < 200; i++) store.add(page(i, 1));
    // One a tenth of a second, whatever the machine does meanwhile.
    expect(sent.length).toBeLessThanOrEqual(3 + (performance.now() - began) / 100);
    store.end('finished');
    await expect
      .poll(() => sent.filter((s) => s.message.type === 'state').at(-1)?.message)
      .toMatchObject({ state: { phase: 'finished', received: 200 } });
    const count = sent.length;
    await new Promise((r) => setTimeout(r, 1200));
    expect(sent.length).toBe(count);
  });

  test('two editors, one leaves; a subscription twice is one', async () => {
    const { sent, hub, store } = setUp();
    const [a, b] = [{ a: 1 }, { b: 1 }];
    for (const editor of [a, a, b]) hub.receive({ type: 'subscribe', id: 'r' }, editor);
    hub.receive({ type: 'unsubscribe', id: 'r' }, a);
    sent.length = 0;
    store.end('finished');
    await new Promise((r) => setTimeout(r, 150));
    expect(sent.map((s) => s.editor)).toEqual([b]);
  });

  test('stop, unknown results, removal', () => {
    const { sent, hub, store, stops } = setUp();
    hub.receive({ type: 'stop', id: 'r' }, {});
    expect(stops()).toBe(1);
    hub.receive({ type: 'subscribe', id: 'old' }, {});
    expect(sent.at(-1)?.message).toEqual({ type: 'gone', id: 'old' });
    hub.receive({ type: 'subscribe', id: 'r' }, {});
    hub.remove('r');
    const count = sent.length;
    store.end('finished');
    expect(sent.length).toBe(count);
    hub.dispose();
  });

  test('a renderer that is slow is told the newest state when it has drawn the last, not all between', async () => {
    const { sent, hub, store } = setUp();
    const states = () => sent.flatMap(({ message }) => (message.type === 'state' ? [message.state.received] : []));
    const editor = {};
    hub.receive({ type: 'subscribe', id: 'r' }, editor);
    // It says that it tells when it is ready.
    hub.receive({ type: 'seen', id: 'r' }, editor);
    store.add(page(0, 1));
    await vi.waitFor(() => expect(states()).toEqual([0, 1]));
    const before = states().length;
    for (let i = 0; i < 20; i++) {
      store.add(page(i, 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(states()).toHaveLength(before);
    hub.receive({ type: 'seen', id: 'r' }, editor);
    await vi.waitFor(() => expect(states()).toEqual([0, 1, 21]));
    // One that has gone quiet is told the end all the same.
    store.end('finished');
    await vi.waitFor(() => expect(sent.at(-1)?.message).toMatchObject({ state: { phase: 'finished' } }), 10_000);
    hub.dispose();
  }, 20_000);
});
