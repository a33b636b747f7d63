/** A box of a graph, in pixels. */
export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  /** Upper left corners. */
  readonly places: ReadonlyMap<string, Point>;
  /** For each edge, in the order given, the points that its line goes through; empty for one whose end is no node. */
  readonly lines: readonly (readonly Point[])[];
  readonly width: number;
  readonly height: number;
}

export interface Gaps {
  /** Between layers. */
  readonly along: number;
  /** Between boxes of a layer. */
  readonly across: number;
}

const GAPS: Gaps = { along: 56, across: 28 };
const SWEEPS = 8;
/** Room that a line takes between boxes. */
const LANE = 12;

/** A box, or the place where an edge passes a layer. */
interface Slot {
  readonly layer: number;
  readonly width: number;
  readonly height: number;
  readonly before: Slot[];
  readonly after: Slot[];
  order: number;
  /** Middle, across. */
  at: number;
}

/**
 * Lays a directed graph out from left to right in layers (Sugiyama): each box behind the farthest of those that feed it, long edges
 * led through the layers between, orders improved by medians, boxes moved towards their neighbours. Cycles are cut at an edge. The
 * same graph always gives the same picture.
 */
export function layout(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], gaps: Gaps = GAPS): Layout {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const forward = withoutCycles(
    nodes,
    edges.filter(({ from, to }) => known.has(from) && known.has(to) && from !== to),
  );
  const layers = layersOf(nodes, forward);
  const slots = new Map<string, Slot>();
  const rows: Slot[][] = [];
  const add = (layer: number, width: number, height: number): Slot => {
    const slot: Slot = { layer, width, height, before: [], after: [], order: 0, at: 0 };
    rows[layer] ??= [];
    rows[layer].push(slot);
    return slot;
  };
  for (const { id, width, height } of nodes) slots.set(id, add(layers.get(id) ?? 0, width, height));
  const chains = new Map<LayoutEdge, Slot[]>();
  for (const edge of forward) {
    const from = slots.get(edge.from) as Slot;
    const to = slots.get(edge.to) as Slot;
    const chain = [from];
    for (let layer = from.layer + 1; layer < to.layer; layer++) chain.push(add(layer, 0, LANE));
    chain.push(to);
    for (let i = 1; i < chain.length; i++) {
      (chain[i - 1] as Slot).after.push(chain[i] as Slot);
      (chain[i] as Slot).before.push(chain[i - 1] as Slot);
    }
    chains.set(edge, chain);
  }
  order(rows);
  place(rows, gaps.across);
  return picture(nodes, edges, rows, slots, chains, gaps.along);
}

/** The edges without those that close a cycle. */
function withoutCycles(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): LayoutEdge[] {
  const out = new Map<string, LayoutEdge[]>();
  for (const edge of edges) out.set(edge.from, [...(out.get(edge.from) ?? []), edge]);
  const state = new Map<string, 'open' | 'done'>();
  const kept = new Set<LayoutEdge>();
  const visit = (id: string): void => {
    state.set(id, 'open');
    for (const edge of out.get(id) ?? []) {
      if (state.get(edge.to) === 'open') continue;
      kept.add(edge);
      if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(id, 'done');
  };
  for (const { id } of nodes) if (!state.has(id)) visit(id);
  return edges.filter((edge) => kept.has(edge));
}

/** The longest way from a source; sources stand right before the first that they feed. */
function layersOf(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Map<string, number> {
  const layers = new Map(nodes.map(({ id }) => [id, 0]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const { from, to } of edges) {
      const least = (layers.get(from) ?? 0) + 1;
      if ((layers.get(to) ?? 0) >= least) continue;
      layers.set(to, least);
      changed = true;
    }
  }
  const fed = new Set(edges.map(({ to }) => to));
  for (const { id } of nodes) {
    const targets = edges.filter(({ from }) => from === id).map(({ to }) => layers.get(to) ?? 0);
    if (!fed.has(id) && targets.length > 0) layers.set(id, Math.min(...targets) - 1);
  }
  return layers;
}

function order(rows: readonly Slot[][]): void {
  const number = (row: readonly Slot[]): void => {
    for (const [i, slot] of row.entries()) slot.order = i;
  };
  for (const row of rows) number(row);
  let best = rows.map((row) => [...row]);
  let fewest = crossings(rows);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : [...rows].reverse()) {
      const weight = new Map(row.map((slot) => [slot, median(down ? slot.before : slot.after, slot.order)]));
      row.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0) || a.order - b.order);
      number(row);
    }
    const now = crossings(rows);
    if (now >= fewest) continue;
    fewest = now;
    best = rows.map((row) => [...row]);
  }
  for (const [i, row] of best.entries()) {
    rows[i]?.splice(0, row.length, ...row);
    number(row);
  }
}

function median(slots: readonly Slot[], otherwise: number): number {
  if (slots.length === 0) return otherwise;
  const orders = slots.map(({ order: at }) => at).sort((a, b) => a - b);
  const half = orders.length >> 1;
  return orders.length % 2 === 1 ? (orders[half] ?? 0) : ((orders[half - 1] ?? 0) + (orders[half] ?? 0)) / 2;
}

function crossings(rows: readonly Slot[][]): number {
  let count = 0;
  for (const row of rows) {
    const pairs = row.flatMap((slot) => slot.after.map((to) => [slot.order, to.order] as const));
    for (const [i, [a, b]] of pairs.entries()) {
      for (const [c, d] of pairs.slice(i + 1)) if ((a - c) * (b - d) < 0) count++;
    }
  }
  return count;
}

/** Each slot as near to the mean of its neighbours as the order and the gaps let it. */
function place(rows: readonly Slot[][], gap: number): void {
  for (const row of rows) {
    let at = 0;
    for (const slot of row) {
      slot.at = at + slot.height / 2;
      at += slot.height + gap;
    }
  }
  // The last one goes forward, so that each box stands in the middle of what feeds it.
  for (let sweep = 0; sweep <= SWEEPS; sweep++) {
    for (const row of sweep % 2 === 0 ? rows : [...rows].reverse()) {
      const wanted = row.map((slot) => {
        const near = sweep % 2 === 0 && slot.before.length > 0 ? slot.before : [...slot.before, ...slot.after];
        return near.length === 0 ? slot.at : near.reduce((sum, other) => sum + other.at, 0) / near.length;
      });
      settle(row, wanted, gap);
    }
  }
}

/** Blocks of slots that would overlap move together, around the mean of what their members want. */
function settle(row: readonly Slot[], wanted: readonly number[], gap: number): void {
  interface Block {
    slots: Slot[];
    /** Each slot's distance from the block's first middle. */
    offsets: number[];
    /** Sum of where the members want the first middle. */
    sum: number;
  }
  const blocks: Block[] = [];
  const first = (block: Block): number => block.sum / block.slots.length;
  for (const [i, slot] of row.entries()) {
    let block: Block = { slots: [slot], offsets: [0], sum: wanted[i] ?? slot.at };
    for (let last = blocks.at(-1); last; last = blocks.at(-1)) {
      const end = last.slots.at(-1) as Slot;
      const distance = end.height / 2 + gap + (block.slots[0] as Slot).height / 2;
      const shift = (last.offsets.at(-1) ?? 0) + distance;
      if (first(block) - first(last) >= shift) break;
      blocks.pop();
      block = {
        slots: [...last.slots, ...block.slots],
        offsets: [...last.offsets, ...block.offsets.map((offset) => offset + shift)],
        sum: last.sum + block.sum - shift * block.slots.length,
      };
    }
    blocks.push(block);
  }
  for (const block of blocks) {
    for (const [i, slot] of block.slots.entries()) slot.at = first(block) + (block.offsets[i] ?? 0);
  }
}

function picture(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  rows: readonly Slot[][],
  slots: ReadonlyMap<string, Slot>,
  chains: ReadonlyMap<LayoutEdge, readonly Slot[]>,
  along: number,
): Layout {
  const all = rows.flat();
  const top = Math.min(0, ...all.map(({ at, height }) => at - height / 2));
  const lefts: number[] = [];
  let width = 0;
  for (const [i, row] of rows.entries()) {
    lefts[i] = width;
    width += Math.max(...row.map((slot) => slot.width)) + along;
  }
  const places = new Map<string, Point>();
  for (const { id } of nodes) {
    const slot = slots.get(id) as Slot;
    places.set(id, { x: lefts[slot.layer] ?? 0, y: slot.at - slot.height / 2 - top });
  }
  const lines = edges.map((edge) => {
    const chain = chains.get(edge);
    if (chain) return throughLayers(chain, rows, lefts, top);
    const [from, to] = [slots.get(edge.from), slots.get(edge.to)];
    return from && to && from !== to ? throughLayers([from, to], rows, lefts, top) : [];
  });
  const height = Math.max(0, ...all.map(({ at, height: own }) => at + own / 2)) - top;
  return { places, lines, width: Math.max(0, width - along), height };
}

function throughLayers(
  chain: readonly Slot[],
  rows: readonly Slot[][],
  lefts: readonly number[],
  top: number,
): Point[] {
  return chain.flatMap((slot, i) => {
    const left = lefts[slot.layer] ?? 0;
    const y = slot.at - top;
    if (i === 0) return [{ x: left + slot.width, y }];
    if (i === chain.length - 1) return [{ x: left, y }];
    const widest = Math.max(...(rows[slot.layer] ?? []).map((other) => other.width));
    return [
      { x: left, y },
      { x: left + widest, y },
    ];
  });
}
