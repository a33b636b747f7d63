import type { VertexState } from '../job/messages.ts';
import type { Clause, ClauseKind } from '../messages.ts';
import { attributesOf, type Plan, type PlanNode } from './plan-text.ts';

/** An operator that a vertex of a job holds, as the job's plan describes it. */
interface Held {
  readonly vertex: VertexState;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * The vertex of the running job in which each operator of a plan is. A cluster chains operators into one vertex and describes all of
 * them; the local runtime has a vertex for each. Operators of one name are told apart by what else agrees, then by their order.
 */
export function verticesOf(plan: Plan, vertices: readonly VertexState[]): ReadonlyMap<string, VertexState> {
  const held = upstreamFirst(vertices).flatMap(heldBy);
  const found = new Map<string, VertexState>();
  const taken = new Set<Held>();
  // EXPLAIN begins with the sink.
  for (const node of plan.nodes.toReversed()) {
    const same = held.filter((one) => !taken.has(one) && one.name === nameOf(node));
    const best = same.reduce<Held | undefined>(
      (a, b) => (a === undefined || likeness(b, node) > likeness(a, node) ? b : a),
      undefined,
    );
    if (!best) continue;
    taken.add(best);
    found.set(node.id, best.vertex);
  }
  return found;
}

function upstreamFirst(vertices: readonly VertexState[]): VertexState[] {
  const byId = new Map(vertices.map((vertex) => [vertex.id, vertex]));
  const ordered = new Set<VertexState>();
  const visit = (vertex: VertexState | undefined, path: ReadonlySet<string>): void => {
    if (!vertex || ordered.has(vertex) || path.has(vertex.id)) return;
    for (const { id } of vertex.inputs) visit(byId.get(id), new Set([...path, vertex.id]));
    ordered.add(vertex);
  };
  for (const vertex of vertices) visit(vertex, new Set());
  return [...ordered];
}

function heldBy(vertex: VertexState): Held[] {
  return vertex.description.split('\n').flatMap((line): Held[] => {
    const text = line.replace(/^[\s:|+-]*(?:\[\d+\]:)?/, '').trim();
    const [, what, table] = /^(Source|Sink): (.+?)(?:\[\d+\])?$/.exec(text) ?? [];
    if (what !== undefined && table !== undefined) {
      const name = what === 'Source' ? 'TableSourceScan' : 'Sink';
      return [{ vertex, name, attributes: new Map([['table', table]]) }];
    }
    const [, name, inner = ''] = /^(\w+)(?:\[\d+\])?(?:\((.*)\))?$/.exec(text) ?? [];
    return name === undefined ? [] : [{ vertex, name: bare(name), attributes: new Map(attributesOf(inner)) }];
  });
}

const nameOf = ({ name }: PlanNode): string => bare(name);

/** The local runtime aggregates in one operator what a plan tells in two: the second is the one that keeps state. */
function bare(name: string): string {
  return name.replace(/^Global(?=Window|Group)/, '');
}

function likeness({ attributes }: Held, node: PlanNode): number {
  let points = 0;
  for (const [key, value] of node.attributes) {
    const other = attributes.get(key);
    if (other === undefined) continue;
    if (other === value) points += 2;
    else if (key === 'table' && tableOf(value) === tableOf(other)) points++;
  }
  return points;
}

/** `[[default_catalog, default_database, orders]]`, and of a sink `[default_catalog.default_database.orders]`: `orders`. */
function tableOf(value: string): string {
  const parts = (value.replace(/^\[+/, '').split(']', 1)[0] ?? '').split(', ');
  return parts[2] ?? parts[0]?.split('.').at(-1) ?? '';
}

/** Which parts of a statement make which operators. */
const KINDS: readonly (readonly [RegExp, ClauseKind])[] = [
  [/^TableSourceScan$/, 'table'],
  [/^Sink$/, 'sink'],
  [/^(Global)?(Group|Window|GroupWindow)(Table)?Aggregate$/, 'group'],
  [/^(Multi|Window|Interval|Temporal|Lookup)?Join$/, 'join'],
  [/^OverAggregate$/, 'over'],
  [/^(Rank|WindowRank|Deduplicate|WindowDeduplicate)$/, 'over'],
  [/^(SortLimit|Sort|TemporalSort)$/, 'order'],
  [/^Limit$/, 'limit'],
  [/^Union$/, 'union'],
  [/^Values$/, 'values'],
  [/^Match$/, 'match'],
  [/^WindowTableFunction$/, 'function'],
  [/^Correlate$/, 'function'],
];

const WINDOW_FUNCTIONS = new Set(['TUMBLE', 'HOP', 'CUMULATE', 'SESSION']);

/**
 * The part of the statement that each operator comes from, where that is clear: a table by its name, others where there are as many
 * operators of a kind as there are parts. Operators that come from a view, or that the planner has added, have none.
 */
export function clausesOf(plan: Plan, clauses: readonly Clause[]): ReadonlyMap<string, Clause> {
  const found = new Map<string, Clause>();
  const byKind = Map.groupBy(plan.nodes, (node) => KINDS.find(([pattern]) => pattern.test(node.name))?.[1]);
  for (const [kind, all] of byKind) {
    if (kind === undefined) continue;
    if (kind === 'table' || kind === 'sink') {
      for (const node of all) {
        const name = tableOf(node.attributes.find(([key]) => key === 'table')?.[1] ?? '');
        const named = clauses.filter((clause) => clause.kind === kind && clause.name === name);
        const of = all.filter(
          (other) => tableOf(other.attributes.find(([key]) => key === 'table')?.[1] ?? '') === name,
        );
        // One scan may serve several references.
        const clause = of.length === 1 || of.length === named.length ? named[of.indexOf(node)] : undefined;
        if (clause) found.set(node.id, clause);
      }
      continue;
    }
    for (const part of kind === 'function' ? byFunction(all) : [{ nodes: all, fits: () => true }]) {
      const parts = clauses.filter((clause) => clause.kind === kind && part.fits(clause));
      if (parts.length !== part.nodes.length) continue;
      // Of nested ones the outer is printed first, as it stands first in most texts; with several it is not told.
      if (parts.length > 1 && kind !== 'join') continue;
      const ordered = kind === 'join' ? part.nodes.toReversed() : part.nodes;
      for (const [i, node] of ordered.entries()) found.set(node.id, parts[i] as Clause);
    }
  }
  for (const node of plan.nodes) {
    if (node.name !== 'Calc' || !node.attributes.some(([key]) => key === 'where')) continue;
    const wheres = clauses.filter(({ kind }) => kind === 'where');
    const filters = plan.nodes.filter((each) => each.attributes.some(([key]) => key === 'where'));
    if (wheres.length === 1 && filters.length === 1) found.set(node.id, wheres[0] as Clause);
  }
  return found;
}

function byFunction(nodes: readonly PlanNode[]) {
  const isWindow = ({ name }: { readonly name?: string }): boolean => WINDOW_FUNCTIONS.has(name ?? '');
  return [
    { nodes: nodes.filter(({ name }) => name === 'WindowTableFunction'), fits: isWindow },
    { nodes: nodes.filter(({ name }) => name !== 'WindowTableFunction'), fits: (clause: Clause) => !isWindow(clause) },
  ];
}
