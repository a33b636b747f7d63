import { mapOperands, rexEquals } from '../../../flink-sql/binder/expressions/rex-util.ts';
import { NAVIGATION, offsetOf, variableOf } from '../../../flink-sql/plan/match.ts';
import type { AggregateCall, Rex } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';

/** One row of a match: the first or last row of a variable, so many rows further in. */
export interface Access {
  readonly variable: string;
  readonly first: boolean;
  readonly offset: number;
}

/** An aggregate over the rows of a variable; its arguments are fields of the stored rows. */
export interface PatternAggregate {
  readonly variable: string;
  readonly call: AggregateCall;
}

/** A DEFINE or MEASURES expression taken apart: `rex` is over the fields of each access's row, then `extra`. */
export interface PatternExpression {
  readonly rex: Rex;
  readonly accesses: readonly Access[];
  readonly aggregates: readonly PatternAggregate[];
  /** Values beside rows: one an aggregate, then the time of the match, then the clock. */
  readonly extra: readonly LogicalType[];
  readonly usesTime: boolean;
}

type Call = Extract<Rex, { kind: 'Call' }>;

/** Chooses which fields of the input (and which arguments of aggregates) are kept of each row, and takes expressions apart. */
export class RowLayout {
  /** What is kept, over the input row. */
  readonly fields: Rex[] = [];

  private fieldOf(rex: Rex): number {
    const known = this.fields.findIndex((field) => rexEquals(field, rex));
    return known >= 0 ? known : this.fields.push(rex) - 1;
  }

  /** Collects the fields that an expression needs; do so for all before `take`. */
  collect(rex: Rex): void {
    if (rex.kind === 'Call' && rex.fn === 'PATTERN_REF') this.fieldOf(rex.operands[1] as Rex);
    else if (rex.kind === 'Call' && rex.fn === 'PATTERN_AGG') {
      for (const arg of rex.operands.slice(1)) this.fieldOf(overRow(arg));
    } else if (rex.kind === 'Call') {
      for (const operand of rex.operands) this.collect(operand);
    } else if (rex.kind === 'FieldAccess') this.collect(rex.operand);
  }

  take(rex: Rex): PatternExpression {
    const accesses: Access[] = [];
    const aggregates: PatternAggregate[] = [];
    const width = this.fields.length;
    let usesTime = false;
    // Rows come first, so where `extra` begins is known only at the end: negative until then.
    const walk = (node: Rex, first: boolean, offset: number): Rex => {
      if (node.kind !== 'Call') return mapOperands(node, (operand) => walk(operand, first, offset));
      if (NAVIGATION.has(node.fn)) return walk(node.operands[0] as Rex, node.fn === 'FIRST', offsetOf(node));
      switch (node.fn) {
        case 'PATTERN_REF': {
          const ref = node.operands[1] as Rex;
          const access = { variable: variableOf(node), first, offset };
          let at = accesses.findIndex(
            (known) => known.variable === access.variable && known.first === first && known.offset === offset,
          );
          if (at < 0) at = accesses.push(access) - 1;
          return { kind: 'InputRef', index: at * width + this.fieldOf(ref), type: ref.type };
        }
        case 'PATTERN_AGG':
          aggregates.push(this.aggregate(node));
          return { kind: 'InputRef', index: -aggregates.length, type: node.type };
        case 'MATCH_ROWTIME':
        case 'MATCH_PROCTIME':
          usesTime = true;
          return { kind: 'InputRef', index: node.fn === 'MATCH_ROWTIME' ? ROWTIME : PROCTIME, type: node.type };
        case 'CAST':
          // A time attribute as a timestamp is the same value.
          if (isReference(node.operands[0])) return walk(node.operands[0] as Rex, first, offset);
      }
      return { ...node, operands: node.operands.map((operand) => walk(operand, first, offset)) };
    };
    const raw = walk(rex, false, 0);
    const from = accesses.length * width;
    const place = (node: Rex): Rex => {
      if (node.kind !== 'InputRef') return mapOperands(node, place);
      if (node.index >= 0) return node;
      if (node.index === ROWTIME) return { ...node, index: from + aggregates.length };
      if (node.index === PROCTIME) return { ...node, index: from + aggregates.length + 1 };
      return { ...node, index: from - node.index - 1 };
    };
    const times = usesTime ? [types.timestamp(3, false), types.timestampLtz(3, false)] : [];
    return {
      rex: place(raw),
      accesses,
      aggregates,
      extra: [...aggregates.map(({ call }) => call.type), ...times],
      usesTime,
    };
  }

  private aggregate({ operands, type }: Call): PatternAggregate {
    const [fn, ...args] = operands;
    const variables = new Set(args.flatMap(variablesIn));
    const [variable = '*'] = variables;
    return {
      variable,
      call: {
        fn: fn?.kind === 'Literal' ? String(fn.value) : '',
        args: args.map((arg) => {
          const index = this.fieldOf(overRow(arg));
          return { kind: 'InputRef', index, type: arg.type };
        }),
        distinct: false,
        filter: null,
        withinGroup: [],
        ignoreNulls: false,
        type,
        name: '',
      },
    };
  }
}

const ROWTIME = -1_000_001;
const PROCTIME = -1_000_002;

const isReference = (rex: Rex | undefined): boolean =>
  rex?.kind === 'Call' && rex.fn === 'PATTERN_REF' && 'attribute' in rex.type && rex.type.attribute !== undefined;

/** The expression over one row, whatever variable took it. */
function overRow(rex: Rex): Rex {
  if (rex.kind === 'Call' && rex.fn === 'PATTERN_REF') return rex.operands[1] as Rex;
  return mapOperands(rex, overRow);
}

function variablesIn(rex: Rex): string[] {
  if (rex.kind === 'Call') return rex.fn === 'PATTERN_REF' ? [variableOf(rex)] : rex.operands.flatMap(variablesIn);
  return rex.kind === 'FieldAccess' ? variablesIn(rex.operand) : [];
}
