import type { SqlSyntaxError, SyntaxNode } from '../../../flink-sql/syntax/index.ts';

const hidden = new Set(['kind', 'start', 'end', 'opStart', 'opEnd', 'joinStart', 'valueStart', 'valueEnd']);

/** A tree as an S-expression: `(Kind key=value child …)`, without offsets, false flags and empty lists. */
export function treeText(node: SyntaxNode | undefined, depth = 0): string {
  if (node === undefined) return '(none)';
  if (node.kind === 'Identifier') return node.quoted ? `\`${node.name}\`` : node.name;
  if (node.kind === 'QualifiedName') return node.parts.map((part) => treeText(part)).join('.');
  const pieces: string[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (hidden.has(key) || value === undefined || value === false) continue;
    if (Array.isArray(value)) {
      if (value.length > 0) pieces.push(`${key}=[${value.map((item) => valueText(item, depth)).join(' ')}]`);
    } else pieces.push(value === true ? key : `${key}=${valueText(value, depth)}`);
  }
  const line = `(${[node.kind, ...pieces].join(' ')})`;
  if (line.length + depth * 2 <= 116 || pieces.length === 0) return line;
  const indent = `\n${'  '.repeat(depth + 1)}`;
  const broken: string[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (hidden.has(key) || value === undefined || value === false) continue;
    if (Array.isArray(value)) {
      if (value.length === 0) continue;
      const inner = `\n${'  '.repeat(depth + 2)}`;
      broken.push(`${key}=[${inner}${value.map((item) => valueText(item, depth + 2)).join(inner)}]`);
    } else broken.push(value === true ? key : `${key}=${valueText(value, depth + 1)}`);
  }
  return `(${node.kind}${indent}${broken.join(indent)})`;
}

function valueText(value: unknown, depth: number): string {
  if (typeof value === 'object' && value !== null && 'kind' in value) return treeText(value as SyntaxNode, depth);
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** An error on one line, with the text that it marks. */
export const errorText = (source: string, error: SqlSyntaxError): string =>
  `! ${error.message} [${JSON.stringify(source.slice(error.start, error.end))} ${error.code}]`;
