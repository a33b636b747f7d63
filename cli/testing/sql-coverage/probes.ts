import { rexSome } from '../../../flink-sql/binder/expressions/rex-util.ts';
import { relExpressions, relInputs } from '../../../flink-sql/binder/query/rel-walk.ts';
import type { Origin } from '../../../flink-sql/plan/origin.ts';
import type { Rel } from '../../../flink-sql/plan/rel.ts';
import {
  call,
  conjuncts,
  inputRef,
  project,
  timeAttribute,
  uniqueNames,
  withoutTimeAttribute,
} from '../../../flink-sql/plan/rel-builder.ts';
import type { Rex, RexCall, RexLiteral } from '../../../flink-sql/plan/rex.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';

/** A node of a statement's logical plan that was written somewhere. */
export interface Site {
  readonly origin: Origin;
  readonly rel: Rel;
  /** Of a CASE: itself, and the node whose rows it is evaluated for. */
  readonly cases?: { readonly rex: RexCall; readonly input: Rel; readonly within: Rex };
  /** Of a window: the aggregation of its rows, or what else needs them by window. */
  readonly consumer?: Rel;
}

/** What a plan holds that coverage looks at; a node that several queries share comes once. */
export function sitesOf(root: Rel): Site[] {
  const sites = new Map<string, Site>();
  const add = (origin: Origin, kind: string, site: Omit<Site, 'origin'>): void => {
    const key = `${origin.start} ${origin.end} ${kind} ${origin.text}`;
    if (!sites.has(key)) sites.set(key, { origin, ...site });
  };
  const expression = (rex: Rex, rel: Rel): void => {
    rexSome(rex, (node) => {
      if (node.kind === 'Subquery') visit(node.rel, []);
      const [input, second] = relInputs(rel);
      if (node.kind === 'Call' && node.origin && input && !second) {
        add(node.origin, 'CASE', { rel, cases: { rex: node, input, within: rex } });
      }
      return false;
    });
  };
  const visit = (rel: Rel, above: readonly Rel[]): void => {
    if (rel.origin) {
      const consumer = rel.kind === 'WindowTableFunction' ? consumerOf(above) : undefined;
      add(rel.origin, rel.kind, { rel, ...(consumer && { consumer }) });
    }
    for (const rex of relExpressions(rel)) expression(rex, rel);
    for (const input of relInputs(rel)) visit(input, [rel, ...above]);
  };
  visit(root, []);
  return [...sites.values()];
}

/** The first node above a window that is more than a filter or a projection; the outermost one where there is none. */
const consumerOf = (above: readonly Rel[]): Rel | undefined =>
  above.find((rel) => rel.kind !== 'Project' && rel.kind !== 'Filter') ?? above.at(-1);

/** Does the plan refer to rows of a query around it? Then it does not run alone. */
export function isCorrelated(root: Rel): boolean {
  const known = new Set<number>();
  const used = new Set<number>();
  const expression = (rex: Rex): void => {
    rexSome(rex, (node) => {
      if (node.kind === 'Correlation') used.add(node.id);
      if (node.kind === 'Subquery') {
        if (node.id !== undefined) known.add(node.id);
        visit(node.rel);
      }
      return false;
    });
  };
  const visit = (rel: Rel): void => {
    if (rel.kind === 'Correlate') known.add(rel.id);
    // The time of a temporal join is the left row's by itself.
    if (rel.kind !== 'Snapshot') relExpressions(rel).forEach(expression);
    relInputs(rel).forEach(visit);
  };
  visit(root);
  return [...used].some((id) => !known.has(id));
}

/**
 * The rows of a node with its rowtimes as plain timestamps, and expressions over them. Processing times are NULL: they differ each time
 * that rows are read.
 */
export function withColumns(rel: Rel, more: readonly Rex[] = []): Rel {
  const refs = rel.fields.map((field, i) => {
    const ref = inputRef(rel.fields, i);
    const attribute = timeAttribute(field.type);
    if (attribute === undefined) return ref;
    const type = withoutTimeAttribute(field.type);
    return attribute === 'PROCTIME'
      ? ({ kind: 'Literal', value: null, type: { ...type, nullable: true } } as const)
      : call('CAST', [ref], type);
  });
  const exprs = [...refs, ...more];
  return project(rel, exprs, uniqueNames(exprs.map((_, i) => `c${i}`)));
}

/** The number of the branch that a CASE takes, counted from 1; 0 where it is not evaluated. */
export function branchTaken({ rex, within }: { readonly rex: RexCall; readonly within: Rex }): Rex {
  const { operands } = rex;
  const branches = operands.length >> 1;
  const own = choose(
    operands.filter((_, i) => i % 2 === 0 && i + 1 < operands.length),
    Array.from({ length: branches }, (_, i) => number(i + 1)),
    number(branches + 1),
  );
  return guarded(within, rex, own) ?? own;
}

/** `inner` where `within` evaluates `target`, else 0; undefined where it is not in it. */
function guarded(within: Rex, target: RexCall, inner: Rex): Rex | undefined {
  if (within === target) return inner;
  const operands = within.kind === 'Call' ? within.operands : within.kind === 'FieldAccess' ? [within.operand] : [];
  for (const [i, operand] of operands.entries()) {
    const found = guarded(operand, target, inner);
    if (!found) continue;
    if (within.kind !== 'Call' || within.fn !== 'CASE') return found;
    // The conditions before it decide whether it is reached; its own one, where it is a result.
    const isResult = i % 2 === 1 && i + 1 <= operands.length - 1;
    const before = operands.filter((_, k) => k % 2 === 0 && k < (isResult ? i - 1 : i) && k + 1 < operands.length);
    const zeros = before.map(() => number(0));
    if (!isResult) return choose(before, zeros, found);
    return choose([...before, operands[i - 1] as Rex], [...zeros, found], number(0));
  }
  return undefined;
}

/** Which of its conjuncts, counted from 1, is the first that a condition fails by; 0 where it holds. */
export function failedConjunct(condition: Rex, widths: readonly number[]): Rex {
  const parts = conjuncts(condition);
  const total = widths.reduce((sum, width) => sum + width, 0);
  const groups: Rex[][] = [];
  if (widths.length === 1 || parts.length !== total) groups.push([condition]);
  else for (const width of widths) groups.push(parts.splice(0, width));
  const conditions: Rex[] = [];
  const results: Rex[] = [];
  groups.forEach((group, i) => {
    for (const part of group) {
      conditions.push(call('IS NOT TRUE', [part], types.boolean(false)));
      results.push(number(i + 1));
    }
  });
  return choose(conditions, results, number(0));
}

/** Can each conjunct be told from the others? */
export const isSplit = (condition: Rex, widths: readonly number[]): boolean =>
  widths.length === 1 || conjuncts(condition).length === widths.reduce((sum, width) => sum + width, 0);

const number = (value: number): RexLiteral => ({ kind: 'Literal', value, type: types.int(false) });

function choose(conditions: readonly Rex[], results: readonly Rex[], otherwise: Rex): Rex {
  if (conditions.length === 0) return otherwise;
  const operands = conditions.flatMap((condition, i) => [condition, results[i] as Rex]);
  return call('CASE', [...operands, otherwise], types.int(false));
}
