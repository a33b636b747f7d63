import { useMemo, useState } from 'react';
import { Graph } from '../graph/graph.tsx';
import { percent } from '../job/format.ts';
import type { VertexState } from '../job/messages.ts';
import type { Clause, JobFigures } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import { edgesWithRates, figuresOf, hotVertex } from './plan-figures.ts';
import { clausesOf, verticesOf } from './plan-match.ts';
import type { Plan, PlanNode } from './plan-text.ts';

const WIDTH = 210;
const HEIGHT = 78;
const LIVE_HEIGHT = 104;

export interface PlanViewProps {
  readonly plan: Plan;
  /** What the running job does. */
  readonly figures?: JobFigures | undefined;
  readonly clauses?: readonly Clause[] | undefined;
  /** Shows a part of the statement. */
  readonly onPlace?: ((clause: Clause) => void) | undefined;
}

/**
 * A plan as a picture: each operator with the changes it gives and what it remembers, and, while it runs, what it does; the chosen one
 * with all that Flink says of it. A click goes to the part of the statement that the operator comes from.
 */
export function PlanView({ plan, figures, clauses = [], onPlace }: PlanViewProps) {
  const [selected, setSelected] = useState<string>();
  const byId = new Map(plan.nodes.map((node) => [node.id, node]));
  const chosen = selected === undefined ? undefined : byId.get(selected);
  const vertices = useMemo(() => verticesOf(plan, figures?.vertices ?? []), [plan, figures]);
  const places = useMemo(() => clausesOf(plan, clauses), [plan, clauses]);
  const hot = figures && !figures.ended ? hotVertex(figures.vertices) : undefined;
  const now = Date.now();
  const place = selected === undefined ? undefined : places.get(selected);
  const vertex = selected === undefined ? undefined : vertices.get(selected);
  const height = vertices.size > 0 ? LIVE_HEIGHT : HEIGHT;
  return (
    <div className="mr-plan" data-testid="plan-graph">
      <Graph
        title={t('Plan of the statement')}
        nodes={plan.nodes.map((node) => ({
          id: node.id,
          width: WIDTH,
          height,
          label: spoken(node, vertices.get(node.id), hot, now),
        }))}
        edges={edgesWithRates(plan, vertices)}
        selected={selected}
        onSelect={setSelected}
        onOpen={(id) => {
          const clause = places.get(id);
          if (clause) onPlace?.(clause);
        }}
        draw={(id) => <Box node={byId.get(id)} vertex={vertices.get(id)} hot={hot} />}
      />
      {chosen && (
        <section className="mr-detail" aria-label={chosen.name} data-testid="plan-detail">
          <b>{chosen.name}</b>
          {place && onPlace && (
            <div>
              <button type="button" className="mr-link" data-testid="plan-place" onClick={() => onPlace(place)}>
                {t('Show in the statement')}
              </button>
            </div>
          )}
          {vertex && (
            <ul className="mr-figures">
              {figuresOf(vertex, now).map((figure) => (
                <li key={figure.replace(/[\d.]+/g, '#')}>{figure}</li>
              ))}
            </ul>
          )}
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

function spoken(
  { name, changes, state }: PlanNode,
  vertex: VertexState | undefined,
  hot: string | undefined,
  now: number,
): string {
  const words = [name, ...(changes ? [t('gives {0}', changes)] : []), ...(state ? [t('keeps {0}', state)] : [])];
  if (vertex) words.push(...figuresOf(vertex, now));
  if (vertex && vertex.id === hot) words.push(t('holds the job up'));
  return words.join(', ');
}

interface BoxProps {
  readonly node: PlanNode | undefined;
  readonly vertex: VertexState | undefined;
  readonly hot: string | undefined;
}

function Box({ node, vertex, hot }: BoxProps) {
  if (!node) return null;
  const { name, attributes, changes, state } = node;
  const [of = '', value = ''] = attributes.find(([one]) => MAIN.has(one)) ?? attributes[0] ?? [];
  const bare = value.replace(/^\[+|\]+$/g, '');
  // Of a table its own name tells most.
  const first = of === 'table' ? (bare.split(/[\]],|, /)[2] ?? bare) : bare;
  const isHot = vertex !== undefined && vertex.id === hot;
  return (
    <span className={isHot ? 'mr-plan-box mr-hot' : 'mr-plan-box'} data-testid="plan-node" data-hot={isHot}>
      <span>
        <b>{name}</b>
        {isHot && <span className="mr-hot-mark">{t('hot')}</span>}
      </span>
      <span className="mr-quiet">{first}</span>
      <span>
        {changes !== undefined && <span className={changes === 'I' ? 'mr-mode' : 'mr-mode mr-changes'}>{changes}</span>}
        {state && <span className="mr-keeps">{t('keeps {0}', state)}</span>}
      </span>
      {vertex && <Live vertex={vertex} />}
    </span>
  );
}

function Live({ vertex }: { readonly vertex: VertexState }) {
  const { busy, backPressured } = vertex;
  const [rate] = figuresOf({ ...vertex, inRate: null, busy: null, backPressured: null }, 0);
  const behind = figuresOf(vertex, 0).find((figure) => figure.endsWith('behind'));
  const kept = figuresOf(vertex, 0).find((figure) => figure.startsWith('state'));
  const words = [rate, behind, kept].filter((word, i, all) => word !== undefined && all.indexOf(word) === i);
  return (
    <>
      <span className="mr-quiet mr-live" data-testid="plan-live">
        {words.join(' · ')}
      </span>
      <span className="mr-load" title={busy === null ? t('Busy: not measured') : t('Busy {0}', percent(busy))}>
        <span className="mr-busy" style={{ width: percent(busy ?? 0) }} />
        <span className="mr-pressed" style={{ width: percent(backPressured ?? 0) }} />
      </span>
    </>
  );
}

/** Which attribute tells most of an operator. */
const MAIN: ReadonlySet<string> = new Set(['table', 'groupBy', 'where', 'joinType', 'window', 'partitionBy']);
