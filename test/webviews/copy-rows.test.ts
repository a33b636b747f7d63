import { expect, test, vi } from 'vitest';
import { toArrowPage } from '../../clients/sql-gateway/arrow-page.ts';
import type { ToHost, ToRenderer } from '../../webviews/messages.ts';
import { Channel } from '../../webviews/results/channel.ts';
import { fetchRows } from '../../webviews/results/copy-rows.ts';

type Rows = Extract<ToHost, { type: 'rows' }>;

/** A host that has so many rows of one INT column; `answer` may hold messages back. */
function hostOf(total: number, answer: (message: ToRenderer, tell: (message: ToRenderer) => void) => void) {
  const asked: Rows[] = [];
  let listener: (message: ToRenderer) => void = () => undefined;
  const channel = new Channel({
    postMessage: (message) => {
      if (message.type !== 'rows') return;
      asked.push(message);
      const rows = Array.from({ length: Math.max(0, Math.min(message.count, total - message.from)) }, (_, i) => [
        String(message.from + i),
      ]);
      const { ipc } = toArrowPage({
        format: 'PLAIN_TEXT',
        token: 0,
        resultKind: 'SUCCESS_WITH_CONTENT',
        isQueryResult: true,
        jobId: undefined,
        columns: [{ name: 'n', logicalType: { type: 'INTEGER' } }],
        rowKinds: new Uint8Array(rows.length),
        rows,
      });
      const { id, view, from, request } = message;
      const base64 = Buffer.from(ipc).toString('base64');
      answer({ type: 'rows', id, view, from, request, version: 1, total, dropped: 0, ipc: base64 }, listener);
    },
    onDidReceiveMessage: (heard) => {
      listener = heard;
    },
  });
  return { channel, asked };
}

test('rows come page after page until the view ends', async () => {
  const { channel, asked } = hostOf(2500, (message, tell) => queueMicrotask(() => tell(message)));
  const windows = await fetchRows(channel, 'r', { view: 'table', from: 10, to: 100_000 });
  expect(windows.map(({ from, length }) => [from, length])).toEqual([
    [10, 1000],
    [1010, 1000],
    [2010, 490],
  ]);
  expect(windows[2]?.cells[0]?.(489)).toBe('2499');
  expect(asked.every(({ request }) => request < 0)).toBe(true);
});

test('a host that lost the result, or does not answer, is an error', async () => {
  const gone = hostOf(1, ({ type }, tell) => queueMicrotask(() => type === 'rows' && tell({ type: 'gone', id: 'r' })));
  await expect(fetchRows(gone.channel, 'r', { view: 'table', from: 0, to: 1 })).rejects.toThrow('the rows are gone');
  vi.useFakeTimers();
  try {
    const silent = hostOf(1, () => undefined);
    const fetched = fetchRows(silent.channel, 'r', { view: 'table', from: 0, to: 1 });
    const failed = expect(fetched).rejects.toThrow('the rows did not come');
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
  } finally {
    vi.useRealTimers();
  }
});
