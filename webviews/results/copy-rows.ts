import type { Arrangement, View } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import type { Channel } from './channel.ts';
import { type RowWindow, readWindow } from './row-window.ts';

/** Rows of one question: the host answers no more. */
const PAGE = 1000;
/** Most rows that are copied. */
export const MOST_COPIED = 100_000;
const PATIENCE_MS = 10_000;

/** Numbers of questions that are not for the grid; those of the grid are positive. */
let lastRequest = 0;

/**
 * Rows of a view, wherever they are, page after page; fewer where the view ends. Throws an Error when the host does not
 * answer.
 */
export async function fetchRows(
  channel: Channel,
  id: string,
  range: {
    readonly view: View;
    readonly from: number;
    readonly to: number;
    readonly arrange?: Arrangement | undefined;
  },
): Promise<RowWindow[]> {
  const windows: RowWindow[] = [];
  const to = Math.min(range.to, range.from + MOST_COPIED);
  for (let from = range.from; from < to; from += PAGE) {
    const window = await fetchPage(channel, id, range, from, Math.min(PAGE, to - from));
    windows.push(window);
    if (window.length < PAGE) break;
  }
  return windows;
}

function fetchPage(
  channel: Channel,
  id: string,
  { view, arrange }: { readonly view: View; readonly arrange?: Arrangement | undefined },
  from: number,
  count: number,
): Promise<RowWindow> {
  const request = --lastRequest;
  return new Promise((resolve, reject) => {
    const over = (): void => {
      clearTimeout(timer);
      leave();
    };
    const timer = setTimeout(() => {
      over();
      reject(new Error(t('the rows did not come')));
    }, PATIENCE_MS);
    const leave = channel.listen(id, (message) => {
      if (message.type === 'gone') {
        over();
        reject(new Error(t('the rows are gone')));
      } else if (message.type === 'problem' && message.request === request) {
        over();
        reject(new Error(message.message));
      } else if (message.type === 'rows' && message.request === request) {
        over();
        resolve(readWindow(message.from, message.ipc));
      }
    });
    channel.send({ type: 'rows', id, view, from, count, request, arrange });
  });
}
