import { bindStatement } from '../../../flink-sql/binder/index.ts';
import { timeAttribute } from '../../../flink-sql/plan/rel-builder.ts';
import type { Query, SyntaxNode } from '../../../flink-sql/syntax/ast.ts';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import { written } from '../names.ts';
import type { AnalyzedStatement } from '../program.ts';
import type { CodeAction } from '../quick-fixes.ts';

const NUMERIC = /^(TINYINT|SMALLINT|INTEGER|BIGINT|DECIMAL|FLOAT|DOUBLE)$/;

/**
 * The whole query as the input of a Top-N, and of a deduplication where it has a time attribute: the query's own text stays as it is. The
 * number of the row stays inside, so that the columns are the same.
 */
export function wrapQuery(statement: AnalyzedStatement, text: string, offset: number): CodeAction[] {
  const query = queryOf(statement.node as SyntaxNode);
  if (!query || offset < query.start || offset > headEnd(query, text)) return [];
  // A query binds on its own; of an INSERT's it is the text that is bound.
  const bound = bindStatement(
    { kind: 'QueryStatement', query, start: query.start, end: query.end },
    text,
    statement.context,
  ).value;
  if (bound?.kind !== 'query') return [];
  const { fields } = bound.query;
  const time = fields.find((f) => timeAttribute(f.type) !== undefined);
  const key = keyOf(fields, time);
  if (!key || new Set(fields.map((f) => f.name)).size < fields.length) return [];
  const measure = fields.findLast((f) => f !== key && f !== time && NUMERIC.test(f.type.root)) ?? time;
  const actions: CodeAction[] = [];
  if (measure) actions.push(wrapped('Wrap into a Top-N', query, fields, key, measure, '<= 10'));
  if (time) actions.push(wrapped('Wrap into a deduplication', query, fields, key, time, '= 1'));
  return actions;
}

function queryOf(node: SyntaxNode): Query | undefined {
  if (node.kind === 'QueryStatement') return node.query;
  if (node.kind === 'Insert' && node.query.kind === 'Query') return node.query;
  if (node.kind === 'CreateView' && node.query.kind === 'Query') return node.query;
  return undefined;
}

/** The cursor stands at the query's first word. */
const headEnd = (query: Query, text: string): number =>
  query.start + (/^\w+/.exec(text.slice(query.start, query.end))?.[0].length ?? 0);

/** What rows are told apart by: a column called so, or the first text or number. */
function keyOf(fields: readonly RowField[], time: RowField | undefined): RowField | undefined {
  const others = fields.filter((f) => f !== time && !/^(ROW|ARRAY|MAP|MULTISET|TIMESTAMP.*)$/.test(f.type.root));
  return others.find((f) => /(^|_)(id|key)$/i.test(f.name)) ?? others[0];
}

function wrapped(
  title: string,
  query: Query,
  fields: readonly RowField[],
  key: RowField,
  order: RowField,
  condition: string,
): CodeAction {
  let number = 'row_num';
  for (let i = 2; fields.some((f) => f.name === number); i++) number = `row_num_${i}`;
  const names = fields.map((f) => written(f.name)).join(', ');
  const over = `PARTITION BY ${written(key.name)} ORDER BY ${written(order.name)} DESC`;
  const head = `SELECT ${names}\nFROM (\n  SELECT *, ROW_NUMBER() OVER (${over}) AS ${number}\n  FROM (\n`;
  const tail = `\n  )\n)\nWHERE ${number} ${condition}`;
  return {
    title,
    kind: 'refactor.rewrite',
    edits: [
      { start: query.start, end: query.start, text: head },
      { start: query.end, end: query.end, text: tail },
    ],
  };
}
