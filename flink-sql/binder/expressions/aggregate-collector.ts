import { SqlError } from '../../diagnostics.ts';
import type { AggregateCall, Rex } from '../../plan/rex.ts';
import { mapOperands, rexEquals } from './rex-util.ts';
import type { AggregateSink, ExpressionContext } from './scope.ts';

/** InputRefs from here on stand for aggregate calls until `AggregateCollector.finish` replaces them. */
const FIRST_CALL = 0x4000_0000;

/**
 * Gathers the aggregate calls of one SELECT while its expressions are bound over the input row, then rewrites these
 * expressions over the Aggregate's output (keys first, then calls), as Calcite's AggConverter does.
 */
export class AggregateCollector implements AggregateSink {
  readonly calls: AggregateCall[] = [];
  readonly grouped: boolean;

  constructor(grouped = false) {
    this.grouped = grouped;
  }

  add(call: AggregateCall): Rex {
    let index = this.calls.findIndex((other) => sameCall(other, call));
    if (index < 0) index = this.calls.push(call) - 1;
    return { kind: 'InputRef', index: FIRST_CALL + index, type: call.type };
  }

  /**
   * Rewrites `rex` over the Aggregate's output. `keys` are the bound GROUP BY expressions in output order.
   * Throws `Expression 'x' is not being grouped` at the first column that is neither a key nor inside a call.
   */
  finish(rex: Rex, keys: readonly Rex[], context: ExpressionContext): Rex {
    const rewrite = (node: Rex): Rex => {
      if (node.kind === 'InputRef' && node.index >= FIRST_CALL) {
        return { kind: 'InputRef', index: keys.length + node.index - FIRST_CALL, type: node.type };
      }
      const key = keys.findIndex((candidate) => rexEquals(candidate, node));
      if (key >= 0) return { kind: 'InputRef', index: key, type: node.type };
      if (node.kind === 'InputRef') throw notGrouped(node, context);
      return mapOperands(node, rewrite);
    };
    return rewrite(rex);
  }
}

function sameCall(a: AggregateCall, b: AggregateCall): boolean {
  return (
    a.fn === b.fn &&
    a.distinct === b.distinct &&
    a.ignoreNulls === b.ignoreNulls &&
    a.args.length === b.args.length &&
    a.args.every((arg, i) => rexEquals(arg, b.args[i] as Rex)) &&
    (a.filter === null ? b.filter === null : b.filter !== null && rexEquals(a.filter, b.filter)) &&
    a.withinGroup.length === 0 &&
    b.withinGroup.length === 0
  );
}

function notGrouped(rex: Rex, context: ExpressionContext): SqlError {
  const place = context.origins.get(rex) ?? { start: 0, end: 0 };
  const written = context.source.slice(place.start, place.end);
  // A column is named without its quotes.
  const isPath = /^(?:\w+|`[^`]+`)(?:\.(?:\w+|`[^`]+`))*$/.test(written);
  const text = isPath ? written.replaceAll('`', '') : written;
  return new SqlError({
    severity: 'error',
    code: 'not-grouped',
    message: `Expression '${text}' is not being grouped`,
    exception: 'SqlValidatorException',
    start: place.start,
    end: place.end,
    placed: true,
  });
}
