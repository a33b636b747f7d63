import { mapOperands } from '../binder/expressions/rex-util.ts';
import { types } from '../types/logical-type.ts';
import { type MatchPattern, type MatchSpec, variableOf } from './match.ts';
import type { Rex } from './rex.ts';
import { type RexStyle, rexText, valueText } from './rex-text.ts';

const name = (text: string): string => valueText(text, types.string());

/** A pattern as Calcite prints it: `((_UTF-16LE'A', PATTERN_QUANTIFIER(_UTF-16LE'B', 1, -1, false)), _UTF-16LE'C')`. */
export function patternText(pattern: MatchPattern): string {
  switch (pattern.kind) {
    case 'variable':
      return name(pattern.name);
    case 'concat':
      return `(${patternText(pattern.left)}, ${patternText(pattern.right)})`;
    case 'alter':
      return `|(${patternText(pattern.left)}, ${patternText(pattern.right)})`;
    case 'quantified':
      return `PATTERN_QUANTIFIER(${patternText(pattern.operand)}, ${pattern.min}, ${pattern.max}, ${pattern.reluctant})`;
    case 'exclude':
      return `PATTERN_EXCLUDE(${patternText(pattern.operand)})`;
    case 'permute':
      return `PATTERN_PERMUTE(${pattern.items.map(patternText).join(', ')})`;
  }
}

/** `UP.$4`, or `UP.price` where field names are given; `hideCasts` leaves out that time attributes become timestamps. */
function expressionText(rex: Rex, fields: readonly string[] | undefined, style: RexStyle, hideCasts = false): string {
  const columns: string[] = [];
  // References stand as fields of a row whose names are their texts.
  const plain = (node: Rex): Rex => {
    if (node.kind !== 'Call') return mapOperands(node, plain);
    if (node.fn === 'PATTERN_REF') {
      const ref = node.operands[1] as Extract<Rex, { kind: 'InputRef' }>;
      columns.push(`${variableOf(node)}.${fields?.[ref.index] ?? `$${ref.index}`}`);
      return { ...ref, index: columns.length - 1 };
    }
    if (node.fn === 'PATTERN_AGG') {
      const [fn, ...args] = node.operands;
      return { ...node, fn: fn?.kind === 'Literal' ? String(fn.value) : '', operands: args.map(plain) };
    }
    if (COMPARISONS.has(node.fn) || node.fn === '/') {
      return { ...node, operands: commonCastsHidden(node.fn, node.operands).map(plain) };
    }
    const [operand] = node.operands;
    if (hideCasts && node.fn === 'CAST' && operand?.kind === 'Call' && operand.fn === 'PATTERN_REF') {
      return plain(operand);
    }
    return { ...node, operands: node.operands.map(plain) };
  };
  const shaped = plain(rex);
  return rexText(shaped, columns, style);
}

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** Calcite leaves operands of different types as they are where this binder casts both: a literal's cast shows that it did. */
function commonCastsHidden(fn: string, operands: readonly Rex[]): readonly Rex[] {
  const bare = operands.map((rex) => (rex.kind === 'Call' && rex.fn === 'CAST' ? (rex.operands[0] as Rex) : rex));
  const isAggregate = (rex: Rex | undefined) => rex?.kind === 'Call' && rex.fn === 'PATTERN_AGG';
  const implicit =
    fn === '/' ? bare.every(isAggregate) : bare.some((rex, i) => rex.kind === 'Literal' && rex !== operands[i]);
  return implicit ? bare : operands;
}

const directions = (spec: MatchSpec, text: (order: MatchSpec['order'][number]) => string): string =>
  spec.order.map(text).join(', ');

function logicalSkip(spec: MatchSpec): string {
  const { after } = spec;
  return 'variable' in after ? `SKIP TO ${after.to}(${name(after.variable)})` : `FLAG(${plainSkip(after.to)})`;
}

const plainSkip = (to: 'NEXT ROW' | 'PAST LAST ROW'): string =>
  to === 'NEXT ROW' ? 'SKIP TO NEXT ROW' : 'SKIP PAST LAST ROW';

/** `LogicalMatch(…)` of the abstract syntax tree. */
export function logicalMatchText(spec: MatchSpec, output: readonly string[], input: readonly string[]): string {
  const order = directions(
    spec,
    ({ index, descending, nullsFirst }) =>
      `${index} ${descending ? 'DESC' : 'ASC'}-nulls-${nullsFirst ? 'first' : 'last'}`,
  );
  const subsets = spec.subsets.map(({ variables }) => `[${variables.join(', ')}]`).join(', ');
  const defines = spec.defines.map(({ condition }) => expressionText(condition, undefined, 'ast', true)).join(', ');
  const items = [
    `partition=[[${spec.partition.join(', ')}]]`,
    `order=[[${order}]]`,
    `outputFields=[[${output.join(', ')}]]`,
    `allRows=[${spec.allRows}]`,
    `after=[${logicalSkip(spec)}]`,
    `pattern=[${patternText(spec.pattern)}]`,
    `isStrictStarts=[${spec.strictStart}]`,
    `isStrictEnds=[${spec.strictEnd}]`,
    ...(spec.within ? [`interval=[${spec.within.value}:INTERVAL ${spec.within.unit}]`] : []),
    `subsets=[[${subsets === '' ? '' : subsets}]]`,
    `patternDefinitions=[[${defines}]]`,
    `inputFields=[[${input.join(', ')}]]`,
  ];
  return `LogicalMatch(${items.join(', ')})`;
}

/** The items of `Match(…)` in both optimized plans. */
export function matchItems(spec: MatchSpec, input: readonly string[]): [key: string, value: string][] {
  const items: [string, string][] = [];
  if (spec.partition.length > 0) items.push(['partitionBy', spec.partition.map((index) => input[index]).join(', ')]);
  if (spec.order.length > 0) {
    items.push(['orderBy', directions(spec, (key) => `${input[key.index]} ${key.descending ? 'DESC' : 'ASC'}`)]);
  }
  const measures = spec.measures.map((measure) => {
    return `FINAL(${expressionText(measure.expr, input, 'prefix')}) AS ${measure.name}`;
  });
  if (measures.length > 0) items.push(['measures', measures.join(', ')]);
  const { after } = spec;
  items.push(
    ['rowsPerMatch', spec.allRows ? 'ALL ROWS PER MATCH' : 'ONE ROW PER MATCH'],
    ['after', 'variable' in after ? `SKIP TO ${after.to} ${name(after.variable)}` : plainSkip(after.to)],
    ['pattern', patternText(spec.pattern)],
  );
  if (spec.subsets.length > 0) {
    items.push([
      'subset',
      spec.subsets.map((subset) => `${subset.name} = (${subset.variables.join(', ')})`).join(', '),
    ]);
  }
  const defines = spec.defines.map(
    ({ variable, condition }) => `${variable}=${expressionText(condition, undefined, 'ast')}`,
  );
  items.push(['define', `{${defines.join(', ')}}`]);
  return items;
}
