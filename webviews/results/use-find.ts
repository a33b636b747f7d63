import { useEffect, useRef, useState } from 'react';
import type { Arrangement, View } from '../messages.ts';
import type { Channel } from './channel.ts';

/** A person is still typing. */
const SETTLE_MS = 250;
/** A result that changes is searched again after this time. */
const AGAIN_MS = 1000;

export interface Found {
  /** Positions of rows that hold the text: the first ten thousand. */
  readonly rows: readonly number[];
  readonly total: number;
}

let lastRequest = 0;

/** Rows of a view in which a text stands; undefined while nothing is looked for or the answer is still to come. */
export function useFind(
  channel: Channel,
  what: { readonly id: string; readonly view: View; readonly arrange: Arrangement; readonly text: string },
  version: number,
): Found | undefined {
  const { id, view, arrange, text } = what;
  const [found, setFound] = useState<Found>();
  const newest = useRef(0);
  const asked = useRef('');
  useEffect(
    () =>
      channel.listen(id, (message) => {
        if (message.type === 'found' && message.request === newest.current) setFound(message);
      }),
    [channel, id],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is another answer
  useEffect(() => {
    if (text === '') {
      setFound(undefined);
      asked.current = '';
      return undefined;
    }
    const wait = asked.current === text ? AGAIN_MS : SETTLE_MS;
    const timer = setTimeout(() => {
      asked.current = text;
      newest.current = ++lastRequest;
      channel.send({ type: 'find', id, view, text, arrange, request: newest.current });
    }, wait);
    return () => clearTimeout(timer);
  }, [channel, id, view, arrange, text, asked.current === text ? Math.floor(version / 10) : 0]);
  return text === '' ? undefined : found;
}
