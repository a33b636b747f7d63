import type { FunctionCall, Select, SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { pathAt, walk } from '../../flink-sql/syntax/index.ts';
import type { TextEdit } from './format.ts';
import type { AnalyzedStatement } from './program.ts';
import type { CodeAction } from './quick-fixes.ts';

const LEGACY = new Set(['TUMBLE', 'HOP', 'SESSION']);
const nameOf = (call: FunctionCall): string => call.name.parts.at(-1)?.name.toUpperCase() ?? '';

/** A legacy group window (GROUP BY TUMBLE(ts, …)) as a window table function, and back. */
export function windowFixes(statement: AnalyzedStatement, text: string, offset: number): CodeAction[] {
  const select = [...pathAt(statement.node as SyntaxNode, offset)]
    .reverse()
    .find((n): n is Select => n.kind === 'Select');
  if (!select?.groupBy) return [];
  return [...toTableFunction(select, text), ...toGroupWindow(select, text)];
}

function toTableFunction(select: Select, text: string): CodeAction[] {
  const item = select.groupBy?.items.find(
    (i) => i.kind === 'GroupByExpression' && i.expr.kind === 'FunctionCall' && LEGACY.has(nameOf(i.expr)),
  );
  if (item?.kind !== 'GroupByExpression' || item.expr.kind !== 'FunctionCall' || select.from?.kind !== 'TableRef')
    return [];
  const call = item.expr;
  const name = nameOf(call);
  const [time, ...intervals] = call.args.map((a) => text.slice(a.start, a.end));
  const table = text.slice(select.from.name.start, select.from.name.end);
  // The keys of a session are its partition; HOP has slide and size in both forms.
  const keys = select.groupBy?.items.filter((i) => i !== item).map((i) => text.slice(i.start, i.end)) ?? [];
  const partition = name === 'SESSION' && keys.length > 0 ? ` PARTITION BY ${keys.join(', ')}` : '';
  const column = time?.split('.').at(-1) ?? '';
  const source = `${name}(TABLE ${table}${partition}, DESCRIPTOR(${column}), ${intervals.join(', ')})`;
  const edits: TextEdit[] = [
    { start: select.from.name.start, end: select.from.name.end, text: source },
    { start: item.start, end: item.end, text: 'window_start, window_end' },
  ];
  properties(select, (found, property) => edits.push({ start: found.start, end: found.end, text: property }), [
    `${name}_START`,
    `${name}_END`,
    `${name}_ROWTIME`,
  ]);
  return [{ title: `Replace the group window by the table function ${name}`, kind: 'refactor.rewrite', edits }];
}

function properties(
  select: Select,
  each: (call: FunctionCall, property: string) => void,
  names: readonly string[],
): void {
  for (const part of [...select.items, ...(select.having ? [select.having] : [])]) {
    walk(part as SyntaxNode, (node) => {
      if (node.kind !== 'FunctionCall') return;
      const at = names.indexOf(nameOf(node));
      if (at >= 0) each(node, ['window_start', 'window_end', 'window_time'][at] ?? '');
    });
  }
}

function toGroupWindow(select: Select, text: string): CodeAction[] {
  const { from, groupBy } = select;
  if (from?.kind !== 'TableFunction' || from.call.kind !== 'FunctionCall' || !groupBy) return [];
  const name = nameOf(from.call);
  const [data, time, ...intervals] = from.call.args;
  if (
    !LEGACY.has(name) ||
    data?.kind !== 'TableArgument' ||
    data.source.kind !== 'QualifiedName' ||
    time?.kind !== 'Descriptor'
  )
    return [];
  const written = (n: { readonly start: number; readonly end: number }): string => text.slice(n.start, n.end);
  const column = time.columns[0] ? written(time.columns[0]) : '';
  const args = [column, ...intervals.map(written)].join(', ');
  const isWindow = (i: { readonly start: number; readonly end: number }): boolean =>
    /^(\w+\.)?window_(start|end|time)$/i.test(written(i));
  const keys = groupBy.items.filter((i) => !isWindow(i)).map(written);
  const first = groupBy.items[0];
  const last = groupBy.items.at(-1);
  if (!first || !last || keys.length === groupBy.items.length) return [];
  const edits: TextEdit[] = [
    {
      start: from.start,
      end: from.alias ? from.alias.start : from.end,
      text: from.alias ? `${written(data.source)} AS ` : written(data.source),
    },
    { start: first.start, end: last.end, text: [...keys, `${name}(${args})`].join(', ') },
  ];
  for (const item of select.items) {
    walk(item as SyntaxNode, (node) => {
      if (node.kind !== 'ColumnRef') return true;
      const property = /^window_(start|end|time)$/i.exec(node.parts.at(-1)?.name ?? '')?.[1]?.toUpperCase();
      if (property) {
        const alias = node === (item.expr as SyntaxNode) && !item.alias ? ` AS ${node.parts.at(-1)?.name}` : '';
        edits.push({
          start: node.start,
          end: node.end,
          text: `${name}_${property === 'TIME' ? 'ROWTIME' : property}(${args})${alias}`,
        });
      }
      return false;
    });
  }
  return [{ title: `Replace the table function ${name} by a group window`, kind: 'refactor.rewrite', edits }];
}
