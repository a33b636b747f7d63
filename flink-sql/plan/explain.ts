import type { BindContext } from '../binder/api.ts';
import type { ExplainDetail } from '../syntax/ast.ts';
import { drawTree } from './draw-tree.ts';
import { logicalTree } from './explain-logical.ts';
import { nodeLine } from './explain-physical.ts';
import { explainQueryRoot, type Plannable, planJob } from './optimize/plan-job.ts';
import type { Physical } from './physical.ts';
import type { RexStyle } from './rex-text.ts';
import { changelogModeText, physicalInputs } from './traits.ts';

function physicalTree(root: Physical, style: RexStyle, withModes: boolean): string {
  const line = (node: Physical) => {
    const mode = changelogModeText(node.traits.changelogMode);
    return nodeLine(node, style, withModes ? [['changelogMode', mode]] : []);
  };
  return drawTree(root, line, physicalInputs);
}

/** The answer of EXPLAIN. */
export function explainPlan(what: Plannable, details: readonly ExplainDetail[], ctx: BindContext): string {
  const roots: readonly Physical[] =
    what.kind === 'query' ? [explainQueryRoot(what.query, ctx)] : planJob(what, ctx).sinks;
  const withModes = details.includes('CHANGELOG_MODE');
  const ast = logicalTree(what);
  const physical = roots.map((root) => physicalTree(root, 'prefix', withModes)).join('\n\n');
  const execution = roots.map((root) => physicalTree(root, 'infix', false)).join('\n\n');
  return `== Abstract Syntax Tree ==\n${ast}\n\n== Optimized Physical Plan ==\n${physical}\n\n== Optimized Execution Plan ==\n${execution}\n`;
}
