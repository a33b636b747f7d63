import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Arrangement, View } from '../messages.ts';
import type { Channel } from './channel.ts';
import { type RowWindow, readWindow } from './row-window.ts';

/** Rows asked for beyond the visible ones, on each side. */
const MARGIN = 30;
/** After this long an unanswered question is asked again. */
const PATIENCE_MS = 3000;

/** A range of a view, at a version of its rows. A negative `from`, with `to` 0, means its last rows, however many there are. */
export interface Wanted {
  readonly view: View;
  readonly from: number;
  readonly to: number;
  readonly version: number;
  /** One object as long as it is the same. */
  readonly arrange?: Arrangement | undefined;
}

/**
 * Asks for the rows in sight, one question at a time. Apart from React, so that its timing can be tested: an answer
 * that took longer than our patience is still taken, or a slow host would never be heard.
 */
export class RowRequests {
  readonly #send: (want: Wanted, request: number) => void;
  readonly #now: () => number;
  #wanted: Wanted | undefined;
  #held: Held | undefined;
  #asked = new Map<number, Wanted>();
  #askedAt = Number.NEGATIVE_INFINITY;
  #last = 0;
  #shown = -1;

  constructor(send: (want: Wanted, request: number) => void, now: () => number = () => performance.now()) {
    this.#send = send;
    this.#now = now;
  }

  /** How the rows that were shown last are arranged. */
  get arrange(): Arrangement | undefined {
    return this.#held?.arrange;
  }

  /** Says what is in sight. */
  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#ask();
  }

  /** Whether an answer is to be shown: not when a newer one is, nor when another view is wanted by now. */
  answered(answer: { view: View; from: number; length: number; version: number; request: number }): boolean {
    const { view, from, length, version, request } = answer;
    const asked = this.#asked.get(request);
    for (const earlier of this.#asked.keys()) if (earlier <= request) this.#asked.delete(earlier);
    const wanted = this.#wanted;
    const meant = wanted === undefined || (wanted.view === view && (!asked || asked.arrange === wanted.arrange));
    const show = request > this.#shown && meant;
    if (show) {
      this.#shown = request;
      // Where fewer rows came than were asked for, the view ends.
      this.#held = {
        view,
        from,
        to: Math.max(asked?.to ?? 0, from + length),
        version,
        end: (asked?.from ?? 0) < 0,
        arrange: asked?.arrange,
      };
    }
    this.#ask();
    return show;
  }

  /** A question will not be answered; it is asked again when something else is in sight. */
  failed(request: number): void {
    for (const earlier of this.#asked.keys()) if (earlier <= request) this.#asked.delete(earlier);
  }

  #ask(): void {
    const want = this.#wanted;
    const waiting = this.#asked.size > 0 && this.#now() - this.#askedAt < PATIENCE_MS;
    if (!want || waiting || (this.#held && covers(this.#held, want))) return;
    const range =
      want.from < 0
        ? { ...want, from: want.from - MARGIN }
        : { ...want, from: Math.max(0, want.from - MARGIN), to: want.to + MARGIN };
    const request = ++this.#last;
    this.#asked.set(request, range);
    this.#askedAt = this.#now();
    this.#send(range, request);
  }
}

interface Held extends Wanted {
  /** Whether it is the view's end. */
  readonly end: boolean;
}

function covers(held: Held, want: Wanted): boolean {
  if (held.view !== want.view || held.version !== want.version || held.arrange !== want.arrange) return false;
  return want.from < 0 ? held.end : held.from <= want.from && held.to >= want.to;
}

/** Why the rows cannot be shown, with the place in the condition. */
export interface Problem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Rows received, with the size of their view at that moment: what is shown is always one version of the view. */
export interface ShownRows {
  readonly view: View;
  readonly window: RowWindow;
  readonly total: number;
  readonly dropped: number;
  readonly arrange: Arrangement | undefined;
}

/**
 * The rows in sight of one result. What was last received stays until something newer comes, so a live grid never
 * blinks. Call the second value with the range that is visible.
 */
export function useRows(
  channel: Channel,
  id: string,
): [ShownRows | undefined, (wanted: Wanted) => void, Problem | undefined] {
  const [problem, setProblem] = useState<Problem>();
  const [rows, setRows] = useState<ShownRows>();
  const [view, setView] = useState<View>();
  const requests = useMemo(
    () =>
      new RowRequests(({ view, from, to, arrange }, request) =>
        channel.send({ type: 'rows', id, view, from, count: to - from, request, arrange }),
      ),
    [channel, id],
  );
  useEffect(
    () =>
      channel.listen(id, (message) => {
        // Rows of the clipboard's have a negative number.
        if (message.type === 'problem' && message.request > 0) {
          requests.failed(message.request);
          setProblem(message);
        }
        if (message.type !== 'rows' || message.request < 0) return;
        const { view, from, version, request, total, dropped } = message;
        const window = readWindow(from, message.ipc);
        if (requests.answered({ view, from, length: window.length, version, request })) {
          setRows({ view, window, total, dropped, arrange: requests.arrange });
          setProblem(undefined);
        }
      }),
    [channel, id, requests],
  );
  const want = useCallback(
    (wanted: Wanted) => {
      setView(wanted.view);
      requests.want(wanted);
    },
    [requests],
  );
  return [rows && (view === undefined || rows.view === view) ? rows : undefined, want, problem];
}
