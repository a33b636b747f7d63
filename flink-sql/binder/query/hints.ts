import type { PlanHint, Rel } from '../../plan/rel.ts';
import type { Hint } from '../../syntax/ast.ts';
import type { ScopeRelation } from '../expressions/scope.ts';
import { unplacedError } from './context.ts';

/** Hints after SELECT that Flink knows (FlinkHintStrategies). */
const JOIN_HINTS = ['BROADCAST', 'SHUFFLE_HASH', 'SHUFFLE_MERGE', 'NEST_LOOP'];
const KNOWN = [...JOIN_HINTS, 'LOOKUP', 'STATE_TTL', 'JSON_AGGREGATE_WRAPPED', 'RESOURCE', 'INDEX', 'PROPERTIES'];

const DURATION =
  /^\s*\d+\s*(d|day|days|h|hour|hours|min|m|minute|minutes|s|sec|secs|second|seconds|ms|milli|millis|millisecond|milliseconds|us|µs|micro|micros|ns|nano|nanos)?\s*$|^PT?/i;

/** Checks the hints of a SELECT as Flink does, before it plans the query. */
export function checkHints(
  nodes: readonly Hint[],
  hints: readonly PlanHint[],
  relations: readonly ScopeRelation[],
): void {
  if (hints.length === 0) return;
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
      if (hint.args.length > 0) {
        refuse('Invalid list options in STATE_TTL hint, only support key-value options.');
      }
      if (Object.keys(hint.options).length === 0) {
        refuse('Invalid STATE_TTL hint, expecting at least one key-value options specified.');
      }
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

/** STATE_TTL hints with the side of an operator in the place of an input's name; the first that names a side counts. */
function sideHint(hints: readonly PlanHint[], names: readonly (readonly [string, string | undefined])[]): PlanHint[] {
  const options: Record<string, string> = {};
  for (const [side, name] of names) {
    for (const hint of hints) {
      const ttl = hint.name === 'STATE_TTL' && name !== undefined ? hint.options[name] : undefined;
      if (ttl !== undefined) {
        options[side] ??= ttl;
      }
    }
  }
  return Object.keys(options).length > 0 ? [{ name: 'STATE_TTL', args: [], options }] : [];
}

/**
 * The hints on every join of FROM (not inside its derived tables). STATE_TTL names the inputs of a join, which must be relations
 * themselves: what a join gives has no name (QueryHintsResolver).
 */
export function withJoinHints(rel: Rel, hints: readonly PlanHint[], relations: readonly ScopeRelation[]): Rel {
  if (rel.kind !== 'Join' || hints.length === 0) {
    return rel;
  }
  const others = hints.filter((hint) => hint.name !== 'STATE_TTL');
  const place = (node: Rel, offset: number): Rel => {
    if (node.kind !== 'Join') {
      return node;
    }
    const width = node.left.fields.length;
    const nameOf = (side: Rel, at: number) =>
      side.kind === 'Join' ? undefined : relations.find((relation) => relation.offset === at)?.name;
    const sides = [
      ['LEFT', nameOf(node.left, offset)],
      ['RIGHT', nameOf(node.right, offset + width)],
    ] as const;
    return {
      ...node,
      left: place(node.left, offset),
      right: place(node.right, offset + width),
      hints: [...others, ...sideHint(hints, sides)],
    };
  };
  return place(rel, 0);
}

/** The hint for the state of a SELECT's aggregate: it must name the only relation of FROM. */
export function aggregateHints(hints: readonly PlanHint[], relations: readonly ScopeRelation[]): readonly PlanHint[] {
  return relations.length === 1 ? sideHint(hints, [['ONE', relations[0]?.name]]) : [];
}
