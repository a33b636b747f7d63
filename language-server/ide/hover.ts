import { typeOfExpression } from '../../flink-sql/binder/inspect.ts';
import type { ResolvedTable, ResolvedView } from '../../flink-sql/catalog/model.ts';
import { findOption, optionsOf, sessionOptions } from '../../flink-sql/connectors/index.ts';
import { type FunctionDefinition, findBuiltIn } from '../../flink-sql/functions/catalogue.ts';
import type { Expression, FunctionCall, QualifiedName, Statement, SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { pathAt } from '../../flink-sql/syntax/index.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import { optionMarkdown, valueMarkdown } from './completion/options.ts';
import { cteHover } from './cte-hover.ts';
import type { AnalyzedText } from './program.ts';
import { scopeAt } from './scope-at.ts';

/** What to show for a place, as Markdown, and the range it is about. */
export interface Hover {
  readonly start: number;
  readonly end: number;
  readonly markdown: string;
}

/** The type of a column or expression, a function's doc, or a table's columns. */
export function hover(analyzed: AnalyzedText, offset: number): Hover | undefined {
  const statement = analyzed.statements.find((s) => s.start <= offset && offset <= s.end);
  if (!statement?.node) return undefined;
  const path = pathAt(statement.node as SyntaxNode, offset);
  const option = optionHover(path, statement.node);
  if (option) return option;
  const cte = cteHover(path, statement, analyzed.source.text);
  if (cte) return cte;
  for (const node of [...path].reverse()) {
    if (node.kind === 'FunctionCall') {
      const found = functionHover(node);
      if (found) return { start: node.start, end: node.end, markdown: found };
    }
    if (node.kind === 'ColumnRef') {
      const { relations } = scopeAt(path, analyzed.source.text, statement.context);
      const type = typeOfExpression(node as Expression, relations, analyzed.source.text, statement.context);
      if (!type) return undefined;
      const name = node.parts.map((p) => p.name).join('.');
      const attribute =
        'attribute' in type && type.attribute
          ? `\n\n*${type.attribute === 'ROWTIME' ? 'event time' : 'processing time'} attribute*`
          : '';
      return { start: node.start, end: node.end, markdown: `${code(`${name} ${asSummaryString(type)}`)}${attribute}` };
    }
    if (node.kind === 'QualifiedName') {
      const object = statement.context.catalog.resolve((node as QualifiedName).parts.map((p) => p.name));
      if (object) return { start: node.start, end: node.end, markdown: objectHover(object) };
    }
  }
  return undefined;
}

/** What an option of WITH, of ALTER … SET or of the session means, or the connector or format that its value names. */
function optionHover(path: readonly SyntaxNode[], statement: Statement): Hover | undefined {
  const literal = path.at(-1);
  if (literal?.kind !== 'StringLiteral') return undefined;
  if (statement.kind === 'Set' || statement.kind === 'Reset') {
    const found = statement.key && findOption(statement.key.value, sessionOptions);
    return (
      found && { start: literal.start, end: literal.end, markdown: `**${found.key}**\n\n${optionMarkdown(found)}` }
    );
  }
  const property = path.at(-2);
  if (property?.kind !== 'Property' || !('options' in statement)) return undefined;
  const written = statement.options.filter((o) => o.kind === 'Property');
  const options = Object.fromEntries(written.flatMap((o) => (o.value ? [[o.key.value, o.value.value]] : [])));
  const about = literal === property.value ? valueMarkdown(property.key.value, literal.value) : undefined;
  if (about) return { start: literal.start, end: literal.end, markdown: `**${literal.value}**\n\n${about}` };
  const found = findOption(property.key.value, optionsOf(options));
  return found && { start: literal.start, end: literal.end, markdown: `**${found.key}**\n\n${optionMarkdown(found)}` };
}

function functionHover(call: FunctionCall): string | undefined {
  const name = call.name.parts.map((p) => p.name).join('.');
  const found = findBuiltIn(name);
  return found && functionMarkdown(found);
}

/** Signatures, doc and example of a function. */
export function functionMarkdown(found: FunctionDefinition): string {
  const name = found.names[0] ?? found.id;
  const signatures = found.signatures.map(
    (s) =>
      `${name}(${s.parameters.map((p) => (p.optional ? `[${p.name}]` : p.name) + (p.variadic ? ', …' : '')).join(', ')})`,
  );
  const lines = [code([...new Set(signatures)].join('\n') || name), found.doc];
  if (found.example) lines.push(code(found.example));
  return lines.join('\n\n');
}

function objectHover(object: ResolvedTable | ResolvedView): string {
  const id = object.identifier;
  const columns = object.columns.map(
    (c) => `  ${c.name} ${asSummaryString(c.type)}${'kind' in c && c.kind === 'computed' ? ` AS ${c.text}` : ''}`,
  );
  const extra =
    object.kind === 'table' && object.watermark
      ? [`  WATERMARK FOR ${object.columns[object.watermark.column]?.name} AS ${object.watermark.text}`]
      : [];
  return `${code(`${object.kind === 'table' ? 'TABLE' : 'VIEW'} ${id.name} (\n${[...columns, ...extra].join(',\n')}\n)`)}${object.comment ? `\n\n${object.comment}` : ''}`;
}

const code = (text: string) => `\`\`\`sql\n${text}\n\`\`\``;
