import type { PlannedJob } from '../../../flink-sql/binder/api.ts';
import type { BoundInsert } from '../../../flink-sql/binder/bound.ts';
import {
  applyCommand,
  type BindContext,
  bindStatement,
  planInserts,
  planQuery,
} from '../../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../../flink-sql/catalog/store.ts';
import { parse, splitStatements } from '../../../flink-sql/syntax/index.ts';
import type { Batch } from '../../../local-runtime/batch/batch.ts';
import { ROW_KIND_SHORT } from '../../../local-runtime/batch/batch.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { connectorTraits } from '../../../local-runtime/connectors/registry.ts';
import type { Collect, Job } from '../../../local-runtime/job/job-api.ts';
import { startJob } from '../../../local-runtime/job/start-job.ts';
import { show } from '../operators/harness.ts';

export type Options = Readonly<Record<string, string>>;

/** Runs the DDL of a script and plans its SELECT, or all its INSERTs as one statement set. */
export function planScript(script: string, options: Options = {}): PlannedJob {
  const catalog = new CatalogStore();
  const context: BindContext = { catalog, options, connectors: connectorTraits };
  const inserts: BoundInsert[] = [];
  for (const { start, end } of splitStatements(script)) {
    const sql = script.slice(start, end);
    const statement = parse(sql).statements[0]?.node;
    if (!statement) throw new Error(`not a statement: ${sql}`);
    const bound = resultOf(bindStatement(statement, sql, context));
    if (bound.kind === 'query') return resultOf(planQuery(bound.query, context));
    if (bound.kind === 'insert') inserts.push(bound.insert);
    else if (bound.kind === 'catalog') resultOf(applyCommand(bound.command, catalog));
    else throw new Error(`cannot run ${bound.kind} here`);
  }
  return resultOf(planInserts(inserts, context));
}

function resultOf<T>(result: { readonly value?: T; readonly diagnostics: readonly { readonly message: string }[] }): T {
  if (result.value === undefined) throw new Error(result.diagnostics.map((d) => d.message).join('\n'));
  return result.value;
}

export interface Started {
  readonly job: Job;
  readonly rows: string[];
}

/** Starts a script's job; rows are collected as text unless `collect` says otherwise. */
export function start(
  script: string,
  options: Options = {},
  collect?: Collect,
  print = (_line: string): void => undefined,
): Started {
  const rows: string[] = [];
  const job = startJob(planScript(script, options), {
    name: 'test',
    options: { 'table.local-time-zone': 'UTC', ...options },
    workingDirectory: import.meta.dirname,
    collect: collect ?? ((batch) => void rows.push(...textOf(batch))),
    print,
    notice: () => undefined,
  });
  return { job, rows };
}

export function textOf(batch: Batch): string[] {
  return Array.from({ length: batch.length }, (_, i) => {
    const kind = ROW_KIND_SHORT[batch.kinds?.[i] ?? 0] as string;
    return `${kind} ${batch.columns.map((c) => show(valueAt(c, i))).join(' ')}`;
  });
}
