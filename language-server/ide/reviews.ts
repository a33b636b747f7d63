import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { walk } from '../../flink-sql/syntax/index.ts';
import { optionNotes } from './option-notes.ts';
import { type Places, placesOf, type Range } from './places.ts';
import type { AnalyzedStatement, AnalyzedText } from './program.ts';
import type { ReviewFinding } from './review.ts';

/** The pipeline review of a text, as diagnostics whose codes begin with `review/`: what runs and yet may not do what is wanted. */
export const reviews = (analyzed: AnalyzedText): Diagnostic[] =>
  analyzed.statements.flatMap((statement) => reviewsOf(statement, analyzed.source.text));

/** By meaning; offsets count from the statement's start. */
const known = new WeakMap<object, readonly Diagnostic[]>();

/** What the review finds in one statement; found out once for a text that means the same. */
export function reviewsOf(statement: AnalyzedStatement, text: string): readonly Diagnostic[] {
  const { meaning, start } = statement;
  if (!meaning) return [];
  let found = known.get(meaning);
  if (!found) {
    found = find(statement, text).map((d) => ({ ...d, start: d.start - start, end: d.end - start }));
    known.set(meaning, found);
  }
  return found.length === 0 ? found : found.map((d) => ({ ...d, start: d.start + start, end: d.end + start }));
}

function find(statement: AnalyzedStatement, text: string): Diagnostic[] {
  if (!statement.insight) return optionNotes(statement);
  const places = placesOf(statement, text);
  const found = statement.insight.sinks.flatMap((sink, i) =>
    sink.findings.map((f) => diagnostic(f, placeOf(f.about, places, i))),
  );
  const distinct = found.filter((d, i) => found.findIndex((o) => o.code === d.code && o.message === d.message) === i);
  return [...distinct, ...written(statement)];
}

function diagnostic({ code, severity, message }: ReviewFinding, { start, end }: Range): Diagnostic {
  return { severity, code: `review/${code}`, message, exception: 'Review', start, end, placed: true };
}

/** The first of the words that a finding is about; the head of the statement where they are not written. */
function placeOf(about: ReviewFinding['about'], places: Places, sink: number): Range {
  switch (about) {
    case 'group':
      return places.groups[0] ?? places.head;
    case 'join':
      return places.joins[0] ?? places.head;
    case 'over':
      return places.overs[0] ?? places.head;
    case 'from':
      return places.froms.at(-1) ?? places.head;
    case 'sink':
      return places.sinks[sink] ?? places.head;
    default:
      return places.head;
  }
}

/** What the text alone shows: things that Flink takes and answers otherwise than one would think. */
function written(statement: AnalyzedStatement): Diagnostic[] {
  const found: Diagnostic[] = [];
  const add = (code: string, severity: Diagnostic['severity'], place: Range, message: string) =>
    found.push(diagnostic({ code, severity, message }, place));
  walk(statement.node as SyntaxNode, (node) => {
    if (node.kind === 'ItemAccess' && node.operand.kind === 'ArrayConstructor' && node.index.kind === 'NumberLiteral') {
      const size = node.operand.items.length;
      const index = Number(node.index.text);
      if (index > size)
        add(
          'constant-index',
          'warning',
          node,
          `The array has ${size} elements: element ${index} is NULL, or the planner fails while it folds the constant.`,
        );
    }
    if (node.kind === 'IntervalLiteral' && node.qualifier.from === 'WEEK')
      add('interval-week', 'warning', node, "Flink 2.2 reads INTERVAL … WEEK as hours. Write days: INTERVAL '7' DAY.");
    if (node.kind === 'Binary' && (node.op === '=' || node.op === '<>' || node.op === '!=')) {
      const side =
        node.left.kind === 'NullLiteral' ? node.left : node.right.kind === 'NullLiteral' ? node.right : undefined;
      if (side)
        add(
          'compared-with-null',
          'warning',
          node,
          `A comparison with NULL is never true: write IS ${node.op === '=' ? '' : 'NOT '}NULL.`,
        );
    }
    if (node.kind === 'InQuery' && node.negated)
      add(
        'not-in-query',
        'information',
        node,
        'NOT IN (query) gives no row as soon as the query gives a NULL: NOT EXISTS is what is meant mostly, and keeps less.',
      );
    if (node.kind === 'Query' && node.fetch && node.orderBy.length === 0)
      add(
        'limit-without-order',
        'hint',
        node.fetch as SyntaxNode,
        'LIMIT without ORDER BY takes the rows that come first: other ones at the next run.',
      );
    if (node.kind === 'SetOperation' && node.op === 'UNION' && !node.all)
      add(
        'union-distinct',
        'information',
        { start: node.opStart, end: node.opEnd },
        'UNION removes duplicates: every distinct row is kept as state. Write UNION ALL where duplicates may be or cannot be.',
      );
  });
  return found;
}
