import {
  type Expression,
  type Join,
  parse,
  type Statement,
  type SyntaxNode,
  walk,
} from '../../flink-sql/syntax/index.ts';
import type { Place } from '../model.ts';
import type { Outcome, Point, PointKind } from './model.ts';

const WINDOWS = new Set(['TUMBLE', 'HOP', 'CUMULATE', 'SESSION']);

/** A view or an INSERT with the points in it. */
export interface StatementPoints {
  readonly place: Place;
  /** What the offsets of its plan count from: the query of a view, the whole of an INSERT. */
  readonly bound: Place;
  readonly points: readonly Point[];
}

/**
 * The views and INSERTs of a text with their points, in the order of the text, which is the same for the same text with its variables
 * filled in. What does not parse has none.
 */
export function statementPoints(text: string): StatementPoints[] {
  const found: StatementPoints[] = [];
  for (const { node } of parse(text).statements) if (node) ofStatement(node, text, found);
  return found;
}

function ofStatement(node: Statement, text: string, found: StatementPoints[]): void {
  if (node.kind === 'StatementSet') {
    for (const insert of node.inserts) if (insert.kind === 'Insert') ofStatement(insert, text, found);
    return;
  }
  if (node.kind === 'ExecuteStatement') {
    ofStatement(node.statement, text, found);
    return;
  }
  if (node.kind !== 'CreateView' && node.kind !== 'Insert') return;
  const isView = node.kind === 'CreateView';
  const target = isView ? node.name : node.table;
  const place = placeOf(node);
  const name = `${isView ? 'CREATE VIEW' : 'INSERT INTO'} ${text.slice(target.start, target.end)}`;
  const statement: Point = { kind: 'statement', place, name, outcomes: [{ label: 'rows', place }] };
  const bound = placeOf(isView ? node.query : node);
  found.push({ place, bound, points: [statement, ...inside(node, text)] });
}

function inside(root: SyntaxNode, text: string): Point[] {
  const found: Point[] = [];
  walk(root, (node) => {
    switch (node.kind) {
      case 'Select':
        if (node.where) found.push(condition('where', node.where));
        if (node.having) found.push(condition('having', node.having));
        if (node.qualify) found.push(condition('qualify', node.qualify));
        break;
      case 'Case': {
        const outcomes: Outcome[] = node.branches.map((branch) => {
          const [first] = branch.when;
          const last = branch.when.at(-1);
          const when = text.slice(first?.start ?? branch.start, last?.end ?? branch.end);
          return { label: `WHEN ${oneLine(when)}`, place: placeOf(branch) };
        });
        const { otherwise } = node;
        const last = otherwise
          ? { label: 'ELSE', place: placeOf(otherwise) }
          : { label: 'no WHEN holds', place: { start: node.end - 3, end: node.end } };
        found.push({ kind: 'case', place: placeOf(node), name: 'CASE', outcomes: [...outcomes, last] });
        break;
      }
      case 'Join':
        found.push(joinPoint(node, text));
        break;
      case 'FunctionCall': {
        const name = windowOf(node);
        if (name === undefined) break;
        const place = placeOf(node);
        const outcomes = ['fired', 'late rows dropped'].map((label) => ({ label, place }));
        found.push({ kind: 'window', place, name, outcomes });
        break;
      }
    }
  });
  return found.sort((a, b) => a.place.start - b.place.start || a.place.end - b.place.end);
}

function condition(kind: PointKind, expr: Expression): Point {
  const parts = conjuncts(expr);
  const place = placeOf(expr);
  const outcomes = [{ label: 'kept', place }, ...parts.map((part) => ({ label: 'filtered', place: placeOf(part) }))];
  return { kind, place, name: kind.toUpperCase(), outcomes, widths: parts.map(widthOf) };
}

function conjuncts(expr: Expression): Expression[] {
  if (expr.kind === 'Paren') {
    const inner = conjuncts(expr.expr);
    return inner.length > 1 ? inner : [expr];
  }
  if (expr.kind === 'Binary' && expr.op === 'AND') return [...conjuncts(expr.left), ...conjuncts(expr.right)];
  return [expr];
}

function widthOf(expr: Expression): number {
  if (expr.kind === 'Paren') return widthOf(expr.expr);
  return expr.kind === 'Between' && !expr.negated && !expr.symmetric ? 2 : 1;
}

function joinPoint(node: Join, text: string): Point {
  const place = { start: node.opStart, end: node.opEnd };
  const { right, type } = node;
  const isFunction = right.kind === 'TableFunction' && windowOf(right.call) === undefined;
  const isAsked = right.kind === 'Unnest' || isFunction || ('systemTime' in right && right.systemTime !== undefined);
  const isLateral = right.kind === 'DerivedTable' && right.lateral;
  const isCross = !node.natural && !node.on && !node.using;
  const labels = ['matched'];
  // Without a condition every row of one side meets every one of the other.
  if (!isCross || isAsked || isLateral) labels.push('left rows without a match');
  if (!isCross && !isAsked && !isLateral && type !== 'LEFT SEMI' && type !== 'LEFT ANTI') {
    labels.push('right rows without a match');
  }
  const name = type === 'COMMA' ? ',' : oneLine(text.slice(place.start, place.end)).toUpperCase();
  return { kind: 'join', place, name, outcomes: labels.map((label) => ({ label, place })) };
}

/** The window function that a call is of. */
function windowOf(call: Expression): string | undefined {
  const [name, ...more] = call.kind === 'FunctionCall' ? call.name.parts : [];
  const upper = name?.name.toUpperCase();
  return upper !== undefined && more.length === 0 && WINDOWS.has(upper) ? upper : undefined;
}

const placeOf = ({ start, end }: Place): Place => ({ start, end });

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
