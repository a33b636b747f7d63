// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the editor’s snippets
import type { BindContext } from '../../../flink-sql/binder/index.ts';
import { builtInFunctions, type FunctionDefinition } from '../../../flink-sql/functions/catalogue.ts';
import type { SyntaxNode } from '../../../flink-sql/syntax/ast.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { functionMarkdown } from '../hover.ts';
import type { CompletionItem } from './item.ts';
import type { Probe } from './probe.ts';

/** Functions that can be called at the cursor; those that give a fitting type first. */
export function functionItems(
  probe: Probe,
  fits: ((type: LogicalType) => boolean) | undefined,
  context: BindContext,
): CompletionItem[] {
  const aggregates = mayAggregate(probe.path);
  const found: CompletionItem[] = [];
  for (const f of builtInFunctions) {
    const name = f.names[0];
    if (!name || f.kind === 'table' || f.kind === 'process' || !/^[A-Z]/.test(name)) continue;
    if (f.kind === 'aggregate' && !aggregates) continue;
    found.push({
      label: name,
      kind: 'function',
      detail: f.family,
      documentation: markdownOf(f),
      insert: snippet(f, name),
      rank: fits && gives(f, fits) ? 3 : 4,
    });
  }
  for (const name of context.catalog.userFunctions())
    found.push({ label: name, kind: 'function', detail: 'user function', insert: `${name}($0)`, rank: 3 });
  return found;
}

const markdown = new Map<FunctionDefinition, string>();

function markdownOf(definition: FunctionDefinition): string {
  let known = markdown.get(definition);
  if (known === undefined) {
    known = functionMarkdown(definition);
    markdown.set(definition, known);
  }
  return known;
}

/** An aggregate may stand in a SELECT list, in HAVING and ORDER BY, not in WHERE, ON and GROUP BY or inside another one. */
function mayAggregate(path: readonly SyntaxNode[]): boolean {
  for (let i = path.length - 1; i > 0; i--) {
    const node = path[i] as SyntaxNode;
    const parent = path[i - 1] as SyntaxNode;
    if (node.kind === 'GroupBy' || (parent.kind === 'Join' && (parent.on as SyntaxNode | undefined) === node))
      return false;
    if (parent.kind === 'Select') return (parent.where as SyntaxNode | undefined) !== node;
    if (parent.kind === 'FunctionCall') {
      const name = parent.name.parts.at(-1)?.name.toUpperCase();
      if (builtInFunctions.some((f) => f.kind === 'aggregate' && !f.requiresOver && f.names.includes(name ?? '')))
        return false;
    }
    if (parent.kind === 'ComputedColumn' || parent.kind === 'Watermark') return false;
  }
  return true;
}

function gives(f: FunctionDefinition, fits: (type: LogicalType) => boolean): boolean {
  switch (f.family) {
    case 'string':
      return fits(types.string());
    case 'arithmetic':
    case 'aggregate':
    case 'window':
      return fits(types.bigint());
    case 'temporal':
      return fits(types.timestamp(3));
    default:
      return false;
  }
}

/** The call with its parameters to fill in; those that are optional are left out. */
export function snippet(f: FunctionDefinition, name: string): string {
  if (f.niladic) return name;
  const special = SPECIAL[name];
  if (special) return special;
  const needed = (f.signatures[0]?.parameters ?? []).filter((p) => !p.optional);
  const args = needed.map((p, i) => `\${${i + 1}:${p.name}}`).join(', ');
  const call = `${name}(${args}${needed.length === 0 && (f.signatures[0]?.parameters.length ?? 0) > 0 ? '$1' : ''})`;
  return f.requiresOver
    ? `${call} OVER (PARTITION BY \${${needed.length + 1}:key} ORDER BY \${${needed.length + 2}:time})`
    : call;
}

/** Functions that are not written as a plain call. */
const SPECIAL: Readonly<Record<string, string>> = {
  COUNT: 'COUNT(${1:*})',
  EXTRACT: 'EXTRACT(${1|DAY,HOUR,MINUTE,SECOND,MONTH,YEAR,WEEK,DOW,EPOCH|} FROM ${2:time})',
  POSITION: 'POSITION(${1:part} IN ${2:text})',
  OVERLAY: 'OVERLAY(${1:text} PLACING ${2:part} FROM ${3:1})',
  TIMESTAMPADD: 'TIMESTAMPADD(${1|DAY,HOUR,MINUTE,SECOND,MONTH,YEAR|}, ${2:1}, ${3:time})',
  TIMESTAMPDIFF: 'TIMESTAMPDIFF(${1|DAY,HOUR,MINUTE,SECOND,MONTH,YEAR|}, ${2:from}, ${3:to})',
};
