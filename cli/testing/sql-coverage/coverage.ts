import { bindStatement } from '../../../flink-sql/binder/index.ts';
import type { Origin } from '../../../flink-sql/plan/origin.ts';
import type { Rel } from '../../../flink-sql/plan/rel.ts';
import { bindContext } from '../../../local-runtime/session/engine.ts';
import { SessionError } from '../../../local-runtime/session/errors.ts';
import { parseSingle } from '../../../local-runtime/session/parse.ts';
import type { SqlTest } from '../../../testing/model.ts';
import type { PointKind, ScriptCoverage } from '../../../testing/sql-coverage/model.ts';
import { ScriptCounts, type ScriptRun } from '../../../testing/sql-coverage/script-coverage.ts';
import { measureLocally, type RunContext } from '../local-run.ts';
import { measure } from './measure.ts';
import { withColumns } from './probes.ts';
import { type PartRunner, runPart } from './run-part.ts';

/** Measures one statement; `fill` fills in variables as the test does. */
export type MeasureStatement = (
  sql: string,
  fill: (text: string) => string,
  runner: Omit<PartRunner, 'context'>,
) => Promise<void>;

const KINDS: Readonly<Record<string, PointKind>> = {
  Project: 'statement',
  Filter: 'where',
  Join: 'join',
  Correlate: 'join',
  WindowTableFunction: 'window',
  Aggregate: 'window',
  Case: 'case',
};

/** What the tests of a run do in the scripts that they use. */
export class Coverage {
  readonly #scripts = new Map<string, ScriptCounts>();

  /** Runs the parts of a test's statement and adds what they give. */
  async measure(test: SqlTest, context: RunContext, limitMs: number): Promise<void> {
    const counts = context.scripts.map(({ path, text }) => {
      const known = this.#scripts.get(path) ?? new ScriptCounts(path, text);
      this.#scripts.set(path, known);
      return { known, text };
    });
    await measureLocally(
      test,
      context,
      async (sql, fill, runner) => {
        const runs = counts.map(({ known, text }) => known.run(fill(text)));
        await measureStatement(sql, runs, runner);
      },
      limitMs,
    );
  }

  results(): ScriptCoverage[] {
    return [...this.#scripts.values()].map((counts) => counts.result());
  }
}

async function measureStatement(
  sql: string,
  runs: readonly ScriptRun[],
  runner: Omit<PartRunner, 'context'>,
): Promise<void> {
  const { session } = runner;
  const options = session.properties();
  const context = {
    ...bindContext(session.catalog, options, session.environment),
    jars: session.jars,
    origins: true,
  } as const;
  const root = rootOf(sql, context);
  if (!root) return;
  const point = ({ text, start }: Origin, kind: PointKind) =>
    runs.map((run) => run.point(text, kind, start)).find((found) => found !== undefined);
  const measured = await measure(
    root,
    (origin, rel) => {
      const found = KINDS[rel] && point(origin, KINDS[rel]);
      return found && { kind: found.kind, outcomes: found.outcomes.length, widths: found.widths ?? [] };
    },
    (rel) => runPart(rel, { ...runner, context }),
  );
  for (const { origin, kind, counts } of measured) {
    for (const run of runs) run.add(origin.text, kind, origin.start, counts);
  }
}

/** The plan of a statement before it is optimized; undefined for one that is wrong: its test says so. */
function rootOf(sql: string, context: Parameters<typeof bindStatement>[2]): Rel | undefined {
  try {
    const { value } = bindStatement(parseSingle(sql), sql, context);
    if (value?.kind === 'query') return value.query.logical;
    if (value?.kind !== 'insert') return undefined;
    return { ...withColumns(value.insert.source), origin: { text: sql, start: 0, end: sql.length } };
  } catch (error) {
    if (error instanceof SessionError) return undefined;
    throw error;
  }
}
