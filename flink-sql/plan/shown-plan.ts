import { type Item, windowText } from './explain-nodes/texts.ts';
import { nodeItems } from './explain-physical.ts';
import type { Physical, WindowAggregate } from './physical.ts';
import type { AggregateCall } from './rex.ts';
import { type RexStyle, rexText } from './rex-text.ts';
import { changelogModeText, physicalInputs } from './traits.ts';

type Options = Readonly<Record<string, string>>;

/** A node as EXPLAIN shows it. Flink splits a windowed aggregate in two; one operator does the work of both here. */
export interface ShownNode {
  readonly type: string;
  readonly items: readonly Item[];
  readonly inputs: readonly ShownNode[];
  readonly mode: string;
  /** The node of the plan that it stands for. */
  readonly node: Physical;
}

export function shownPlan(node: Physical, style: RexStyle, options: Options): ShownNode {
  const split = node.kind === 'WindowAggregate' ? twoPhases(node, style, options) : undefined;
  if (split) {
    return split;
  }
  const inputs = physicalInputs(node).map((input) => shownPlan(input, style, options));
  return { ...nodeItems(node, style), inputs, mode: changelogModeText(node.traits.changelogMode), node };
}

export function shownLine({ type, items }: ShownNode, extra: readonly Item[] = []): string {
  const all = [...items, ...extra];
  return all.length === 0 ? type : `${type}(${all.map(([key, value]) => `${key}=[${value}]`).join(', ')})`;
}

/** Accumulator fields of the functions that merge; a function without them is not split. */
const ACCUMULATORS: Readonly<Record<string, readonly string[]>> = {
  COUNT: ['count'],
  SUM: ['sum'],
  $SUM0: ['sum'],
  MIN: ['min'],
  MAX: ['max'],
  AVG: ['sum', 'count'],
};

/** TwoStageOptimizedWindowAggregateRule: event time, no session, functions that merge, input of inserts only. */
function canSplit(node: WindowAggregate, options: Options): boolean {
  return (
    node.input.kind === 'Exchange' &&
    node.window.rowtime &&
    node.window.type !== 'SESSION' &&
    !node.retracting &&
    options['table.optimizer.agg-phase-strategy']?.toUpperCase() !== 'ONE_PHASE' &&
    node.calls.every((call) => ACCUMULATORS[call.fn] !== undefined)
  );
}

function twoPhases(node: WindowAggregate, style: RexStyle, options: Options): ShownNode | undefined {
  if (!canSplit(node, options) || node.input.kind !== 'Exchange') {
    return undefined;
  }
  const exchange = node.input;
  const below = shownPlan(exchange.input, style, options);
  const fields = exchange.input.fields;
  const keys = node.group.map((index) => fields[index]?.name ?? '');
  const { local, global } = callTexts(node, style);
  const attached = node.windowAttached;
  const time = attached
    ? [
        ...(attached.start === undefined ? [] : [`win_start=[${fields[attached.start]?.name}]`]),
        `win_end=[${fields[attached.end]?.name}]`,
      ].join(', ')
    : `time_col=[${fields[node.window.timeIndex]?.name}]`;
  const slice = attached ? '$window_end' : '$slice_end';
  const groupBy: Item[] = keys.length > 0 ? [['groupBy', keys.join(', ')]] : [];
  const properties = node.properties.map(({ property }) => `${property}('w$)`);
  const names = node.fields.slice(keys.length).map((field) => field.name);
  // Where HOP counts rows on top, the names shift and the last property goes unnamed and unshown.
  const made = [...global, ...properties].slice(0, names.length).map((text, i) => `${text} AS ${names[i]}`);
  const localNode: ShownNode = {
    type: 'LocalWindowAggregate',
    items: [
      ...groupBy,
      ['window', windowText(node.window, time, fields)],
      ['select', [...keys, ...local, `slice_end('w$) AS ${slice}`].join(', ')],
    ],
    inputs: [below],
    mode: 'I',
    node,
  };
  const exchangeNode: ShownNode = { ...nodeItems(exchange, style), inputs: [localNode], mode: 'I', node: exchange };
  const end = attached ? 'win_end=[$window_end]' : 'slice_end=[$slice_end]';
  return {
    type: 'GlobalWindowAggregate',
    items: [...groupBy, ['window', windowText(node.window, end, fields)], ['select', [...keys, ...made].join(', ')]],
    inputs: [exchangeNode],
    mode: changelogModeText(node.traits.changelogMode),
    node,
  };
}

function callTexts(node: WindowAggregate, style: RexStyle): { local: string[]; global: string[] } {
  const columns = node.input.fields.map((field) => field.name);
  const argsOf = (call: AggregateCall) => call.args.map((arg) => rexText(arg, columns, style)).join(', ');
  const counts = node.calls.some((call) => call.fn === 'COUNT' && call.args.length === 0 && !call.filter);
  const star: AggregateCall[] = node.window.type === 'HOP' && !counts ? [countStar(node)] : [];
  const distinct = [...new Set(node.calls.filter((call) => call.distinct).map(argsOf))];
  const local: string[] = [];
  const global: string[] = [];
  let next = 0;
  for (const call of [...node.calls, ...star]) {
    const isStar = call.args.length === 0;
    const set = call.distinct ? `distinct$${distinct.indexOf(argsOf(call))} ` : '';
    const filter = call.filter ? ` FILTER ${rexText(call.filter, columns, style)}` : '';
    const buffers = (ACCUMULATORS[call.fn] ?? []).map((name) => `${isStar ? 'count1' : name}$${next++}`);
    const shown = buffers.length > 1 ? `(${buffers.join(', ')})` : (buffers[0] ?? '');
    local.push(`${call.fn}(${set}${isStar ? '*' : argsOf(call)})${filter} AS ${shown}`);
    global.push(`${call.fn}(${set}${shown})`);
  }
  const sets = distinct.map((args, i) => `DISTINCT(${args}) AS distinct$${i}`);
  return { local: [...local, ...sets], global };
}

const countStar = (node: WindowAggregate): AggregateCall => ({
  fn: 'COUNT',
  args: [],
  distinct: false,
  filter: null,
  withinGroup: [],
  ignoreNulls: false,
  type: { root: 'BIGINT', nullable: false },
  name: `count1$${node.calls.length}`,
});
