import { useCallback, useEffect, useRef, useState } from 'react';
import type { View } from '../messages.ts';
import type { Channel } from './channel.ts';
import { type RowWindow, readWindow } from './row-window.ts';

/** Rows asked for beyond the visible ones, on each side. */
const MARGIN = 30;
/** After this long an unanswered question is asked again. */
const PATIENCE_MS = 3000;

interface Wanted {
  readonly view: View;
  readonly from: number;
  readonly to: number;
  readonly version: number;
}

/**
 * The rows in sight of one result. One question is under way at a time; what was last received stays until something
 * newer comes, so a live grid never blinks. Call the second value with the range that is visible.
 */
export function useRows(channel: Channel, id: string): [RowWindow | undefined, (wanted: Wanted) => void] {
  const [rows, setRows] = useState<{ view: View; window: RowWindow }>();
  const wanted = useRef<Wanted>(undefined);
  const had = useRef<Wanted>(undefined);
  const asked = useRef<{ request: number; at: number; wanted: Wanted }>(undefined);
  const requests = useRef(0);

  const ask = useCallback(() => {
    const want = wanted.current;
    if (!want || (asked.current && performance.now() - asked.current.at < PATIENCE_MS)) return;
    const have = had.current;
    const covered =
      have && have.view === want.view && have.version === want.version && have.from <= want.from && have.to >= want.to;
    if (covered) return;
    const from = Math.max(0, want.from - MARGIN);
    const to = want.to + MARGIN;
    const request = ++requests.current;
    asked.current = { request, at: performance.now(), wanted: { ...want, from, to } };
    channel.send({ type: 'rows', id, view: want.view, from, count: to - from, request });
  }, [channel, id]);

  useEffect(() => {
    had.current = undefined;
    asked.current = undefined;
    return channel.subscribe(id, (message) => {
      if (message.type !== 'rows') return;
      const window = readWindow(message.from, message.ipc);
      if (message.request === asked.current?.request) {
        had.current = { ...asked.current.wanted, version: message.version };
        asked.current = undefined;
      } else if (message.request === 0 && had.current === undefined) {
        const { view, from, version } = message;
        had.current = { view, from, to: from + window.length, version };
      } else return;
      setRows({ view: message.view, window });
      ask();
    });
  }, [channel, id, ask]);

  const want = useCallback(
    (next: Wanted) => {
      wanted.current = next;
      ask();
    },
    [ask],
  );
  const shown = rows && wanted.current && rows.view !== wanted.current.view ? undefined : rows?.window;
  return [shown, want];
}
