import type { Join, Select, SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { walk } from '../../flink-sql/syntax/index.ts';
import type { AnalyzedStatement } from './program.ts';

/** A range of a text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Parts of a statement that a plan's operators come from. */
export interface Places {
  /** The word SELECT, INSERT … that the statement begins with. */
  readonly head: Range;
  readonly selects: readonly Select[];
  readonly groups: readonly Range[];
  readonly joins: readonly Range[];
  readonly overs: readonly Range[];
  readonly froms: readonly Range[];
  readonly sinks: readonly Range[];
}

export function placesOf(statement: AnalyzedStatement, text: string): Places {
  const word = /^\w+/.exec(text.slice(statement.start, statement.end))?.[0].length ?? 1;
  const head = { start: statement.start, end: statement.start + word };
  const selects: Select[] = [];
  const [groups, joins, overs, froms, sinks]: Range[][] = [[], [], [], [], []];
  if (statement.node) {
    walk(statement.node as SyntaxNode, (node) => {
      if (node.kind === 'Select') {
        selects.push(node);
        if (node.groupBy) groups?.push(node.groupBy);
        else if (node.quantifier === 'DISTINCT') groups?.push({ start: node.start, end: node.start + 'SELECT'.length });
        if (node.from) froms?.push(node.from);
      } else if (node.kind === 'Join') joins?.push(operatorOf(node));
      else if (node.kind === 'WindowSpec') overs?.push(node);
      else if (node.kind === 'Insert') sinks?.push(node.table);
    });
  }
  return {
    head,
    selects,
    groups: groups ?? [],
    joins: joins ?? [],
    overs: overs ?? [],
    froms: froms ?? [],
    sinks: sinks ?? [],
  };
}

const operatorOf = (join: Join): Range => ({ start: join.opStart, end: join.opEnd });
