import { mapOperands } from '../binder/expressions/rex-util.ts';
import type { Calc, Physical } from './physical.ts';
import { inputRef, timeAttribute, withoutTimeAttribute } from './rel-builder.ts';
import type { Rex } from './rex.ts';
import { physicalInputs } from './traits.ts';

type Time = 'ROWTIME' | 'PROCTIME' | undefined;

/** A node with the time attributes of its fields. */
interface Timed {
  readonly node: Physical;
  readonly times: readonly Time[];
}

/**
 * Time attributes that stop being any become ordinary timestamps by a CAST or PROCTIME_MATERIALIZE (RelTimeIndicatorConverter):
 * in functions, aggregates, regular joins, and processing time at the end of a query. Values do not change, so operators do without;
 * EXPLAIN shows what Flink's planner puts in.
 */
export function materializeTimes(root: Physical): Physical {
  if (root.kind === 'Sink') {
    return { ...root, input: atEnd(timed(root.input)) };
  }
  return atEnd(timed(root));
}

function atEnd({ node, times }: Timed): Physical {
  return castFields(
    node,
    times.map((time) => (time === 'PROCTIME' ? time : undefined)),
  );
}

function withInputs(node: Physical, inputs: readonly Physical[]): Physical {
  if ('inputs' in node) return { ...node, inputs };
  if ('left' in node) return { ...node, left: inputs[0] as Physical, right: inputs[1] as Physical };
  return 'input' in node ? { ...node, input: inputs[0] as Physical } : node;
}

function timed(node: Physical): Timed {
  const below = physicalInputs(node).map(timed);
  const [first] = below;
  const inputs = below.map((input) => input.node);
  switch (node.kind) {
    case 'TableSourceScan':
      return { node, times: node.fields.map((_, i) => (i === node.watermark?.timeIndex ? 'ROWTIME' : undefined)) };
    case 'WatermarkAssigner':
      return {
        node: withInputs(node, inputs),
        times: node.fields.map((_, i) => (i === node.timeIndex ? 'ROWTIME' : first?.times[i])),
      };
    case 'Calc': {
      const times = first?.times ?? [];
      const condition = node.condition && inside(node.condition, times);
      const calc: Calc = {
        ...node,
        input: inputs[0] as Physical,
        exprs: node.exprs.map((expr) => inside(expr, times)),
        condition,
      };
      return { node: calc, times: node.exprs.map((expr) => timeOf(expr, times)) };
    }
    case 'GroupAggregate': {
      const used = new Set(node.group);
      for (const call of node.calls) {
        for (const arg of call.args) {
          if (arg.kind === 'InputRef') used.add(arg.index);
        }
      }
      const times = (first?.times ?? []).map((time, i) => (used.has(i) ? time : undefined));
      return { node: withInputs(node, [castFields(inputs[0] as Physical, times)]), times: [] };
    }
    case 'Join': {
      const cast = below.map((input) => castFields(input.node, input.times));
      return { node: withInputs(node, cast), times: [] };
    }
    case 'IntervalJoin':
    case 'WindowJoin':
    case 'TemporalJoin':
      return { node: withInputs(node, inputs), times: below.flatMap((input) => input.times) };
    case 'Expand':
      return {
        node: withInputs(node, inputs),
        times: (node.projects[0] ?? []).map((expr) => timeOf(expr, first?.times ?? [])),
      };
    case 'WindowAggregate':
    case 'GroupWindowAggregate':
    case 'Match':
      return { node: withInputs(node, inputs), times: node.fields.map((field) => timeAttribute(field.type)) };
    case 'WindowTableFunction': {
      const own = first?.times ?? [];
      const times = node.fields.map((field, i) => (i < own.length ? own[i] : timeAttribute(field.type)));
      return { node: withInputs(node, inputs), times };
    }
    default:
      return { node: withInputs(node, inputs), times: node.fields.map((_, i) => first?.times[i]) };
  }
}

function timeOf(expr: Rex, times: readonly Time[]): Time {
  if (expr.kind === 'InputRef') return times[expr.index];
  if (expr.kind !== 'Call') return undefined;
  return expr.fn === 'PROCTIME' || expr.fn === 'REINTERPRET' ? timeAttribute(expr.type) : undefined;
}

/** Operands of functions that are time attributes. */
function inside(expr: Rex, times: readonly Time[]): Rex {
  if (expr.kind !== 'Call' || expr.fn === 'REINTERPRET') return expr;
  return mapOperands(expr, (operand) => {
    const time = timeOf(operand, times);
    return time ? materialized(operand, time) : inside(operand, times);
  });
}

function materialized(rex: Rex, time: Exclude<Time, undefined>): Rex {
  const type = withoutTimeAttribute(rex.type);
  return { kind: 'Call', fn: time === 'PROCTIME' ? 'PROCTIME_MATERIALIZE' : 'CAST', operands: [rex], type };
}

/** Casts these fields in a Calc above, in the one that is there, or below an exchange. */
function castFields(node: Physical, times: readonly Time[]): Physical {
  if (!times.some((time) => time !== undefined)) {
    return node;
  }
  if (node.kind === 'Exchange') {
    return { ...node, input: castFields(node.input, times) };
  }
  if (node.kind === 'Calc') {
    return { ...node, exprs: node.exprs.map((expr, i) => (times[i] ? materialized(expr, times[i]) : expr)) };
  }
  const exprs = node.fields.map((_, i) => {
    const ref = inputRef(node.fields, i);
    return times[i] ? materialized(ref, times[i]) : ref;
  });
  const { fields, traits } = node;
  return { kind: 'Calc', id: 0, fields, traits, input: node, exprs, condition: null };
}
