import type { PlannedJob } from '../../flink-sql/binder/index.ts';
import type { ChangelogMode, Physical, Sink, StateInfo } from '../../flink-sql/plan/physical.ts';
import { timeAttribute } from '../../flink-sql/plan/rel-builder.ts';
import { physicalInputs } from '../../flink-sql/plan/traits.ts';
import { type ReviewFinding, review } from './review.ts';

/** What the plan of a statement tells, without the plan: one entry a sink, or one for a SELECT. */
export interface Insight {
  readonly sinks: readonly SinkInsight[];
}

export interface SinkInsight {
  /** The sink's table; absent for a SELECT. */
  readonly table: string | undefined;
  readonly mode: ChangelogMode;
  /** Names of the smallest upsert key's columns. */
  readonly upsertKey: readonly string[] | undefined;
  readonly states: readonly OperatorState[];
  /** Output columns whose table column is a time attribute that the query has lost. */
  readonly lostTimes: readonly string[];
  readonly findings: readonly ReviewFinding[];
}

/** What an operator keeps; `kind` names the operator. */
export interface OperatorState extends StateInfo {
  readonly kind: Physical['kind'];
}

export function insightOf(job: PlannedJob): Insight {
  return { sinks: job.sinks.map(sinkInsight) };
}

function sinkInsight(sink: Sink): SinkInsight {
  const { input } = sink;
  const nodes = nodesOf(input);
  const key = [...input.traits.upsertKeys].sort((a, b) => a.length - b.length)[0];
  const times = new Set<string>();
  for (const node of nodes) {
    if (node.kind !== 'TableSourceScan') continue;
    for (const c of node.table.columns) if (timeAttribute(c.type) === 'ROWTIME') times.add(c.name);
  }
  // A sink's columns have no time attributes: only for a query it tells something that one is gone.
  const lostTimes = sink.table
    ? []
    : input.fields.filter((f) => times.has(f.name) && timeAttribute(f.type) === undefined).map((f) => f.name);
  return {
    table: sink.table?.identifier.name,
    mode: input.traits.changelogMode,
    upsertKey: key?.map((i) => sink.fields[i]?.name ?? ''),
    states: nodes.flatMap((n) => (n.traits.state ? [{ kind: n.kind, ...n.traits.state }] : [])),
    lostTimes,
    findings: review(sink, nodes),
  };
}

/** All nodes below, each once, consumers first. */
function nodesOf(root: Physical): Physical[] {
  const found = new Set<Physical>();
  const stack = [root];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const input of [...physicalInputs(next)].reverse()) stack.push(input);
  }
  return [...found];
}

/** The plan's own mode as it is spoken of. */
export function modeText(mode: ChangelogMode): string {
  if (!mode.updateAfter && !mode.updateBefore && !mode.delete) return 'append-only';
  const parts = [
    mode.insert ? '+I' : '',
    mode.updateBefore ? '-U' : '',
    mode.updateAfter ? '+U' : '',
    mode.delete ? '-D' : '',
  ];
  return `${mode.updateBefore || !mode.updateAfter ? 'retract' : 'upsert'} (${parts.filter(Boolean).join(' ')})`;
}

/** How long state lives, in words. */
export const boundText = (bound: StateInfo['bound'], ttl: string | undefined): string =>
  bound === 'watermark'
    ? 'bounded by watermark'
    : bound === 'ttl'
      ? `kept for TTL${ttl ? ` ${ttl}` : ''}`
      : bound === 'unbounded'
        ? 'grows without bound'
        : 'no state';
