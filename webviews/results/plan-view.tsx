import { useState } from 'react';
import { Graph } from '../graph/graph.tsx';
import type { Plan, PlanNode } from './plan-text.ts';

const WIDTH = 210;
const HEIGHT = 78;

/** A plan as a picture: each operator with the changes it gives and what it remembers; the chosen one with all that Flink says of it. */
export function PlanView({ plan }: { readonly plan: Plan }) {
  const [selected, setSelected] = useState<string>();
  const byId = new Map(plan.nodes.map((node) => [node.id, node]));
  const chosen = selected === undefined ? undefined : byId.get(selected);
  return (
    <div className="mr-plan" data-testid="plan-graph">
      <Graph
        title="Plan of the statement"
        nodes={plan.nodes.map((node) => ({ id: node.id, width: WIDTH, height: HEIGHT, label: spoken(node) }))}
        edges={plan.edges}
        selected={selected}
        onSelect={setSelected}
        draw={(id) => <Box node={byId.get(id)} />}
      />
      {chosen && (
        <section className="mr-detail" aria-label={chosen.name}>
          <b>{chosen.name}</b>
          <dl>
            {chosen.attributes.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value.replace(/^\[(.*)\]$/s, '$1')}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}

function spoken({ name, changes, state }: PlanNode): string {
  return [name, ...(changes ? [`gives ${changes}`] : []), ...(state ? [`keeps ${state}`] : [])].join(', ');
}

function Box({ node }: { readonly node: PlanNode | undefined }) {
  if (!node) return null;
  const { name, attributes, changes, state } = node;
  const [of = '', value = ''] = attributes.find(([one]) => MAIN.has(one)) ?? attributes[0] ?? [];
  const bare = value.replace(/^\[+|\]+$/g, '');
  // Of a table its own name tells most.
  const first = of === 'table' ? (bare.split(/[\]],|, /)[2] ?? bare) : bare;
  return (
    <span className="mr-plan-box" data-testid="plan-node">
      <b>{name}</b>
      <span className="mr-quiet">{first}</span>
      <span>
        {changes !== undefined && <span className={changes === 'I' ? 'mr-mode' : 'mr-mode mr-changes'}>{changes}</span>}
        {state && <span className="mr-keeps">keeps {state}</span>}
      </span>
    </span>
  );
}

/** Which attribute tells most of an operator. */
const MAIN: ReadonlySet<string> = new Set(['table', 'groupBy', 'where', 'joinType', 'window', 'partitionBy']);
