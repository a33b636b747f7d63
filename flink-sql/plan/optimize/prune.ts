import { rewriteRex, rexSome } from '../../binder/expressions/rex-util.ts';
import { relExpressions, relInputs } from '../../binder/query/rel-walk.ts';
import { sourceColumns } from '../../binder/query/table.ts';
import { types } from '../../types/logical-type.ts';
import type { AggregateRel, ProjectRel, Rel, ScanRel, SortRel } from '../rel.ts';
import { inputRef, project } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { refsOf, remap } from '../rex-refs.ts';
import { withoutProjectBelow } from './project-below-over.ts';
import { projectAboveSort } from './sort-transpose.ts';

/** What pruning asks about sources. */
export interface SourceColumns {
  /** Can the source leave columns out (SupportsProjectionPushDown)? */
  canProject(scan: ScanRel): boolean;
  /** Fields that must be read whoever reads them: the key of a source that is normalized. */
  keys(scan: ScanRel): readonly number[];
  /** Fields of the upsert keys of a relation: a Top-N follows rows by them. */
  upsertKeys(rel: Rel): readonly number[];
  readonly isBatch: boolean;
}

/** A plan whose row may hold less: `map[old]` is the new index, -1 for a dropped field. */
interface Pruned {
  readonly rel: Rel;
  readonly map: readonly number[];
}

/** Drops the columns that nobody reads, all the way down; the row of the root stays. */
export function pruneColumns(rel: Rel, sources: SourceColumns): Rel {
  return new Pruner(sources).exact(
    rel,
    rel.fields.map((_, i) => i),
  );
}

const sorted = (set: Iterable<number>): number[] => [...new Set(set)].sort((a, b) => a - b);

function identityMap(rel: Rel): number[] {
  return rel.fields.map((_, i) => i);
}

/** Fields of the outer row that a table function (with a filter on it) reads. */
function correlated(right: Rel, id: number): number[] {
  const found: number[] = [];
  for (const rex of [...relExpressions(right), ...relInputs(right).flatMap(relExpressions)]) {
    rexSome(rex, (node) => {
      if (node.kind === 'Correlation' && node.id === id) {
        found.push(node.index);
      }
      return false;
    });
  }
  return found;
}

function recorrelated(right: Rel, id: number, map: readonly number[]): Rel {
  const move = (rex: Rex): Rex =>
    rewriteRex(rex, (node) =>
      node.kind === 'Correlation' && node.id === id ? { ...node, index: map[node.index] as number } : node,
    );
  switch (right.kind) {
    case 'Filter':
      return { ...right, input: recorrelated(right.input, id, map), condition: move(right.condition) };
    case 'TableFunction':
      return { ...right, args: right.args.map(move) };
    default:
      return right;
  }
}

/** Does a relation depend on an aggregate or a Top-N, which may change by calls or rank numbers that nobody reads? */
function hasUnread(rel: Rel): boolean {
  const has = (rel.kind === 'Aggregate' && rel.calls.length > 0) || (rel.kind === 'Rank' && rel.outputRankNumber);
  return has || relInputs(rel).some(hasUnread);
}

class Pruner {
  readonly #sources: SourceColumns;

  constructor(sources: SourceColumns) {
    this.#sources = sources;
  }

  /** The node with exactly these fields in this order. */
  exact(rel: Rel, wanted: readonly number[]): Rel {
    const { rel: pruned, map } = this.prune(rel, wanted);
    const target = wanted.map((index) => map[index] as number);
    if (target.length === pruned.fields.length && target.every((index, i) => index === i)) {
      return pruned;
    }
    if (target.length === 0) {
      // A row without columns still counts.
      return project(pruned, [{ kind: 'Literal', value: 0, type: types.int(false) }], ['$f0']);
    }
    const names = wanted.map((index) => rel.fields[index]?.name as string);
    if (pruned.kind === 'Project') {
      // One projection, not two.
      return project(
        pruned.input,
        target.map((index) => pruned.exprs[index] as Rex),
        names,
      );
    }
    return project(
      pruned,
      target.map((index) => inputRef(pruned.fields, index)),
      names,
    );
  }

  /** The whole node, and above it the wanted fields. */
  #picked(rel: Rel, wanted: readonly number[]): Rel {
    const whole = this.exact(rel, identityMap(rel));
    if (wanted.length === rel.fields.length) {
      return whole;
    }
    const names = wanted.map((index) => rel.fields[index]?.name as string);
    return project(
      whole,
      wanted.map((index) => inputRef(whole.fields, index)),
      names,
    );
  }

  prune(rel: Rel, wanted: readonly number[]): Pruned {
    switch (rel.kind) {
      case 'Project':
        return this.#project(rel, wanted);
      case 'Filter': {
        const needed = sorted([...wanted, ...refsOf(rel.condition)]);
        const { rel: input, map } = this.prune(rel.input, needed);
        return { rel: { ...rel, input, fields: input.fields, condition: remap(rel.condition, map) }, map };
      }
      case 'Scan':
        return this.#scan(rel, wanted);
      case 'Values':
        return this.#values(rel, wanted);
      case 'Watermark': {
        const needed = sorted([...wanted, rel.timeIndex, ...refsOf(rel.expr)]);
        // A source that cannot leave columns out keeps them up to here; a projection of computed columns loses what is unused.
        const { rel: input, map } = this.prune(rel.input, needed);
        const timeIndex = map[rel.timeIndex] as number;
        const fields = input.fields.map((field, i) =>
          i === timeIndex ? { ...field, type: rel.fields[rel.timeIndex]?.type as Rex['type'] } : field,
        );
        return { rel: { ...rel, input, fields, timeIndex, expr: remap(rel.expr, map) }, map };
      }
      case 'Aggregate':
        return this.#aggregate(rel, wanted);
      case 'Join': {
        const width = rel.left.fields.length;
        const semi = rel.joinType === 'SEMI' || rel.joinType === 'ANTI';
        const needed = sorted([...wanted, ...refsOf(rel.condition)]);
        const left = needed.filter((index) => index < width);
        const right = needed.filter((index) => index >= width).map((index) => index - width);
        const newLeft = this.exact(rel.left, left);
        const newRight = this.exact(rel.right, right);
        const total = width + rel.right.fields.length;
        const leftWidth = newLeft.fields.length;
        const map = Array.from({ length: total }, (_, i) =>
          i < width ? left.indexOf(i) : right.includes(i - width) ? leftWidth + right.indexOf(i - width) : -1,
        );
        const condition = remap(rel.condition, map);
        const kept = semi ? left : [...left, ...right.map((index) => index + width)];
        const fields = kept.map((index) => rel.fields[index] as Rel['fields'][number]);
        // Sides without a column carry a constant in their place.
        if (!semi && right.length === 0) {
          fields.push(newRight.fields[0] as Rel['fields'][number]);
        }
        if (left.length === 0) {
          fields.unshift(newLeft.fields[0] as Rel['fields'][number]);
        }
        return { rel: { ...rel, left: newLeft, right: newRight, condition, fields }, map };
      }
      case 'SetOp': {
        const all = identityMap(rel);
        if (rel.op !== 'UNION' || !rel.all || wanted.length === 0) {
          return { rel: { ...rel, inputs: rel.inputs.map((input) => this.exact(input, all)) }, map: all };
        }
        const kept = sorted(wanted);
        const inputs = rel.inputs.map((input) => this.exact(input, kept));
        const fields = kept.map((index) => rel.fields[index] as Rel['fields'][number]);
        return { rel: { ...rel, inputs, fields }, map: all.map((index) => kept.indexOf(index)) };
      }
      case 'Sort': {
        if (rel.fetch !== undefined && !this.#sources.isBatch) {
          return this.#limited(rel);
        }
        const keyRefs = rel.keys.flatMap((key) => [...refsOf(key.expr)]);
        const needed = sorted([...wanted, ...keyRefs]);
        const input = this.exact(rel.input, needed);
        const map = identityMap(rel).map((index) => needed.indexOf(index));
        const keys = rel.keys.map((key) => ({ ...key, expr: remap(key.expr, map) }));
        return { rel: { ...rel, input, fields: input.fields, keys }, map };
      }
      case 'Rank':
      case 'Over': {
        const unread = hasUnread(rel.input);
        const whole = !rel.splits && unread;
        const merged = whole ? withoutProjectBelow(rel) : undefined;
        if (merged) {
          const found = this.prune(
            merged.rel,
            wanted.map((index) => merged.map[index] as number),
          );
          return { rel: found.rel, map: merged.map.map((index) => found.map[index] as number) };
        }
        const width = rel.input.fields.length;
        const args =
          rel.kind === 'Over' ? rel.calls.flatMap((call) => [...call.args, ...(call.filter ? [call.filter] : [])]) : [];
        let needed = sorted([
          ...wanted.filter((index) => index < width),
          ...rel.partition,
          ...rel.order.map((key) => key.index),
          ...args.flatMap((arg) => [...refsOf(arg)]),
          ...(rel.kind === 'Rank' && rel.splits !== 'condition' ? this.#sources.upsertKeys(rel.input) : []),
        ]);
        // Flink leaves no call out of an aggregate below these, so that a change of one that nobody reads is told.
        if (whole && rel.kind === 'Over') needed = identityMap(rel.input);
        const picks = whole || (unread && rel.splits === 'condition');
        const input = picks ? this.#picked(rel.input, needed) : this.exact(rel.input, needed);
        const extra = rel.fields.length - width;
        const inner = rel.input.fields.map((_, i) => needed.indexOf(i));
        const map = [...inner, ...Array.from({ length: extra }, (_, i) => input.fields.length + i)];
        const fields = [...input.fields, ...rel.fields.slice(width)];
        const base = {
          input,
          fields,
          partition: rel.partition.map((index) => inner[index] as number),
          order: rel.order.map((key) => ({ ...key, index: inner[key.index] as number })),
        };
        if (rel.kind === 'Rank') {
          // A rank number that nobody reads is not made: fewer changes come out.
          if (rel.outputRankNumber && !wanted.includes(width)) {
            const unnumbered = { ...rel, ...base, fields: input.fields, outputRankNumber: false };
            return { rel: unnumbered, map: [...inner, -1] };
          }
          return { rel: { ...rel, ...base }, map };
        }
        const calls = rel.calls.map((call) => ({
          ...call,
          args: call.args.map((arg) => remap(arg, inner)),
          filter: call.filter && remap(call.filter, inner),
        }));
        return { rel: { ...rel, ...base, calls }, map };
      }
      case 'WindowTableFunction': {
        const width = rel.input.fields.length;
        const needed = sorted([
          ...wanted.filter((index) => index < width),
          rel.window.timeIndex,
          ...rel.window.partition,
        ]);
        const input = this.exact(rel.input, needed);
        const inner = rel.input.fields.map((_, i) => needed.indexOf(i));
        const window = {
          ...rel.window,
          timeIndex: inner[rel.window.timeIndex] as number,
          partition: rel.window.partition.map((index) => inner[index] as number),
        };
        const fields = [...input.fields, ...rel.fields.slice(width)];
        const map = [...inner, ...rel.fields.slice(width).map((_, i) => input.fields.length + i)];
        return { rel: { ...rel, input, window, fields }, map };
      }
      case 'Expand': {
        const input = this.exact(rel.input, identityMap(rel.input));
        return { rel: { ...rel, input }, map: identityMap(rel) };
      }
      case 'Correlate': {
        const width = rel.left.fields.length;
        const used = sorted([...wanted.filter((index) => index < width), ...correlated(rel.right, rel.id)]);
        const needed = hasUnread(rel.left) ? identityMap(rel.left) : used.length > 0 ? used : [0];
        const left = this.exact(rel.left, needed);
        const inner = identityMap(rel.left).map((index) => needed.indexOf(index));
        const fields = [...left.fields, ...rel.fields.slice(width)];
        const map = [...inner, ...rel.fields.slice(width).map((_, i) => left.fields.length + i)];
        return { rel: { ...rel, left, right: recorrelated(rel.right, rel.id, inner), fields }, map };
      }
      case 'TableFunction':
      case 'Snapshot':
        return { rel, map: identityMap(rel) };
      case 'Match':
        return { rel: { ...rel, input: this.exact(rel.input, identityMap(rel.input)) }, map: identityMap(rel) };
    }
  }

  /** Whoever reads a Top-N of a whole query, all columns of it take part; what is computed for them alone is above it. */
  #limited(rel: SortRel): Pruned {
    const all = identityMap(rel);
    const { rel: pruned, map } = this.prune(rel.input, all);
    const keys = rel.keys.map((key) => ({ ...key, expr: remap(key.expr, map) }));
    return { rel: projectAboveSort({ ...rel, input: pruned, fields: pruned.fields, keys }), map };
  }

  #project(rel: ProjectRel, wanted: readonly number[]): Pruned {
    const kept = sorted(wanted);
    const refs = sorted(kept.flatMap((index) => [...refsOf(rel.exprs[index] as Rex)]));
    // A source lists its columns in the order of their first use.
    const used = [...new Set(kept.flatMap((index) => [...refsOf(rel.exprs[index] as Rex)]))];
    const needed = rel.input.kind === 'Scan' && this.#sources.canProject(rel.input) ? used : refs;
    const { rel: input, map } = this.prune(rel.input, needed);
    const exprs = kept.map((index) => remap(rel.exprs[index] as Rex, map));
    const names = kept.map((index) => rel.fields[index]?.name as string);
    const result = identityMap(rel).map((index) => kept.indexOf(index));
    if (exprs.length === 0) {
      return { rel: input, map: result };
    }
    const same =
      exprs.length === input.fields.length && exprs.every((expr, i) => expr.kind === 'InputRef' && expr.index === i);
    return { rel: same ? input : project(input, exprs, names), map: result };
  }

  #scan(rel: ScanRel, wanted: readonly number[]): Pruned {
    const all = identityMap(rel);
    if (!this.#sources.canProject(rel) || wanted.length === 0 || rel.projected) {
      return { rel, map: all };
    }
    const kept = [...new Set([...wanted, ...this.#sources.keys(rel)])];
    const columns = sourceColumns(rel.table.columns);
    if (kept.length === columns.length && kept.every((index, i) => index === i)) {
      return { rel, map: all };
    }
    // With every column wanted the order of the table stays.
    const order = kept.length === columns.length ? all : kept;
    const fields = order.map((index) => rel.fields[index] as Rel['fields'][number]);
    return {
      rel: order.length === columns.length ? rel : { ...rel, fields, projected: order },
      map: all.map((index) => order.indexOf(index)),
    };
  }

  #values(rel: Extract<Rel, { kind: 'Values' }>, wanted: readonly number[]): Pruned {
    const kept = sorted(wanted);
    if (kept.length === 0 || kept.length === rel.fields.length) {
      return { rel, map: identityMap(rel) };
    }
    const pick = <T>(row: readonly T[]): T[] => kept.map((index) => row[index] as T);
    return {
      rel: { ...rel, fields: pick(rel.fields), rows: rel.rows.map(pick) },
      map: identityMap(rel).map((index) => kept.indexOf(index)),
    };
  }

  #aggregate(rel: AggregateRel, wanted: readonly number[]): Pruned {
    const keys = rel.group.length;
    const simple = rel.groupingSets.length === 1;
    const isUsed = (i: number) => wanted.includes(keys + i);
    let calls = simple && rel.window === undefined ? rel.calls.filter((_, i) => isUsed(i)) : rel.calls;
    if (calls.length === 0 && keys === 0 && rel.calls.length > 0) {
      calls = rel.calls.slice(0, 1);
    }
    const inputRefs = new Set<number>(rel.group);
    if (rel.window) {
      inputRefs.add(rel.window.timeIndex);
    }
    for (const call of calls) {
      for (const rex of [
        ...call.args,
        ...(call.filter ? [call.filter] : []),
        ...call.withinGroup.map((key) => key.expr),
      ]) {
        refsOf(rex, inputRefs);
      }
    }
    // Where nothing is read there is no projection that could leave calls out of an aggregate below.
    const needed = inputRefs.size === 0 && hasUnread(rel.input) ? identityMap(rel.input) : sorted(inputRefs);
    const input = this.exact(rel.input, needed);
    const inner = rel.input.fields.map((_, i) => needed.indexOf(i));
    const at = (index: number) => inner[index] as number;
    const newCalls = calls.map((call) => ({
      ...call,
      args: call.args.map((arg) => remap(arg, inner)),
      filter: call.filter && remap(call.filter, inner),
      withinGroup: call.withinGroup.map((key) => ({ ...key, expr: remap(key.expr, inner) })),
    }));
    const properties = rel.fields.slice(keys + rel.calls.length);
    const callFields = calls.map((call) => rel.fields[keys + rel.calls.indexOf(call)] as Rel['fields'][number]);
    const fields = [...rel.fields.slice(0, keys), ...callFields, ...properties];
    const map = identityMap(rel).map((index) => {
      if (index < keys) {
        return index;
      }
      const call = rel.calls[index - keys];
      if (call) {
        const found = calls.indexOf(call);
        return found < 0 ? -1 : keys + found;
      }
      return index - rel.calls.length + calls.length;
    });
    const window = rel.window && { ...rel.window, timeIndex: at(rel.window.timeIndex) };
    return {
      rel: {
        ...rel,
        input,
        fields,
        group: rel.group.map(at),
        groupingSets: rel.groupingSets.map((set) => set.map(at)),
        calls: newCalls,
        ...(window ? { window } : {}),
      },
      map,
    };
  }
}
