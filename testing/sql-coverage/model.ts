import type { Place } from '../model.ts';

export type PointKind = 'statement' | 'where' | 'having' | 'qualify' | 'case' | 'join' | 'window';

/** One thing that may happen at a point, as `kept` at a WHERE. */
export interface Outcome {
  readonly label: string;
  readonly place: Place;
}

/** A place of a script where rows go one way or another. */
export interface Point {
  readonly kind: PointKind;
  readonly place: Place;
  /** What people call it: `WHERE`, `LEFT JOIN`, `TUMBLE`, `CREATE VIEW clicks_per_minute`. */
  readonly name: string;
  readonly outcomes: readonly Outcome[];
  /** Of a condition: how many conjuncts of the plan each of its outcomes after `kept` stands for (BETWEEN is two). */
  readonly widths?: readonly number[];
}

/** How many rows each outcome of a point had, all tests together; undefined where no test could measure it. */
export interface CoveredPoint extends Point {
  readonly counts: readonly (number | undefined)[];
}

/** A script with what its tests did in it. */
export interface ScriptCoverage {
  readonly path: string;
  readonly text: string;
  readonly points: readonly CoveredPoint[];
}
