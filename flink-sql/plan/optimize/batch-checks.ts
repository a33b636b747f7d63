import { rexSome } from '../../binder/expressions/rex-util.ts';
import { mapRelInputs, relExpressions, relInputs } from '../../binder/query/rel-walk.ts';
import { validationError } from '../../catalog/errors.ts';
import { summaryName } from '../../catalog/store.ts';
import { types } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import type { AggregateRel, Rel } from '../rel.ts';
import { call, filter, inputRef, withoutTimeAttribute } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import type { Connectors } from './connectors.ts';
import { unexpectedCorrelation } from './correlated.ts';
import { tableError } from './physical-nodes.ts';
import { temporalTimes } from './temporal-join.ts';

/** Refuses tables that batch mode cannot read: Flink asks for them before it plans anything (DynamicSourceUtils.validateScanSource). */
export function checkBatchSources(rel: Rel, connectors: Connectors): void {
  if (rel.kind === 'Scan') {
    const source = connectors.source(rel.options, rel.table);
    const name = summaryName(rel.table.identifier);
    if (source?.bounded === false) {
      throw validationError(
        `Querying an unbounded table '${name}' in batch mode is not allowed. The table source is unbounded.`,
        'unbounded',
      );
    }
    if (source && source.changelog !== 'insert-only') {
      throw tableError(
        `Querying a table in batch mode is currently only possible for INSERT-only table sources. But the source for table '${name}' produces other changelog messages than just INSERT.`,
        'batch-changelog',
      );
    }
  }
  for (const input of relInputs(rel)) checkBatchSources(input, connectors);
  for (const rex of relExpressions(rel)) {
    rexSome(rex, (node) => {
      if (node.kind === 'Subquery') checkBatchSources(node.rel, connectors);
      return false;
    });
  }
}

/**
 * Refuses what Flink has in streaming mode only, in its words, and leaves rows without a time out of windows. Subqueries must be
 * joins already.
 */
export function prepareBatch(rel: Rel): Rel {
  check(rel);
  switch (rel.kind) {
    case 'WindowTableFunction':
      return { ...rel, input: timed(prepareBatch(rel.input), rel.window.timeIndex) };
    case 'Aggregate': {
      const input = prepareBatch(rel.input);
      return { ...rel, input: rel.window ? timed(input, rel.window.timeIndex) : input };
    }
    default:
      return mapRelInputs(rel, prepareBatch);
  }
}

function timed(input: Rel, timeIndex: number): Rel {
  const time = inputRef(input.fields, timeIndex);
  return time.type.nullable ? filter(input, call('IS NOT NULL', [time], types.boolean(false))) : input;
}

function check(rel: Rel): void {
  switch (rel.kind) {
    case 'Aggregate':
      checkGroupWindow(rel);
      break;
    case 'WindowTableFunction':
      if (rel.window.type === 'SESSION') {
        throw tableError('Unaligned windows like session are not supported in batch mode yet.', 'batch');
      }
      if (!rel.window.rowtime) {
        throw tableError('Processing time Window TableFunction is not supported yet.', 'batch');
      }
      break;
    case 'Join':
      // By processing time it is a lookup; by event time the planner has no rule that takes the correlation out.
      if (temporalTimes(rel)?.rightTimeIndex !== undefined) {
        throw unexpectedCorrelation();
      }
      break;
    default:
      break;
  }
  for (const rex of relExpressions(rel)) {
    rexSome(rex, checkCall);
  }
}

function checkGroupWindow({ window, input }: AggregateRel): void {
  if (window && !window.rowtime) {
    throw validationError('Window can not be defined over a proctime attribute column for batch mode', 'batch');
  }
  if (window?.type === 'SESSION') {
    const time = input.fields[window.timeIndex]?.name ?? '';
    throw tableError(`Window SessionGroupWindow('w$, ${time}, ${window.size}) is not supported right now.`, 'batch');
  }
  if (window?.properties.some(({ property }) => property === 'proctime')) {
    throw validationError('PROCTIME window property is not supported in batch queries.', 'batch');
  }
}

/** There are no watermarks, nor time attributes, in batch mode. */
function checkCall(rex: Rex): boolean {
  if (rex.kind === 'Call' && rex.fn === 'CURRENT_WATERMARK') {
    const type = rex.operands[0]?.type;
    const shown = type ? asSummaryString(withoutTimeAttribute(type)) : '';
    throw validationError(
      `The argument of CURRENT_WATERMARK() must be a rowtime attribute, but was '${shown}'.`,
      'batch',
    );
  }
  return false;
}
