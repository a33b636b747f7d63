import type { ScriptCoverage } from './model.ts';

/** Outcomes that rows had, of those that could be measured. */
export function totals({ points }: ScriptCoverage): { readonly covered: number; readonly of: number } {
  const counts = points.flatMap((point) => point.counts).filter((count) => count !== undefined);
  return { covered: counts.filter((count) => count > 0).length, of: counts.length };
}

/** For people: each script with the outcomes that no row had, and those that could not be measured. */
export function coverageText(scripts: readonly ScriptCoverage[], shownPath: (path: string) => string): string {
  return scripts.map((script) => scriptText(script, shownPath(script.path))).join('\n');
}

function scriptText(script: ScriptCoverage, path: string): string {
  const { covered, of } = totals(script);
  const percent = of === 0 ? 100 : Math.floor((100 * covered) / of);
  const lines = [`Coverage of ${path}: ${covered} of ${of} outcomes (${percent} %)`];
  const lineOf = linesOf(script.text);
  for (const { name, outcomes, counts } of script.points) {
    outcomes.forEach(({ label, place }, i) => {
      const count = counts[i];
      if (count !== undefined && count > 0) return;
      const what = count === undefined ? 'not measured' : 'never';
      lines.push(`  ${path}:${lineOf(place.start)}  ${name}: ${label}: ${what}`);
    });
  }
  return lines.join('\n');
}

/** As JSON: every outcome with its rows; null where it could not be measured. */
export function coverageJson(scripts: readonly ScriptCoverage[], shownPath: (path: string) => string): string {
  const files = scripts.map((script) => ({
    file: shownPath(script.path),
    ...totals(script),
    points: script.points.map(({ kind, name, place, outcomes, counts }) => ({
      kind,
      name,
      place,
      outcomes: outcomes.map((outcome, i) => ({ ...outcome, rows: counts[i] ?? null })),
    })),
  }));
  return `${JSON.stringify({ files }, undefined, 2)}\n`;
}

/** As LCOV: a line for each statement, a branch for each outcome. What could not be measured is left out. */
export function coverageLcov(scripts: readonly ScriptCoverage[], shownPath: (path: string) => string): string {
  return scripts.map((script) => lcovOf(script, shownPath(script.path))).join('');
}

function lcovOf({ path: _, text, points }: ScriptCoverage, path: string): string {
  const lineOf = linesOf(text);
  const rows: string[] = [];
  const lines = new Map<number, number>();
  let found = 0;
  let hit = 0;
  points.forEach(({ place, outcomes, counts, kind }, block) => {
    const line = lineOf(place.start);
    const known = counts.filter((count) => count !== undefined);
    if (known.length === 0) return;
    // A line counts what came through the most used point on it.
    lines.set(line, Math.max(lines.get(line) ?? 0, ...known));
    if (kind === 'statement') return;
    outcomes.forEach((outcome, i) => {
      const count = counts[i];
      if (count === undefined) return;
      rows.push(`BRDA:${lineOf(outcome.place.start)},${block},${i},${count}`);
      found++;
      if (count > 0) hit++;
    });
  });
  const data = [...lines].sort(([a], [b]) => a - b).map(([line, count]) => `DA:${line},${count}`);
  const linesHit = [...lines.values()].filter((count) => count > 0).length;
  const parts = [`SF:${path}`, ...rows, `BRF:${found}`, `BRH:${hit}`, ...data, `LF:${lines.size}`, `LH:${linesHit}`];
  return `${parts.join('\n')}\nend_of_record\n`;
}

/** The number, from 1, of the line that an offset is in. */
function linesOf(text: string): (offset: number) => number {
  return (offset) => {
    let line = 1;
    for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
    return line;
  };
}
