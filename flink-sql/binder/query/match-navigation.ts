import { findBuiltIn } from '../../functions/catalogue.ts';
import type { Expression, FunctionCall, SyntaxNode } from '../../syntax/ast.ts';
import { children } from '../../syntax/walk.ts';
import { UnprintableError, unparse } from '../unparse.ts';
import { validatorError } from './context.ts';

type Kind = 'PREV' | 'FIRST' | 'AGGREGATE';

const NAVIGATION: Readonly<Record<string, Kind>> = { PREV: 'PREV', NEXT: 'PREV', FIRST: 'FIRST', LAST: 'FIRST' };

const nameOf = (call: FunctionCall): string =>
  call.name.parts.length === 1 ? (call.name.parts[0]?.name ?? '').toUpperCase() : '';

function kindOf(call: FunctionCall): Kind | undefined {
  const name = nameOf(call);
  return NAVIGATION[name] ?? (findBuiltIn(name)?.kind === 'aggregate' ? 'AGGREGATE' : undefined);
}

/** The call as Calcite prints it: navigation with its offset, which PREV and NEXT have 1 by default and the others 0. */
function shown(call: FunctionCall): string {
  const kind = NAVIGATION[nameOf(call)];
  const prefix = call.semantics ? `${call.semantics} ` : '';
  try {
    if (kind === undefined || call.args.length > 1) return prefix + unparse(call);
    return `${prefix}${nameOf(call)}(${unparse(call.args[0] as Expression)}, ${kind === 'PREV' ? 1 : 0})`;
  } catch (error) {
    if (error instanceof UnprintableError) return `${prefix}${nameOf(call)}(…)`;
    throw error;
  }
}

/** What may stand inside what in MEASURES and DEFINE (Calcite's PatternValidator); gives the variables used under a navigation. */
export function checkNavigation(node: SyntaxNode, isMeasure: boolean, around: readonly Kind[] = []): Set<string> {
  const variables = new Set<string>();
  if (node.kind === 'ColumnRef') {
    if (around.length > 0 && node.parts.length > 1) variables.add((node.parts[0] as { name: string }).name);
    return variables;
  }
  const call = node.kind === 'FunctionCall' ? node : undefined;
  const kind = call && kindOf(call);
  if (call?.semantics && !isMeasure) {
    throw refused(call, `Cannot use RUNNING/FINAL in DEFINE '${shown(call)}'`);
  }
  if (call && kind) checkPlace(call, kind, isMeasure, around);
  const inside = kind ? [...around, kind] : around;
  for (const child of children(node)) {
    for (const variable of checkNavigation(child, isMeasure, inside)) variables.add(variable);
  }
  if (call && kind) checkVariables(call, kind, variables);
  return variables;
}

function checkPlace(call: FunctionCall, kind: Kind, isMeasure: boolean, around: readonly Kind[]): void {
  const text = shown(call);
  if (kind === 'AGGREGATE') {
    if (around.some((outer) => outer !== 'AGGREGATE')) {
      throw refused(call, `Cannot use aggregation in navigation '${text}'`);
    }
    if (call.quantifier) {
      throw refused(call, `DISTINCT/ALL not allowed with ${text} function`);
    }
    return;
  }
  if (kind === 'PREV' && isMeasure) throw refused(call, `Cannot use PREV/NEXT in MEASURE '${text}'`);
  // Calcite says this of FIRST inside LAST too.
  if (around.includes('FIRST')) throw refused(call, `Cannot nest PREV/NEXT under LAST/FIRST '${text}'`);
}

function checkVariables(call: FunctionCall, kind: Kind, variables: ReadonlySet<string>): void {
  if (nameOf(call) === 'COUNT') {
    if (variables.size > 1) throw refused(call, 'Invalid number of parameters to COUNT method');
    return;
  }
  if (variables.size > 1) throw refused(call, `Multiple pattern variables in '${shown(call)}'`);
  const constant = !call.args.some((argument) => argument.kind === 'Star' || hasColumn(argument));
  if (kind === 'AGGREGATE' && constant) throw refused(call, `Null parameters in '${shown(call)}'`);
}

function hasColumn(node: SyntaxNode): boolean {
  return node.kind === 'ColumnRef' || children(node).some(hasColumn);
}

const refused = (call: FunctionCall, message: string) => validatorError(call, message, 'navigation');
