import { t } from '../shared/l10n.ts';
/** An operator of a plan that EXPLAIN has printed. */
export interface PlanNode {
  readonly id: string;
  /** Flink's name, e.g. `GroupAggregate`. */
  readonly name: string;
  /** What stands in its brackets, by name: `select` → `[v, COUNT(*) AS c]`. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  /** Changes it gives, `I,UA`; undefined where EXPLAIN was not asked for them. */
  readonly changes: string | undefined;
  /** What it remembers; undefined for an operator without state. */
  readonly state: string | undefined;
}

export interface PlanEdge {
  readonly from: string;
  readonly to: string;
  /** How rows are distributed on the way, `hash[v]`. */
  readonly label: string | undefined;
}

export interface Plan {
  readonly nodes: readonly PlanNode[];
  readonly edges: readonly PlanEdge[];
}

/** What the operators of Flink's stream plans keep. */
const keeps = (): readonly (readonly [RegExp, string])[] => [
  [/^(Incremental|Global|Local)?GroupAggregate$|^GroupTableAggregate$/, t('a row for each group')],
  [/^(Global)?WindowAggregate$|^GroupWindowAggregate$|^WindowTableAggregate$/, t('open windows')],
  [/^WindowJoin$|^WindowRank$|^WindowDeduplicate$/, t('rows of open windows')],
  [/^MultiJoin$|^Join$/, t('all rows of its inputs')],
  [/^IntervalJoin$/, t('rows within the interval')],
  [/^TemporalJoin$/, t('versions and waiting rows')],
  [/^(Rank|SortLimit)$/, t('the best rows of each group')],
  [/^Deduplicate$/, t('a row for each key')],
  [/^OverAggregate$/, t('rows of the frame')],
  [/^ChangelogNormalize$/, t('a row for each key')],
  [/^Match$/, t('partial matches')],
  [/^(TemporalSort|Sort)$/, t('rows until their time')],
  [/^SinkUpsertMaterializer$/, t('rows of each key')],
];

/**
 * The physical plan in what EXPLAIN answered, of this runtime or of a cluster: sources first, exchanges as words at the lines between.
 * Undefined where there is none.
 */
export function readPlan(text: string): Plan | undefined {
  const section = /== Optimized Physical Plan ==\n([\s\S]*?)(?:\n\n|\n?$)/.exec(text)?.[1];
  if (!section) return undefined;
  const nodes: PlanNode[] = [];
  const edges: PlanEdge[] = [];
  /** What stands at each depth: the node that rows go to, and how they are distributed on the way. */
  const above: { readonly to: string | undefined; readonly label: string | undefined }[] = [];
  for (const line of section.split('\n')) {
    const [, indent = '', name, inner = ''] =
      /^((?:[: ] {2})*(?:[:+]- )?)(\w+)(?:\((.*)\))?(?:, rowType=.*)?$/.exec(line) ?? [];
    if (name === undefined) continue;
    const depth = indent.length / 3;
    const parent = depth === 0 ? undefined : above[depth - 1];
    above.length = depth;
    const attributes = attributesOf(inner);
    if (name === 'Exchange') {
      const words = attributes.find(([one]) => one === 'distribution')?.[1].replace(/^\[(.*)\]$/, '$1');
      above.push({ to: parent?.to, label: words });
      continue;
    }
    const id = String(nodes.length);
    nodes.push({
      id,
      name,
      attributes: attributes.filter(([one]) => one !== 'changelogMode'),
      changes: attributes.find(([one]) => one === 'changelogMode')?.[1].slice(1, -1),
      state: keeps().find(([pattern]) => pattern.test(name))?.[1],
    });
    if (parent?.to !== undefined) edges.push({ from: id, to: parent.to, label: parent.label });
    above.push({ to: id, label: undefined });
  }
  return nodes.length > 0 ? { nodes, edges } : undefined;
}

/** `a=[x, y], b=[z]` in parts; brackets and quotes hold commas. */
export function attributesOf(text: string): [string, string][] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] as string;
    // Flink writes the window as 'w$, which is no text.
    if (sign === "'" && !text.startsWith('w$', i + 1)) quoted = !quoted;
    if (quoted) continue;
    if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign)) depth--;
    else if (sign === ',' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.flatMap((part): [string, string][] => {
    const at = part.indexOf('=');
    return at < 0 ? [] : [[part.slice(0, at).trim(), part.slice(at + 1).trim()]];
  });
}
