import type { Place } from '../model.ts';
import type { Point, PointKind, ScriptCoverage } from './model.ts';
import { type StatementPoints, statementPoints } from './points.ts';

/** A point where a text that was run has it. */
interface Reference {
  readonly statement: number;
  readonly point: number;
}

/** The rows that each outcome had; `isUnknown`: a test got there and could not count. */
interface Count {
  rows: number;
  isUnknown: boolean;
}

/** Gathers what tests do in one script. */
export class ScriptCounts {
  readonly #path: string;
  readonly #text: string;
  readonly #statements: readonly StatementPoints[];
  /** For each statement and point; undefined where no test came. */
  readonly #counts: (Count[] | undefined)[][];

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    this.#statements = statementPoints(text);
    this.#counts = this.#statements.map(({ points }) => points.map(() => undefined));
  }

  /** Finds the points of the script as a test runs it, with its variables filled in. */
  run(filled: string): ScriptRun {
    const known = this.#statements;
    const texts = new Map<string, Map<string, Reference[]>>();
    const statements = statementPoints(filled);
    statements.forEach(({ bound, points }, s) => {
      // Variables that change what a statement is made of leave nothing to compare.
      if (statements.length !== known.length || points.length !== known[s]?.points.length) return;
      const text = filled.slice(bound.start, bound.end);
      const places = texts.get(text) ?? new Map<string, Reference[]>();
      texts.set(text, places);
      points.forEach(({ kind, place }, p) => {
        const start = kind === 'statement' ? 0 : place.start - bound.start;
        const key = `${group(kind)} ${start}`;
        places.set(key, [...(places.get(key) ?? []), { statement: s, point: p }]);
      });
    });
    const find = (text: string, kind: PointKind, start: number): readonly Reference[] =>
      texts.get(text)?.get(`${group(kind)} ${start}`) ?? [];
    return {
      point: (text, kind, start) => {
        const [first] = find(text, kind, start);
        return first && known[first.statement]?.points[first.point];
      },
      add: (text, kind, start, counts) => {
        for (const reference of find(text, kind, start)) this.#add(reference, counts);
      },
    };
  }

  #add({ statement, point }: Reference, counts: readonly (number | undefined)[]): void {
    const known = this.#counts[statement] ?? [];
    const before = known[point] ?? counts.map(() => ({ rows: 0, isUnknown: false }));
    known[point] = before.map((count, i) => ({
      rows: count.rows + (counts[i] ?? 0),
      isUnknown: count.isUnknown || counts[i] === undefined,
    }));
  }

  result(): ScriptCoverage {
    const points = this.#statements.flatMap((statement, s) =>
      statement.points.map((point, p) => {
        const counts = this.#counts[s]?.[p] ?? this.#same(statement, s, point);
        return { ...point, counts: point.outcomes.map((_, i) => shown(counts?.[i])) };
      }),
    );
    return { path: this.#path, text: this.#text, points };
  }

  /** A CASE of GROUP BY that is written again in the SELECT list is evaluated once. */
  #same({ points }: StatementPoints, s: number, point: Point): Count[] | undefined {
    if (point.kind !== 'case') return undefined;
    const text = this.#words(point.place);
    const twin = points.findIndex(
      (other, i) => other.kind === 'case' && this.#counts[s]?.[i] && this.#words(other.place) === text,
    );
    return this.#counts[s]?.[twin];
  }

  #words({ start, end }: Place): string {
    return this.#text.slice(start, end).replace(/\s+/g, ' ');
  }
}

/** The points of a script by the texts of its statements, as they are run. */
export interface ScriptRun {
  point(text: string, kind: PointKind, start: number): Point | undefined;
  add(text: string, kind: PointKind, start: number, counts: readonly (number | undefined)[]): void;
}

/** All conditions are the same to a plan. */
const group = (kind: PointKind): string => (kind === 'having' || kind === 'qualify' ? 'where' : kind);

function shown(count: Count | undefined): number | undefined {
  if (!count) return 0;
  return count.rows === 0 && count.isUnknown ? undefined : count.rows;
}
