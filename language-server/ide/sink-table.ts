import { bindStatement } from '../../flink-sql/binder/index.ts';
import { withoutTimeAttribute } from '../../flink-sql/plan/rel-builder.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import { written } from './names.ts';
import type { AnalyzedStatement, AnalyzedText } from './program.ts';
import type { CodeAction } from './quick-fixes.ts';

/** A table for the rows of a query, with its columns and, where the query updates, its key; the query becomes an INSERT. */
export function createSinkFor(
  statement: AnalyzedStatement,
  { source: { text } }: AnalyzedText,
  offset: number,
): CodeAction[] {
  const { node, insight, context } = statement;
  if (node?.kind !== 'QueryStatement' || !insight || offset > statement.start + 'SELECT'.length) return [];
  const bound = bindStatement(node, text, context).value;
  if (bound?.kind !== 'query') return [];
  const { mode, upsertKey } = insight.sinks[0] ?? {};
  const updates = mode !== undefined && (mode.updateAfter || mode.delete);
  const key = updates && upsertKey && upsertKey.length > 0 ? upsertKey : undefined;
  let name = 'sink';
  for (let i = 2; context.catalog.resolve([name]); i++) name = `sink${i}`;
  const lines = bound.query.fields.map((f) => `  ${written(f.name)} ${asSummaryString(withoutTimeAttribute(f.type))}`);
  if (key) lines.push(`  PRIMARY KEY (${key.map(written).join(', ')}) NOT ENFORCED`);
  const ddl = `CREATE TABLE ${name} (\n${lines.join(',\n')}\n) WITH (\n  'connector' = 'print'\n);\n\nINSERT INTO ${name}\n`;
  return [
    {
      title: 'Create a sink table for this query',
      kind: 'refactor.extract',
      edits: [{ start: statement.start, end: statement.start, text: ddl }],
    },
  ];
}
