import { t } from '../shared/l10n.ts';
import type { StepTrace, TracedEvent, TracedState } from './trace.ts';

/** A table of state as it is after a step; `isNew`: rows that were not there, or were others, before it. */
export interface ShownTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly cells: readonly (string | null)[]; readonly isNew: boolean }[];
  /** Rows that went with the step. */
  readonly gone: readonly (readonly (string | null)[])[];
  readonly more: number;
}

/** An operator as it is after a step. */
export interface ShownOperator {
  readonly name: string;
  readonly columns: readonly string[];
  /** What it gave in the step. */
  readonly rows: readonly Extract<TracedEvent, { type: 'row' }>[];
  readonly late: number;
  readonly lateSoFar: number;
  /** Epoch milliseconds; null: event time has ended; undefined: none yet. */
  readonly watermark: number | null | undefined;
  readonly watermarkMoved: boolean;
  readonly tables: readonly ShownTable[];
  /** Bytes of its state; undefined for an operator that keeps nothing. */
  readonly bytes: number | undefined;
  readonly shows: boolean;
}

export interface ShownChange {
  readonly op: string;
  readonly cells: readonly (string | null)[];
}

/** A trace prepared for going back and forth. */
export class Replay {
  readonly trace: StepTrace;
  /** By operator: the steps in which its state changed, with the state. */
  readonly #states: readonly { readonly step: number; readonly state: TracedState }[][];
  readonly #marks: readonly { readonly step: number; readonly at: number | null }[][];
  readonly #late: readonly { readonly step: number; readonly rows: number }[][];
  readonly #sinks: ReadonlySet<number>;

  constructor(trace: StepTrace) {
    this.trace = trace;
    const lists = <T>(): T[][] => trace.operators.map(() => []);
    const states = lists<{ step: number; state: TracedState }>();
    const marks = lists<{ step: number; at: number | null }>();
    const late = lists<{ step: number; rows: number }>();
    for (const [step, { events, state }] of trace.steps.entries()) {
      for (const each of state) states[each.operator]?.push({ step, state: each });
      for (const event of events) {
        if (event.type === 'watermark') marks[event.operator]?.push({ step, at: event.at });
        if (event.type === 'late') late[event.operator]?.push({ step, rows: event.rows });
      }
    }
    this.#states = states;
    this.#marks = marks;
    this.#late = late;
    this.#sinks = new Set(trace.operators.flatMap(({ name }, i) => (name.startsWith('Sink') ? [i] : [])));
  }

  get length(): number {
    return this.trace.steps.length;
  }

  /** Columns of the result. */
  get columns(): readonly string[] {
    return this.trace.operators.find(({ name }) => name.startsWith('Sink'))?.columns ?? [];
  }

  /** The next step after `step` in which a watermark moves; -1 for none. */
  nextWatermark(step: number): number {
    return this.trace.steps.findIndex(({ events }, i) => i > step && events.some(({ type }) => type === 'watermark'));
  }

  /** What came in with a step. */
  input(step: number): { readonly source: string; readonly op: string; readonly cells: readonly (string | null)[] } {
    const { source, kind, events } = this.trace.steps[step] as StepTrace['steps'][number];
    const name = this.trace.operators[source]?.name.replace(/^Source: /, '') ?? '';
    const row = events.find((event) => event.type === 'row' && event.operator === source);
    if (kind === 'row' && row?.type === 'row') return { source: name, op: row.op, cells: row.cells };
    const words = { row: t('a row'), watermark: t('watermark'), end: t('the input ends'), time: t('a timer fires') }[
      kind
    ];
    return { source: name, op: '', cells: [words] };
  }

  /** Rows that were dropped in a step. */
  lateIn(step: number): number {
    return this.#late.flat().reduce((n, each) => n + (each.step === step ? each.rows : 0), 0);
  }

  /** The operators after a step, sinks left out. */
  operators(step: number): ShownOperator[] {
    const { events } = this.trace.steps[step] ?? { events: [] };
    return this.trace.operators.flatMap(({ name, columns, shows }, i): ShownOperator[] => {
      if (this.#sinks.has(i)) return [];
      const mark = this.#marks[i]?.findLast((each) => each.step <= step);
      const states = this.#states[i] ?? [];
      const at = states.findLastIndex((each) => each.step <= step);
      const now = states[at];
      const before = now?.step === step ? states[at - 1] : now;
      const late = this.#late[i] ?? [];
      return [
        {
          name: name.replace(/^Source: /, ''),
          columns,
          rows: events.filter((event) => event.type === 'row' && event.operator === i) as ShownOperator['rows'],
          late: late.reduce((n, each) => n + (each.step === step ? each.rows : 0), 0),
          lateSoFar: late.reduce((n, each) => n + (each.step <= step ? each.rows : 0), 0),
          watermark: mark?.at,
          watermarkMoved: mark?.step === step,
          tables: (now?.state.tables ?? []).map((table, t) => shownTable(table, before?.state.tables[t])),
          bytes: now?.state.bytes,
          shows,
        },
      ];
    });
  }

  /** What came out with a step. */
  changes(step: number): ShownChange[] {
    return (this.trace.steps[step]?.events ?? []).flatMap((event) =>
      event.type === 'row' && this.#sinks.has(event.operator) ? [{ op: event.op, cells: event.cells }] : [],
    );
  }

  /** The result after a step: its changes carried out, by whole rows. */
  result(step: number): (readonly (string | null)[])[] {
    const rows: (readonly (string | null)[])[] = [];
    for (let i = 0; i <= step; i++) {
      for (const { op, cells } of this.changes(i)) {
        if (op === '+I' || op === '+U') {
          rows.push(cells);
          continue;
        }
        const text = JSON.stringify(cells);
        const place = rows.findLastIndex((row) => JSON.stringify(row) === text);
        if (place >= 0) rows.splice(place, 1);
      }
    }
    return rows;
  }
}

type Table = TracedState['tables'][number];

function shownTable({ title, columns, rows, more }: Table, before: Table | undefined): ShownTable {
  const left = new Map<string, number>();
  const texts = new Map<string, readonly (string | null)[]>();
  for (const row of before?.rows ?? []) {
    const text = JSON.stringify(row);
    texts.set(text, row);
    left.set(text, (left.get(text) ?? 0) + 1);
  }
  const shown = rows.map((cells) => {
    const text = JSON.stringify(cells);
    const known = left.get(text) ?? 0;
    if (known > 0) left.set(text, known - 1);
    return { cells, isNew: known === 0 };
  });
  const gone = [...left].flatMap(([text, n]) => Array.from({ length: n }, () => texts.get(text) ?? []));
  return { title, columns, rows: shown, gone, more };
}
