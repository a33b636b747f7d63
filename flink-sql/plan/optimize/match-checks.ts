import { rexSome } from '../../binder/expressions/rex-util.ts';
import { catalogError, validationError } from '../../catalog/errors.ts';
import type { RowField } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { type MatchPattern, type MatchSpec, offsetOf } from '../match.ts';
import { patternText } from '../match-text.ts';
import { timeAttribute } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { tableError } from './physical-nodes.ts';

/** What FlinkLogicalMatch refuses while the plan is made. */
export function checkMatchOutput(spec: MatchSpec, fields: readonly RowField[]): void {
  if (spec.allRows) throw tableError('All rows per match mode is not supported yet.', 'match');
  const names = fields.map((field) => field.name);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0 || names.length === 0) {
    throw validationError(`Columns ambiguously defined: {${[...new Set(twice)].join(', ')}}`, 'match');
  }
}

/** What StreamExecMatch refuses when it makes the pattern, in its order. */
export function checkMatch(spec: MatchSpec, input: readonly RowField[]): void {
  checkOrder(spec, input);
  const checker = new PatternChecker(spec);
  checker.visit(spec.pattern);
  if (spec.within?.months) {
    throw tableError(
      'Only constant intervals with millisecond resolution are supported as time constraints of patterns.',
      'match',
    );
  }
  if (checker.variables.every(({ optional }) => optional)) {
    throw tableError(
      'Patterns that can produce empty matches are not supported. There must be at least one non-optional state.',
      'match',
    );
  }
  if (checker.variables.at(-1)?.greedy) {
    throw tableError(
      'Greedy quantifiers are not allowed as the last element of a Pattern yet. Finish your pattern with either a simple variable or reluctant quantifier.',
      'match',
    );
  }
  for (const { expr } of spec.measures) checkExpression(expr);
}

function checkOrder(spec: MatchSpec, input: readonly RowField[]): void {
  const [first] = spec.order;
  if (!first) throw tableError('You must specify either rowtime or proctime for order by.', 'match');
  const type = input[first.index]?.type;
  if (!type || timeAttribute(type) === undefined) {
    throw tableError('You must specify either rowtime or proctime for order by as the first one.', 'match');
  }
  if (first.descending) {
    throw tableError('Primary sort order of a streaming table must be ascending on time.', 'match');
  }
}

/** MatchCodeGenerator: calls that it has no code for. */
function checkExpression(rex: Rex): void {
  rexSome(rex, (node) => {
    if (node.kind !== 'Call') return false;
    if ((node.fn === 'PREV' || node.fn === 'NEXT') && offsetOf(node) !== 0) {
      throw tableError('Flink does not support physical offsets within partition.', 'match');
    }
    if (node.fn === 'CLASSIFIER' || node.fn === 'RUNNING' || node.fn === 'FILTER') {
      const operands = node.operands.map(({ type }) => asSummaryString({ ...type, nullable: true } as typeof type));
      throw catalogError('CodeGenException', `Unsupported call: ${node.fn}(${operands.join(', ')})`, 'match');
    }
    return false;
  });
}

/** PatternVisitor of StreamExecMatch over Flink CEP's Pattern. */
class PatternChecker {
  readonly variables: { name: string; optional: boolean; greedy: boolean }[] = [];
  readonly #spec: MatchSpec;

  constructor(spec: MatchSpec) {
    this.#spec = spec;
  }

  visit(pattern: MatchPattern): void {
    switch (pattern.kind) {
      case 'variable':
        this.#variable(pattern.name);
        break;
      case 'concat':
        this.visit(pattern.left);
        this.visit(pattern.right);
        break;
      case 'alter':
        throw notSupported(pattern, `. Currently, CEP doesn't support branching patterns.`);
      case 'permute':
        throw notSupported(pattern, `. Currently, CEP doesn't support PERMUTE patterns.`);
      case 'exclude':
        throw notSupported(pattern, `. Currently, CEP doesn't support '{-' '-}' patterns.`);
      case 'quantified':
        if (pattern.operand.kind !== 'variable') {
          throw notSupported(pattern.operand, ' Group patterns are not supported yet.');
        }
        this.#variable(pattern.operand.name);
        this.#quantify(pattern);
    }
  }

  #variable(name: string): void {
    if (this.variables.some((known) => known.name === name)) {
      throw tableError('Pattern variables must be unique. That might change in the future.', 'match');
    }
    this.variables.push({ name, optional: false, greedy: false });
    for (const define of this.#spec.defines) if (define.variable === name) checkExpression(define.condition);
  }

  #quantify({ min, max, reluctant }: Extract<MatchPattern, { kind: 'quantified' }>): void {
    const variable = this.variables.at(-1) as { optional: boolean; greedy: boolean };
    const isOptional = min === 0 && max === 1;
    if (min === 0 && (max === -1 || max === 1)) {
      if (this.variables.at(-2)?.greedy) {
        throw catalogError(
          'MalformedPatternException',
          'Optional pattern cannot be preceded by greedy pattern',
          'match',
        );
      }
    } else if (max !== -1) {
      checkTimes(min, max);
    }
    variable.optional = min === 0;
    variable.greedy = !reluctant && !isOptional && min !== max;
    if (reluctant && isOptional) {
      throw tableError('Reluctant optional variables are not supported yet.', 'match');
    }
  }
}

/** Pattern.Times: `{0,m}` is an optional `{1,m}`. */
function checkTimes(min: number, max: number): void {
  const from = min === 0 ? 1 : min;
  if (from <= 0) {
    throw catalogError('IllegalArgumentException', 'The from should be a positive number greater than 0.', 'match');
  }
  if (max < from) {
    const message = `The to should be a number greater than or equal to from: ${from}.`;
    throw catalogError('IllegalArgumentException', message, 'match');
  }
}

const notSupported = (pattern: MatchPattern, why: string) =>
  tableError(`Expression not supported: ${patternText(pattern)}${why}`, 'match');
