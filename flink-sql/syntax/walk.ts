import type { SyntaxNode } from './ast.ts';

/** The nodes directly below a node, in the order of the text. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const list: SyntaxNode[] = [];
  for (const value of Object.values(node)) collect(value, list);
  for (let i = 1; i < list.length; i++) {
    if ((list[i] as SyntaxNode).start < (list[i - 1] as SyntaxNode).start)
      return list.sort((a, b) => a.start - b.start);
  }
  return list;
}

function collect(value: unknown, into: SyntaxNode[]): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (typeof value === 'object' && value !== null && 'kind' in value) into.push(value as SyntaxNode);
}

/** Visits a node and all below it, parents first. Returning false leaves out what is below. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => unknown): void {
  const stack: SyntaxNode[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (visit(next) === false) continue;
    const below = children(next);
    for (let i = below.length - 1; i >= 0; i--) stack.push(below[i] as SyntaxNode);
  }
}

/** The nodes that hold an offset, from the outermost in. A node holds the offsets from its start to its end, both included. */
export function pathAt(root: SyntaxNode, offset: number): SyntaxNode[] {
  const path: SyntaxNode[] = [];
  let node: SyntaxNode | undefined = root;
  while (node !== undefined && node.start <= offset && offset <= node.end) {
    path.push(node);
    const inside: SyntaxNode[] = children(node).filter((child) => child.start <= offset && offset <= child.end);
    // Where two touch at the offset, the one that begins there is meant.
    node = inside.find((child) => offset < child.end) ?? inside[inside.length - 1];
  }
  return path;
}
