import type { Place } from '../../testing/model.ts';

/** What `millrace test --coverage-json` says of a script; `rows` is null where it could not be counted. */
export interface ReportedScript {
  readonly file: string;
  readonly points: readonly {
    readonly kind: string;
    readonly name: string;
    readonly place: Place;
    readonly outcomes: readonly { readonly label: string; readonly place: Place; readonly rows: number | null }[];
  }[];
}

/** A place of a script as the editor marks it: how many rows came through, and by which ways. */
export interface Mark {
  readonly place: Place;
  readonly rows: number;
  readonly branches: readonly { readonly label: string; readonly place: Place; readonly rows: number }[];
}

/** Reports of several runs as one, scripts by their files. */
export function together(reports: readonly (readonly ReportedScript[])[]): ReportedScript[] {
  const found = new Map<string, ReportedScript>();
  for (const script of reports.flat()) {
    const known = found.get(script.file);
    // A script that was changed between two runs has other points: the later run counts.
    const isSame = known?.points.length === script.points.length;
    found.set(script.file, known && isSame ? sum(known, script) : script);
  }
  return [...found.values()];
}

function sum(a: ReportedScript, b: ReportedScript): ReportedScript {
  const points = a.points.map((point, p) => ({
    ...point,
    outcomes: point.outcomes.map((outcome, o) => {
      const more = b.points[p]?.outcomes[o]?.rows ?? null;
      const rows = outcome.rows === null && more === null ? null : (outcome.rows ?? 0) + (more ?? 0);
      // Counted nowhere, and not countable in one of both: it may have been there.
      return { ...outcome, rows: rows === 0 && (outcome.rows === null || more === null) ? null : rows };
    }),
  }));
  return { file: a.file, points };
}

/** The marks of a script; what could not be counted has none. */
export function marksOf({ points }: ReportedScript): Mark[] {
  return points.flatMap(({ kind, name, place, outcomes }) => {
    const counted = outcomes.filter((outcome): outcome is typeof outcome & { rows: number } => outcome.rows !== null);
    if (counted.length === 0) return [];
    const rows = Math.max(...counted.map((outcome) => outcome.rows));
    const branches =
      kind === 'statement' ? [] : counted.map((outcome) => ({ ...outcome, label: `${name}: ${outcome.label}` }));
    return [{ place, rows, branches }];
  });
}
