import type { CatalogJob } from './catalog-source.ts';
import type { AnalyzedText } from './program.ts';

/** Words above a statement that do something with it. */
export interface CodeLens {
  readonly start: number;
  readonly end: number;
  readonly title: string;
  readonly command:
    | 'millrace.runStatement'
    | 'millrace.previewStatement'
    | 'millrace.explainStatement'
    | 'millrace.openJob';
  /** The job's id, of `millrace.openJob`. */
  readonly job?: string;
}

/** Run, preview and explain of each statement, and the job that an INSERT runs as. A broken statement has none. */
export function codeLenses({ statements, source }: AnalyzedText, jobs: readonly CatalogJob[]): CodeLens[] {
  return statements.flatMap(({ start, end, node, broken }) => {
    if (!node || broken) return [];
    const at = { start, end };
    const lenses: CodeLens[] = [{ ...at, title: '$(play) Run', command: 'millrace.runStatement' }];
    const running = node.kind === 'ExecuteStatement' ? node.statement : node;
    const writes = running.kind === 'Insert' || running.kind === 'StatementSet';
    if (writes) lenses.push({ ...at, title: '$(eye) Preview', command: 'millrace.previewStatement' });
    if (writes || node.kind === 'QueryStatement')
      lenses.push({ ...at, title: '$(list-tree) Explain', command: 'millrace.explainStatement' });
    if (node.kind === 'Insert') {
      const name = source.text.slice(node.table.start, node.table.end).replaceAll('`', '');
      for (const job of jobs)
        if (isInsertInto(job, name))
          lenses.push({
            ...at,
            title: `$(pulse) ${job.state} ${job.id.slice(0, 8)}`,
            command: 'millrace.openJob',
            job: job.id,
          });
    }
    return lenses;
  });
}

/** Flink calls a job of an INSERT `insert-into_catalog.database.table`. */
const isInsertInto = ({ name }: CatalogJob, table: string): boolean =>
  name.startsWith('insert-into_') &&
  name
    .slice('insert-into_'.length)
    .split(',')
    .some((path) => path === table || path.endsWith(`.${table}`));
