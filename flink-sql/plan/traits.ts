import { catalogError } from '../catalog/errors.ts';
import type { Connectors } from './optimize/connectors.ts';
import { type Keys, upsertKeys } from './optimize/keys.ts';
import { checkMatch } from './optimize/match-checks.ts';
import { type Monotonicities, monotonicities, movesUp } from './optimize/monotonicity.ts';
import { draft, rankOf } from './optimize/physical-nodes.ts';
import type {
  ChangelogMode,
  ChangelogNormalize,
  Deduplicate,
  JoinSide,
  Physical,
  Rank,
  Sink,
  StateInfo,
} from './physical.ts';
import { timeAttribute } from './rel-builder.ts';
import type { Rex } from './rex.ts';
import { refsOf } from './rex-refs.ts';

/** Kinds of change (ModifyKindSet). */
export interface ModifyKinds {
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
}

/** How updates arrive (UpdateKind): none, only after images, before and after images. */
export type UpdateKind = 'NONE' | 'AFTER' | 'BOTH';

const INSERT_ONLY: ModifyKinds = { insert: true, update: false, delete: false };
const ALL: ModifyKinds = { insert: true, update: true, delete: true };

/** Kinds that a source gives; one of upserts does not tell new keys from known ones. */
const SOURCE_KINDS = {
  'insert-only': INSERT_ONLY,
  upsert: { insert: false, update: true, delete: true },
  all: ALL,
} as const;

const union = (a: ModifyKinds, b: ModifyKinds): ModifyKinds => ({
  insert: a.insert || b.insert,
  update: a.update || b.update,
  delete: a.delete || b.delete,
});

const isInsertOnly = (kinds: ModifyKinds): boolean => !kinds.update && !kinds.delete;

/** Is an OVER aggregate ordered by a time attribute? Else its rows change when rows come in between. */
export function isTimeOrdered({ order, input }: Extract<Physical, { kind: 'OverAggregate' }>): boolean {
  const type = order[0] && input.fields[order[0].index]?.type;
  return type !== undefined && timeAttribute(type) !== undefined;
}

/** Inputs of a physical node, in order. */
export function physicalInputs(node: Physical): readonly Physical[] {
  switch (node.kind) {
    case 'TableSourceScan':
    case 'Values':
      return [];
    case 'Join':
    case 'WindowJoin':
    case 'IntervalJoin':
    case 'TemporalJoin':
      return [node.left, node.right];
    case 'Union':
      return node.inputs;
    default:
      return [node.input];
  }
}

/** The node over other inputs. */
export function withInputs(node: Physical, inputs: readonly Physical[]): Physical {
  switch (node.kind) {
    case 'TableSourceScan':
    case 'Values':
      return node;
    case 'Join':
    case 'WindowJoin':
    case 'IntervalJoin':
    case 'TemporalJoin':
      return { ...node, left: inputs[0] as Physical, right: inputs[1] as Physical };
    case 'Union':
      return { ...node, inputs };
    default:
      return { ...node, input: inputs[0] as Physical };
  }
}

/** Do rows carry metadata columns of the table that they come from? */
function readsMetadata(node: Physical, outputs: readonly number[] = node.fields.map((_, i) => i)): boolean {
  switch (node.kind) {
    case 'TableSourceScan':
      return outputs.some((index) => node.table.columns[node.projected[index] ?? -1]?.kind === 'metadata');
    case 'Calc':
      return readsMetadata(node.input, [...new Set(outputs.flatMap((i) => [...refsOf(node.exprs[i] as Rex)]))]);
    default:
      return physicalInputs(node).some((input) => readsMetadata(input, outputs));
  }
}

/** Options that change what the planner infers. */
export interface TraitOptions {
  readonly connectors: Connectors;
  /** How node `node` reads in an error (EXPLAIN's line for it). */
  describe(node: Physical): string;
  /** table.exec.state.ttl is set. */
  readonly hasStateTtl: boolean;
  /** table.exec.source.cdc-events-duplicate is set. */
  readonly mayDuplicate: boolean;
  /** table.exec.mini-batch.enabled is set. */
  readonly miniBatch: boolean;
}

/**
 * Changelog modes as FlinkChangelogModeInferenceProgram infers them: kinds of change from the sources up, then what each
 * consumer needs of updates from the sinks down. Gives the tree with traits, ids and the operators' choices filled in.
 */
export class TraitInference {
  readonly #options: TraitOptions;
  readonly #kinds = new Map<Physical, ModifyKinds>();
  readonly #keys = new Map<Physical, Keys>();
  readonly #done = new Map<Physical, Map<UpdateKind, Physical | null>>();
  #nextId = 1;

  constructor(options: TraitOptions) {
    this.#options = options;
  }

  /** What a node's output identifies rows by. */
  keys(node: Physical): Keys {
    let keys = this.#keys.get(node);
    if (!keys) {
      keys = upsertKeys(
        node,
        physicalInputs(node).map((input) => this.keys(input)),
      );
      this.#keys.set(node, keys);
    }
    return keys;
  }

  /** Which kinds of change a node emits; throws where an operator cannot take what its input emits. */
  kinds(node: Physical): ModifyKinds {
    let kinds = this.#kinds.get(node);
    if (!kinds) {
      kinds = this.#inferKinds(node);
      this.#kinds.set(node, kinds);
    }
    return kinds;
  }

  #inferKinds(node: Physical): ModifyKinds {
    const inputs = physicalInputs(node).map((input) => this.kinds(input));
    const first = inputs[0] ?? INSERT_ONLY;
    switch (node.kind) {
      case 'TableSourceScan':
        return SOURCE_KINDS[this.#options.connectors.source(node.options, node.table)?.changelog ?? 'insert-only'];
      case 'Values':
        return INSERT_ONLY;
      case 'GroupAggregate':
        return { insert: true, update: true, delete: first.update || first.delete };
      case 'GroupWindowAggregate':
        this.#requireInsertOnly(node, 'StreamPhysicalGroupWindowAggregate', first, true);
        return INSERT_ONLY;
      case 'WindowAggregate':
      case 'Collapse':
        return INSERT_ONLY;
      case 'OverAggregate':
        if (node.sorted) {
          return INSERT_ONLY;
        }
        if (!isTimeOrdered(node)) {
          return ALL;
        }
        this.#requireInsertOnly(node, 'StreamPhysicalOverAggregate', first, false);
        return INSERT_ONLY;
      case 'Match':
        this.#requireInsertOnly(node, 'Match Recognize', first, false);
        return INSERT_ONLY;
      case 'TemporalSort':
        this.#requireInsertOnly(node, 'StreamPhysicalTemporalSort', first, false);
        return INSERT_ONLY;
      case 'WindowRank':
        this.#requireInsertOnly(node, 'StreamPhysicalWindowRank', first, false);
        return INSERT_ONLY;
      case 'WindowDeduplicate':
        this.#requireInsertOnly(node, 'StreamPhysicalWindowDeduplicate', first, false);
        return INSERT_ONLY;
      case 'WindowJoin':
        this.#requireInsertOnly(node, 'StreamPhysicalWindowJoin', first, false);
        this.#requireInsertOnly(node, 'StreamPhysicalWindowJoin', inputs[1] ?? first, false, 1);
        return INSERT_ONLY;
      case 'IntervalJoin':
        this.#requireInsertOnly(node, 'StreamPhysicalIntervalJoin', first, false);
        this.#requireInsertOnly(node, 'StreamPhysicalIntervalJoin', inputs[1] ?? first, false, 1);
        return INSERT_ONLY;
      case 'WindowTableFunction':
        return first;
      case 'Join':
        return node.joinType === 'INNER' || node.joinType === 'SEMI' ? union(first, inputs[1] ?? first) : ALL;
      case 'Union':
        return inputs.reduce(union, INSERT_ONLY);
      case 'Limit':
        return isInsertOnly(first) ? INSERT_ONLY : ALL;
      case 'Rank':
        return isInsertOnly(first) && this.#keepsFirst(node) ? INSERT_ONLY : ALL;
      case 'ChangelogNormalize':
        return ALL;
      case 'Deduplicate':
        if (!isInsertOnly(first)) return ALL;
        // In bundles an earlier row takes the place of the first one.
        if (!node.keepLast && node.rowtime && this.#options.miniBatch) return ALL;
        return node.keepLast ? ALL : INSERT_ONLY;
      default:
        return first;
    }
  }

  /**
   * Does Flink 2.1 and newer take this Top-1 for a deduplication that keeps the first row, whatever it is ordered by? Then it says that
   * the node only inserts, so that no row is taken back when a better one comes (RankUtil.isDeduplication, keepLastDeduplicateRow).
   */
  #keepsFirst(node: Rank): boolean {
    const { sortLimit, outputRankNumber, rankStart, rankEnd, order } = node;
    if (sortLimit || outputRankNumber || rankStart !== 1 || rankEnd !== 1 || this.#options.miniBatch) return false;
    return order.length !== 1 || !order[0]?.descending;
  }

  /** The aggregate, told which calls need not take anything back (AggregateUtil.getNeedRetractions). */
  #monotoneCalls<T extends Extract<Physical, { kind: 'GroupAggregate' }>>(node: T, retracting: boolean): T {
    const fields = retracting ? this.#monotonicities(node) : null;
    if (!fields) return { ...node, retracting };
    const calls = node.calls.map((call, i) => {
      const known = fields[node.group.length + i];
      const monotone = (call.fn === 'MAX' && known === 'INCREASING') || (call.fn === 'MIN' && known === 'DECREASING');
      return monotone ? { ...call, monotone } : call;
    });
    return { ...node, retracting, calls };
  }

  #monotonicities(node: Physical): Monotonicities {
    return monotonicities(node, { isInsertOnly: (input) => isInsertOnly(this.kinds(input)) });
  }

  /** Can a Top-N keep only its first rows, because rows known by a key only move up in it? */
  #movesUp(node: Rank): boolean {
    const keyed = this.keys(node.input).some((key) => node.partition.every((field) => key.includes(field)));
    return keyed && movesUp(node, this.#monotonicities(node.input));
  }

  #requireInsertOnly(node: Physical, name: string, kinds: ModifyKinds, mayRetract: boolean, side = 0): void {
    if (isInsertOnly(kinds) || mayRetract) {
      return;
    }
    const input = physicalInputs(node)[side] as Physical;
    throw this.notSupported(name, input, kinds);
  }

  /** Flink's words for a consumer that cannot take the changes of `input`. */
  notSupported(consumer: string, input: Physical, kinds: ModifyKinds): Error {
    const producer = this.#producer(input);
    const what = kinds.update && kinds.delete ? 'update and delete' : kinds.update ? 'update' : 'delete';
    return catalogError(
      'TableException',
      `${consumer} doesn't support consuming ${what} changes which is produced by node ${this.#options.describe(producer)}`,
      'changelog',
    );
  }

  /** The node that makes the changes: the first one below that is not a mere pass. */
  #producer(node: Physical): Physical {
    const passes = [
      'Calc',
      'Exchange',
      'WatermarkAssigner',
      'Union',
      'Expand',
      'WindowTableFunction',
      'DropUpdateBefore',
    ];
    if (!passes.includes(node.kind)) {
      return this.described(node);
    }
    const inputs = physicalInputs(node);
    return this.#producer(inputs.find((input) => !isInsertOnly(this.kinds(input))) ?? (inputs[0] as Physical));
  }

  /** A node as it would be described before update kinds are known: retraction is known from the kinds alone. */
  described(node: Physical): Physical {
    if (node.kind === 'GroupAggregate') {
      return this.#monotoneCalls(node, !isInsertOnly(this.kinds(node.input)));
    }
    return node.kind === 'Join' ? this.#joinSides(node) : node;
  }

  /** The node with traits such that it emits updates as `required`; null where it cannot. */
  satisfy(node: Physical, required: UpdateKind): Physical | null {
    const kinds = this.kinds(node);
    const wanted: UpdateKind = kinds.update ? required : 'NONE';
    let results = this.#done.get(node);
    if (!results) {
      results = new Map();
      this.#done.set(node, results);
    }
    let found = results.get(wanted);
    if (found === undefined) {
      found = this.#satisfy(node, wanted);
      results.set(wanted, found);
    }
    return found;
  }

  #satisfy(node: Physical, required: UpdateKind): Physical | null {
    switch (node.kind) {
      case 'TableSourceScan': {
        const provided = this.#options.connectors.source(node.options, node.table)?.changelog ?? 'insert-only';
        const scan = (kind: UpdateKind) => this.#finish(node, node, [], kind);
        if (provided === 'insert-only') {
          return scan('NONE');
        }
        if (provided === 'upsert') {
          return required === 'BOTH' ? null : scan('AFTER');
        }
        if (required !== 'AFTER') {
          return scan('BOTH');
        }
        const input = scan('BOTH');
        const drop: Physical = { ...draft, kind: 'DropUpdateBefore', fields: node.fields, input };
        this.#kinds.set(drop, this.kinds(node));
        this.#keys.set(drop, this.keys(node));
        return this.#finish(drop, drop, [input], 'AFTER');
      }
      case 'Values':
        return this.#finish(node, node, [], 'NONE');
      case 'ChangelogNormalize': {
        if (required === 'AFTER' && this.#isRedundant(node)) {
          return this.satisfy(node.input.kind === 'Exchange' ? node.input.input : node.input, 'AFTER');
        }
        const input = this.satisfy(node.input, 'AFTER');
        return input && this.#finish(node, node, [input], required);
      }
      case 'Calc': {
        if (required === 'AFTER' && node.condition && !this.#conditionOnKey(node)) {
          return null;
        }
        return this.#forward(node, required);
      }
      case 'GroupAggregate': {
        const input = this.satisfy(node.input, 'BOTH');
        const retracting = !isInsertOnly(this.kinds(node.input));
        return (
          input &&
          this.#finish(
            node,
            { ...this.#monotoneCalls(node, retracting), generateUpdateBefore: required === 'BOTH' },
            [input],
            required,
          )
        );
      }
      case 'GroupWindowAggregate':
      case 'WindowAggregate': {
        const input = this.satisfy(node.input, 'BOTH');
        const retracting = !isInsertOnly(this.kinds(node.input));
        return input && this.#finish(node, { ...node, retracting }, [input], 'NONE');
      }
      case 'OverAggregate': {
        if (node.sorted || isTimeOrdered(node)) {
          return this.#forward(node, required);
        }
        const input = this.satisfy(node.input, 'BOTH');
        return input && this.#finish(node, node, [input], required);
      }
      case 'Limit': {
        const input = this.satisfy(node.input, 'BOTH');
        return input && this.#finish(node, node, [input], required);
      }
      case 'Collapse': {
        const input = this.satisfy(node.input, 'BOTH');
        return input && this.#finish(node, node, [input], 'NONE');
      }
      case 'Join': {
        const sided = this.#joinSides(node);
        // Only a side that holds one row a key can do without before images, and then the other side must, too.
        const needsBefore = (input: Physical, side: JoinSide): boolean =>
          this.kinds(input).update && side.kind !== 'JOIN_KEY_UNIQUE';
        const isPartly = needsBefore(node.left, sided.leftUnique) || needsBefore(node.right, sided.rightUnique);
        if (required === 'AFTER' && isPartly) return null;
        const need: UpdateKind = required === 'AFTER' ? 'AFTER' : 'BOTH';
        const left = this.satisfy(node.left, need);
        const right = this.satisfy(node.right, need);
        return left && right && this.#finish(node, sided, [left, right], required);
      }
      case 'Rank': {
        const append = isInsertOnly(this.kinds(node.input));
        const fast = append || !this.#movesUp(node) ? null : this.satisfy(node.input, 'AFTER');
        const input = fast ?? this.satisfy(node.input, append ? 'NONE' : 'BOTH');
        const strategy = append ? 'AppendFast' : fast ? 'UpdateFast' : 'Retract';
        return (
          input &&
          this.#finish(node, { ...node, strategy, generateUpdateBefore: required === 'BOTH' }, [input], required)
        );
      }
      case 'Deduplicate': {
        if (!isInsertOnly(this.kinds(node.input))) return this.#satisfy(this.#asRank(node), required);
        const input = this.satisfy(node.input, 'NONE');
        return input && this.#finish(node, { ...node, generateUpdateBefore: required === 'BOTH' }, [input], required);
      }
      case 'TemporalJoin': {
        const left = this.satisfy(node.left, required);
        const right = this.satisfy(node.right, 'AFTER') ?? this.satisfy(node.right, 'BOTH');
        return left && right && this.#finish(node, node, [left, right], required);
      }
      case 'Match':
        checkMatch(node.spec, node.input.fields);
        return this.#forward(node, required);
      default:
        return this.#forward(node, required);
    }
  }

  #forward(node: Physical, required: UpdateKind): Physical | null {
    const inputs: Physical[] = [];
    for (const input of physicalInputs(node)) {
      const found = this.satisfy(input, required);
      if (!found) {
        return null;
      }
      inputs.push(found);
    }
    // Where an input gives before images anyway they pass through.
    const before = inputs.some((input) => input.traits.changelogMode.updateBefore);
    return this.#finish(node, node, inputs, before && node.kind !== 'Sink' ? 'BOTH' : required);
  }

  /** Only rows that stay are deduplicated; of changes it is a Top-1 (RankUtil.canConvertToDeduplicate). */
  #asRank(node: Deduplicate): Rank {
    const rank = rankOf(node);
    this.#kinds.set(rank, ALL);
    this.#keys.set(rank, this.keys(node));
    return rank;
  }

  /**
   * Is a ChangelogNormalize not needed where nobody asks for before images (ChangelogNormalizeRequirementResolver)? Sources delete
   * with whole rows, as far as they say, so that the kind of deletes (DeleteKindTrait) never asks for one.
   */
  #isRedundant(node: ChangelogNormalize): boolean {
    return !node.condition && !this.#options.mayDuplicate && !readsMetadata(node.input);
  }

  /** A filter that reads only an upsert key takes whole rows away, never half of an update. */
  #conditionOnKey(node: Extract<Physical, { kind: 'Calc' }>): boolean {
    const used = node.condition ? [...refsOf(node.condition)] : [];
    return this.keys(node.input).some((key) => used.every((index) => key.includes(index)));
  }

  #joinSides(node: Extract<Physical, { kind: 'Join' }>): Extract<Physical, { kind: 'Join' }> {
    const side = (input: Physical, keys: readonly number[]): JoinSide => {
      const below = input.kind === 'Exchange' ? input.input : input;
      const unique = this.keys(below);
      if (unique.some((key) => key.every((index) => keys.includes(index)))) {
        return { kind: 'JOIN_KEY_UNIQUE' };
      }
      const smallest = [...unique].sort((a, b) => a.length - b.length)[0];
      return smallest ? { kind: 'HAS_UNIQUE_KEY', key: smallest } : { kind: 'NONE' };
    };
    return { ...node, leftUnique: side(node.left, node.leftKeys), rightUnique: side(node.right, node.rightKeys) };
  }

  /** `node` is the draft whose kinds and keys count, `shape` what it became. */
  #finish(node: Physical, shape: Physical, inputs: readonly Physical[], updates: UpdateKind): Physical {
    const kinds = this.kinds(node);
    const changelogMode: ChangelogMode = {
      insert: kinds.insert,
      updateBefore: kinds.update && updates === 'BOTH',
      updateAfter: kinds.update,
      delete: kinds.delete,
    };
    const state = this.#state(shape);
    const traits = { changelogMode, upsertKeys: this.keys(node), ...(state ? { state } : {}) };
    return { ...withInputs(shape, inputs), id: this.#nextId++, traits };
  }

  /** The first id that no node has yet. */
  get nextId(): number {
    return this.#nextId;
  }

  /** A sink over `input`, which emits as the sink takes it. */
  sink(sink: Sink, input: Physical): Sink {
    const id = this.#nextId++;
    return { ...sink, id, input, traits: { changelogMode: NONE_MODE, upsertKeys: [] } };
  }

  #state(node: Physical): StateInfo | undefined {
    const bound = this.#options.hasStateTtl ? 'ttl' : 'unbounded';
    switch (node.kind) {
      case 'GroupAggregate':
        return { what: 'accumulators of every group', bound };
      case 'Join':
        return { what: 'all rows of both inputs', bound };
      case 'Rank':
        return {
          what: node.strategy === 'Retract' ? 'all rows of every partition' : 'the first rows of every partition',
          bound,
        };
      case 'Limit':
        return { what: 'a count of rows', bound };
      case 'Deduplicate':
        return { what: 'one row a key', bound };
      case 'ChangelogNormalize':
        return { what: 'the last row of every key', bound };
      case 'GroupWindowAggregate':
      case 'WindowAggregate':
        return { what: 'accumulators of open windows', bound: 'watermark' };
      case 'WindowTableFunction':
        return node.window.type === 'SESSION' ? { what: 'rows of open sessions', bound: 'watermark' } : undefined;
      case 'OverAggregate': {
        if (node.sorted) {
          return undefined;
        }
        const open = node.lower.kind === 'UnboundedPreceding';
        return open
          ? { what: 'accumulators of every partition', bound }
          : { what: 'rows inside the frame', bound: 'watermark' };
      }
      case 'WindowRank':
        return { what: 'the first rows of open windows', bound: 'watermark' };
      case 'WindowDeduplicate':
        return { what: 'a row a key of open windows', bound: 'watermark' };
      case 'WindowJoin':
        return { what: 'rows of open windows', bound: 'watermark' };
      case 'Match':
        return node.spec.within
          ? { what: 'rows of matches that began, and those above the watermark', bound: 'watermark' }
          : { what: 'rows of matches that began', bound };
      case 'TemporalSort':
        return { what: 'rows above the watermark', bound: 'watermark' };
      case 'Collapse':
        return { what: 'all rows until the input ends', bound: 'unbounded' };
      case 'IntervalJoin':
        return { what: 'rows of both inputs within the interval', bound: 'watermark' };
      case 'TemporalJoin':
        return { what: 'left rows above the watermark, versions of the right side', bound: 'watermark' };
      default:
        return undefined;
    }
  }
}

/** What EXPLAIN shows for a sink: it emits nothing. */
export const NONE_MODE: ChangelogMode = { insert: false, updateBefore: false, updateAfter: false, delete: false };

/** `I,UB,UA,D` as EXPLAIN CHANGELOG_MODE prints it. */
export function changelogModeText(mode: ChangelogMode): string {
  const parts = [
    mode.insert ? 'I' : '',
    mode.updateBefore ? 'UB' : '',
    mode.updateAfter ? 'UA' : '',
    mode.delete ? 'D' : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(',') : 'NONE';
}
