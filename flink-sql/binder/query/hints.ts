import type { PlanHint, Rel } from '../../plan/rel.ts';
import type { Hint } from '../../syntax/ast.ts';
import type { ScopeRelation } from '../expressions/scope.ts';
import { unplacedError } from './context.ts';

/** Hints after SELECT that Flink knows (FlinkHintStrategies). */
const JOIN_HINTS = ['BROADCAST', 'SHUFFLE_HASH', 'SHUFFLE_MERGE', 'NEST_LOOP', 'MULTI_JOIN'];
const KNOWN = [...JOIN_HINTS, 'LOOKUP', 'STATE_TTL', 'JSON_AGGREGATE_WRAPPED', 'RESOURCE', 'INDEX', 'PROPERTIES'];

const DURATION =
  /^\s*\d+\s*(d|day|days|h|hour|hours|min|m|minute|minutes|s|sec|secs|second|seconds|ms|milli|millis|millisecond|milliseconds|us|µs|micro|micros|ns|nano|nanos)?\s*$|^PT?/i;

/** Checks the hints of a SELECT as Flink does, before it plans the query. */
export function checkHints(
  nodes: readonly Hint[],
  hints: readonly PlanHint[],
  relations: readonly ScopeRelation[],
): void {
  const unmatched: string[] = [];
  hints.forEach((hint, i) => {
    const place = nodes[i] as Hint;
    const refuse = (message: string): never => {
      throw unplacedError('AssertionError', place, message, 'hint');
    };
    if (!KNOWN.includes(hint.name)) {
      refuse(`Hint: ${hint.name} should be registered in the HintStrategyTable`);
    }
    const missing = (name: string) => !relations.some((relation) => relation.name === name);
    const report = (names: readonly string[]) => {
      const wrong = names.filter(missing).map((name) => `\`${name}\``);
      if (wrong.length > 0) {
        unmatched.push(`${wrong.join(', ')} in \`${hint.name}\``);
      }
    };
    if (hint.name === 'LOOKUP' && hint.options.table === undefined) {
      refuse("Invalid LOOKUP hint: incomplete required option(s): [Key: 'table' , default: null (fallback keys: [])]");
    }
    if (hint.name === 'STATE_TTL') {
      const wrong = Object.values(hint.options).find((value) => !DURATION.test(value));
      if (wrong !== undefined) {
        refuse(
          `Invalid STATE_TTL hint value: text does not start with a number, and is not a valid ISO-8601 duration format: ${wrong}`,
        );
      }
      report(Object.keys(hint.options));
    }
    if (JOIN_HINTS.includes(hint.name)) {
      report(hint.args);
    }
  });
  const [place] = nodes;
  if (unmatched.length > 0 && place) {
    throw unplacedError(
      'ValidationException',
      place,
      `The options of following hints cannot match the name of input tables or views:\n${unmatched.join('\n')}`,
      'hint',
    );
  }
}

/** The hints on every join of FROM (not inside its derived tables). */
export function withJoinHints(rel: Rel, hints: readonly PlanHint[]): Rel {
  if (rel.kind !== 'Join' || hints.length === 0) {
    return rel;
  }
  return { ...rel, left: withJoinHints(rel.left, hints), right: withJoinHints(rel.right, hints), hints };
}
