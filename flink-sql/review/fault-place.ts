import type { Diagnostic } from '../diagnostics.ts';
import type { SyntaxNode } from '../syntax/ast.ts';
import { walk } from '../syntax/walk.ts';

/**
 * A planner's fault, for which Flink names no place, with the smallest range of the text that shows it: `FOR SYSTEM_TIME AS OF …` for
 * a temporal join. Without one such range (none, or several), the whole statement.
 */
export function placeFault(diagnostic: Diagnostic, statement: SyntaxNode, source: string): Diagnostic {
  if (diagnostic.end > diagnostic.start) return diagnostic;
  const { start, end } = (diagnostic.code === 'temporal-join' && onlyPeriod(statement, source)) || statement;
  return { ...diagnostic, start, end };
}

function onlyPeriod(statement: SyntaxNode, source: string): { start: number; end: number } | undefined {
  const found: { start: number; end: number }[] = [];
  walk(statement, (node) => {
    if ('systemTime' in node && node.systemTime) {
      const { start, end } = node.systemTime;
      const words = /FOR\s+SYSTEM_TIME\s+AS\s+OF\s*$/i.exec(source.slice(node.start, start));
      found.push({ start: words ? node.start + words.index : start, end });
    }
    return true;
  });
  return found.length === 1 ? found[0] : undefined;
}
