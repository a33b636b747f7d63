import { validationError } from '../../catalog/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { AggregateCall } from '../rex.ts';
import { tableError } from './physical-nodes.ts';

const FUNCTIONS = 'org.apache.flink.table.runtime.functions.aggregate';
const DATA = 'org.apache.flink.table.data';

/** Classes that hold values inside Flink, as its messages name them. */
const INTERNAL: Readonly<Partial<Record<LogicalType['root'], string>>> = {
  CHAR: `${DATA}.StringData`,
  VARCHAR: `${DATA}.StringData`,
  BOOLEAN: 'java.lang.Boolean',
  TINYINT: 'java.lang.Byte',
  SMALLINT: 'java.lang.Short',
  INTEGER: 'java.lang.Integer',
  DATE: 'java.lang.Integer',
  TIME_WITHOUT_TIME_ZONE: 'java.lang.Integer',
  INTERVAL_YEAR_MONTH: 'java.lang.Integer',
  BIGINT: 'java.lang.Long',
  INTERVAL_DAY_TIME: 'java.lang.Long',
  FLOAT: 'java.lang.Float',
  DOUBLE: 'java.lang.Double',
  DECIMAL: `${DATA}.DecimalData`,
  TIMESTAMP_WITHOUT_TIME_ZONE: `${DATA}.TimestampData`,
  TIMESTAMP_WITH_LOCAL_TIME_ZONE: `${DATA}.TimestampData`,
  ARRAY: `${DATA}.ArrayData`,
  MAP: `${DATA}.MapData`,
  MULTISET: `${DATA}.MapData`,
  ROW: `${DATA}.RowData`,
};

function missing(method: string, owner: string, name: string, parameters: readonly string[]): Error {
  return validationError(
    `Could not find an implementation method '${method}' in class '${FUNCTIONS}.${owner}' for function '${name}' that matches the following signature:\nvoid ${method}(${parameters.join(', ')})`,
    'aggregate',
  );
}

const isJson = ({ fn }: AggregateCall): boolean => /^JSON_(ARRAY|OBJECT)AGG/.test(fn);

function jsonClass(call: AggregateCall): string {
  return call.fn.startsWith('JSON_ARRAY') ? 'JsonArrayAggFunction' : 'JsonObjectAggFunction';
}

/** Of a function of users. */
function checkOwnMerge({ udf }: AggregateCall): void {
  if (udf?.missing?.merge) throw validationError(udf.missing.merge, 'aggregate');
}

function checkMerge(call: AggregateCall, json: (call: AggregateCall) => boolean): void {
  checkOwnMerge(call);
  const iterable = 'java.lang.Iterable';
  if (call.fn === 'FIRST_VALUE' || call.fn === 'LAST_VALUE') {
    const owner = call.fn === 'FIRST_VALUE' ? 'FirstValueAggFunction' : 'LastValueAggFunction';
    throw missing('merge', owner, call.fn, [`${DATA}.RowData`, iterable]);
  }
  if (json(call)) {
    throw missing('merge', jsonClass(call), call.fn, [`${FUNCTIONS}.${jsonClass(call)}.Accumulator`, iterable]);
  }
}

/** Aggregates that Flink cannot compute from slices or merged sessions: its functions lack `merge`, or HOP's counting out. */
export function checkSlicedCalls(calls: readonly AggregateCall[], type: string): void {
  for (const call of calls) checkOwnMerge(call);
  if (type === 'TUMBLE') return;
  for (const call of calls) {
    checkMerge(call, ({ fn }) => fn.startsWith('JSON_ARRAYAGG'));
    if (type !== 'HOP' || !call.distinct) continue;
    // Beside an average or a variance, sums become others that can count out (AggregateReduceFunctionsRule).
    const isReduced = calls.some(({ fn, distinct }) => !distinct && /^(AVG|STDDEV|VAR)/.test(fn)) || call.fn === 'AVG';
    if ((call.fn === 'SUM' && !isReduced) || /^(STDDEV|VAR)/.test(call.fn)) {
      const words = 'This function does not support retraction, Please choose SumWithRetractAggFunction.';
      throw tableError(words, 'aggregate');
    }
    if (call.fn === 'LISTAGG') throw tableError('This function does not support retraction.', 'aggregate');
  }
}

/** Aggregates that group windows (GROUP BY TUMBLE(…)) have no code for. */
export function checkGroupWindowCalls(calls: readonly AggregateCall[], type: string): void {
  for (const call of calls) {
    if (isJson(call)) {
      const classes = call.args.map((arg) => INTERNAL[arg.type.root] ?? 'java.lang.Object');
      throw missing('accumulate', jsonClass(call), call.fn, [
        `${FUNCTIONS}.${jsonClass(call)}.Accumulator`,
        ...classes,
      ]);
    }
    if (type !== 'TUMBLE') checkMerge(call, () => false);
  }
}
