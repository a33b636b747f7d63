import { catalogError } from '../../catalog/errors.ts';
import type { GroupAggregate, MiniBatchAssigner, Physical } from '../physical.ts';
import { timeAttribute } from '../rel-builder.ts';
import { isTimeOrdered, physicalInputs, withInputs } from '../traits.ts';

type Options = Readonly<Record<string, string>>;
type Mode = MiniBatchAssigner['mode'] | 'NONE';

/** Aggregates that cannot be computed in parts (AggregateUtil.doAllSupportPartialMerge). */
const WHOLE = new Set(['FIRST_VALUE', 'LAST_VALUE', 'SINGLE_VALUE', 'LAG', 'ROW_NUMBER', 'RANK', 'DENSE_RANK']);

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration, NaN for what is none. */
function millis(text: string): number {
  const match = /^(\d+)\s*([a-zµ]*)$/i.exec(text.trim());
  const unit = (match?.[2] ?? '').toLowerCase();
  const key = unit === '' || unit.startsWith('mil') || unit === 'ms' ? 'ms' : (unit[0] as string);
  return match ? Number(match[1]) * (UNITS[key] ?? Number.NaN) : Number.NaN;
}

/**
 * Puts mini-batch into a plan: which operators bundle their input, and above which sources the marks that end bundles are made.
 * Nodes that need watermarks turn the marks below them into event time's (MiniBatchIntervalInferRule). Undefined when
 * table.exec.mini-batch.enabled is not set; throws what Flink throws for settings that do not go together.
 */
export class MiniBatchPlan {
  readonly #options: Options;
  readonly #latency: number;
  readonly #done = new Map<Physical, Map<Mode, Physical>>();
  #nextId: number;

  /** `firstId`: the first id that no node has. */
  static of(options: Options, firstId: number): MiniBatchPlan | undefined {
    return MiniBatchPlan.isEnabled(options) ? new MiniBatchPlan(options, firstId) : undefined;
  }

  static isEnabled(options: Options): boolean {
    const isBatch = options['execution.runtime-mode']?.toLowerCase() === 'batch';
    return !isBatch && options['table.exec.mini-batch.enabled']?.toLowerCase() === 'true';
  }

  private constructor(options: Options, firstId: number) {
    this.#options = options;
    this.#nextId = firstId;
    this.#latency = millis(options['table.exec.mini-batch.allow-latency'] ?? '0 ms');
    if (!(this.#latency > 0)) {
      throw catalogError(
        'IllegalArgumentException',
        'MiniBatch Latency must be greater than 0 ms. [null]',
        'mini-batch-latency',
      );
    }
  }

  apply<T extends Physical>(root: T): T {
    return this.#node(root, 'ProcTime') as T;
  }

  #node(node: Physical, mode: Mode): Physical {
    const known = this.#done.get(node)?.get(mode);
    if (known) {
      return known;
    }
    const made = this.#make(node, mode);
    const modes = this.#done.get(node) ?? new Map<Mode, Physical>();
    this.#done.set(node, modes.set(mode, made));
    return made;
  }

  #make(node: Physical, mode: Mode): Physical {
    if (node.kind === 'TableSourceScan') {
      return this.#assigner(node, mode);
    }
    if (node.kind === 'WatermarkAssigner') {
      return this.#assigner(node, mode);
    }
    const below =
      node.kind === 'GroupWindowAggregate' ? 'NONE' : mode !== 'NONE' && needsWatermark(node) ? 'RowTime' : mode;
    const inputs = physicalInputs(node).map((input) => this.#node(input, below));
    return this.#bundled(withInputs(node, inputs));
  }

  #assigner(input: Physical, mode: Mode): Physical {
    if (mode === 'NONE') {
      return input;
    }
    const { fields, traits } = input;
    return { kind: 'MiniBatchAssigner', id: this.#nextId++, fields, traits, input, interval: this.#latency, mode };
  }

  #bundled(node: Physical): Physical {
    switch (node.kind) {
      case 'GroupAggregate':
        return { ...node, miniBatch: { size: this.#size(), twoPhase: this.#inPhases(node) } };
      case 'Deduplicate':
      case 'ChangelogNormalize':
        return { ...node, miniBatch: { size: this.#size() } };
      case 'Join':
        return node.joinType === 'SEMI' || node.joinType === 'ANTI'
          ? node
          : { ...node, miniBatch: { size: this.#size() } };
      default:
        return node;
    }
  }

  #inPhases({ calls }: GroupAggregate): boolean {
    const strategy = this.#options['table.optimizer.agg-phase-strategy']?.toUpperCase();
    return strategy !== 'ONE_PHASE' && !calls.some(({ fn, udf }) => WHOLE.has(fn) || !!udf?.missing?.merge);
  }

  #size(): number {
    const size = Number(this.#options['table.exec.mini-batch.size'] ?? '-1');
    if (size > 0) {
      return size;
    }
    throw catalogError(
      'IllegalArgumentException',
      "Key: 'table.exec.mini-batch.size' , default: -1 (fallback keys: []) must be > 0.",
      'mini-batch-size',
    );
  }
}

/** Whether a node works by watermarks (StreamPhysicalRel.requireWatermark). */
function needsWatermark(node: Physical): boolean {
  switch (node.kind) {
    case 'WindowTableFunction':
    case 'WindowAggregate':
    case 'WindowRank':
    case 'WindowDeduplicate': {
      const time = node.input.fields[node.window.timeIndex]?.type;
      return time === undefined || timeAttribute(time) !== 'PROCTIME';
    }
    case 'WindowJoin':
      return true;
    case 'OverAggregate': {
      const time = node.order[0] && node.input.fields[node.order[0].index]?.type;
      return isTimeOrdered(node) && time !== undefined && timeAttribute(time) === 'ROWTIME';
    }
    case 'Deduplicate':
    case 'IntervalJoin':
    case 'TemporalSort':
      return node.rowtime;
    case 'TemporalJoin':
    case 'Match':
      return true;
    default:
      return false;
  }
}
