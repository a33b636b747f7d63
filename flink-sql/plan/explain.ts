import type { BindContext } from '../binder/api.ts';
import type { ExplainDetail } from '../syntax/ast.ts';
import { drawTree } from './draw-tree.ts';
import { adviceOf, adviceText } from './explain-advice.ts';
import { jsonPlan } from './explain-json.ts';
import { logicalTree } from './explain-logical.ts';
import { materializeTimes } from './materialize-times.ts';
import { explainQueryRoot, type Plannable, planJob } from './optimize/plan-job.ts';
import type { Physical } from './physical.ts';
import { drawReused } from './reused-subplans.ts';
import { type ShownNode, shownLine, shownPlan } from './shown-plan.ts';

/** The answer of EXPLAIN. */
export function explainPlan(what: Plannable, details: readonly ExplainDetail[], ctx: BindContext): string {
  const planned: readonly Physical[] =
    what.kind === 'query' ? [explainQueryRoot(what.query, ctx)] : planJob(what, ctx).sinks;
  const roots = planned.map(materializeTimes);
  const withModes = details.includes('CHANGELOG_MODE');
  const withAdvice = details.includes('PLAN_ADVICE');
  const advised = withAdvice ? adviceOf(roots, ctx.options) : new Map<Physical, number>();
  const ast = logicalTree(what);
  const line = (shown: ShownNode) => {
    const text = shownLine(shown, withModes ? [['changelogMode', shown.mode]] : []);
    const advice = advised.get(shown.node);
    return advice === undefined ? text : text.replace('(', `(advice=[${advice}], `);
  };
  const physical = roots
    .map((root) => drawTree(shownPlan(root, 'prefix', ctx.options), line, (node) => node.inputs))
    .join('\n\n');
  const title = withAdvice ? 'Optimized Physical Plan With Advice' : 'Optimized Physical Plan';
  const advice = withAdvice ? `\n\n${adviceText(advised)}` : '';
  const execution = drawReused(roots, ctx.options).join('\n\n');
  const shown = details.includes('JSON_EXECUTION_PLAN')
    ? jsonPlan(
        roots.map((root) => shownPlan(root, 'infix', ctx.options)),
        Number(ctx.options['parallelism.default'] ?? 1) || 1,
      )
    : undefined;
  const graph = shown === undefined ? '' : `\n== Physical Execution Plan ==\n${shown}`;
  return `== Abstract Syntax Tree ==\n${ast}\n\n== ${title} ==\n${physical}${advice}\n\n== Optimized Execution Plan ==\n${execution}\n${graph}`;
}
