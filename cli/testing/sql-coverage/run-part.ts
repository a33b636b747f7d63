import { type BindContext, planQuery } from '../../../flink-sql/binder/index.ts';
import type { Rel } from '../../../flink-sql/plan/rel.ts';
import { withQueryStart } from '../../../local-runtime/codegen/env.ts';
import { FlinkFault } from '../../../local-runtime/errors.ts';
import type { Job, JobMetrics } from '../../../local-runtime/job/job-api.ts';
import { startJob } from '../../../local-runtime/job/start-job.ts';
import type { RowSlice } from '../../../local-runtime/session/results.ts';
import type { Session } from '../../../local-runtime/session/session.ts';
import type { GivenRow } from '../../../testing/compare.ts';
import type { Given } from './measure.ts';

/** What a part of a plan is run with. */
export interface PartRunner {
  readonly session: Session;
  readonly context: BindContext;
  readonly limitMs: number;
  /** Gives the tables their rows from the first on. */
  restart(): void;
  rows(slice: RowSlice, fields: Rel['fields']): readonly GivenRow[];
}

/** Runs a part of a plan to its end. Undefined where Flink has no plan for it alone, where it fails, or takes too long. */
export async function runPart(rel: Rel, runner: PartRunner): Promise<Given | undefined> {
  const { session, context, limitMs } = runner;
  const plan = planned(rel, context);
  if (!plan) return undefined;
  runner.restart();
  const { workingDirectory, print, notice, now, tests } = session.environment;
  const rows: GivenRow[] = [];
  let job: Job;
  try {
    job = startJob(plan, {
      name: 'coverage',
      options: withQueryStart(context.options, now()),
      workingDirectory,
      print,
      notice,
      now,
      ...(tests && { tests }),
      collect: (batch) => void rows.push(...runner.rows({ batch, from: 0, to: batch.length }, rel.fields)),
    });
  } catch (error) {
    if (error instanceof FlinkFault) return undefined;
    throw error;
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs);
  });
  const end = await Promise.race([job.done, late]);
  clearTimeout(timer);
  if (end === 'late') await job.cancel();
  return end === 'FINISHED' ? { rows, late: lateOf(job.metrics().operators) } : undefined;
}

function planned(rel: Rel, context: BindContext) {
  try {
    return planQuery({ fields: rel.fields, logical: rel }, context).value;
  } catch (error) {
    if (error instanceof FlinkFault) return undefined;
    throw error;
  }
}

/** The late rows of the window next to the job's end; those of windows below it are other points. */
function lateOf(operators: JobMetrics['operators']): number {
  const key = ({ id, name }: { readonly id: number; readonly name: string }): string => `${id} ${name}`;
  const byKey = new Map(operators.map((operator) => [key(operator), operator]));
  const read = new Set(operators.flatMap(({ inputs }) => inputs.map(key)));
  let level = operators.filter((operator) => !read.has(key(operator)));
  for (let depth = 0; level.length > 0 && depth < operators.length; depth++) {
    const windows = level.filter(({ name }) => name.includes('Window'));
    if (windows.length > 0) return windows.reduce((sum, { figures }) => sum + figures.lateRecords, 0);
    level = level.flatMap(({ inputs }) => inputs.flatMap((input) => byKey.get(key(input)) ?? []));
  }
  return 0;
}
