import { rewriteRex } from '../../binder/expressions/rex-util.ts';
import { catalogError, validationError } from '../../catalog/errors.ts';
import { types } from '../../types/logical-type.ts';
import type { Correlate, Physical } from '../physical.ts';
import type { CorrelateRel, TableFunctionRel } from '../rel.ts';
import { inputRef, uniqueNames } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import type { Connectors } from './connectors.ts';
import { calc, draft, notYet } from './physical-nodes.ts';

/** The node for a row with a table function over it (StreamPhysicalCorrelateRule). */
export function correlateNode(input: Physical, rel: CorrelateRel, connectors: Connectors): Physical {
  const { right, joinType } = rel;
  const call = right.kind === 'Filter' ? right.input : right;
  if (call.kind !== 'TableFunction' || (joinType !== 'INNER' && joinType !== 'LEFT')) {
    throw notYet('A correlated join');
  }
  refuseForeign(call, connectors);
  const width = input.fields.length;
  const overRow = (rex: Rex, by: number): Rex =>
    rewriteRex(rex, (node) => {
      if (node.kind === 'InputRef') {
        return { ...node, index: node.index + by };
      }
      return node.kind === 'Correlation' && node.id === rel.id ? inputRef(input.fields, node.index) : node;
    });
  const node: Correlate = {
    ...draft,
    kind: 'Correlate',
    fields: rel.fields,
    input,
    fn: call.fn,
    ...(call.udf && { udf: call.udf }),
    args: call.args.map((arg) => overRow(arg, 0)),
    joinType,
    condition: right.kind === 'Filter' ? overRow(right.condition, width) : null,
  };
  return node;
}

/** Models and vector stores are found by factories, of which Flink itself has none. */
function refuseForeign({ fn, inputs }: TableFunctionRel, connectors: Connectors): void {
  if (fn === 'ML_PREDICT' || fn === 'ML_EVALUATE') {
    throw validationError(
      "Could not find any factories that implement 'org.apache.flink.table.factories.ModelProviderFactory' in the classpath.",
      'model',
    );
  }
  if (fn === 'VECTOR_SEARCH') {
    const [input] = inputs;
    const scan = input?.kind === 'Scan' ? input : undefined;
    const source = (scan && connectors.source(scan.options, scan.table)?.sourceClass) ?? 'ScanTableSource';
    const wanted = 'org.apache.flink.table.connector.source.VectorSearchTableSource';
    throw catalogError(
      'ClassCastException',
      `class ${source} cannot be cast to class ${wanted} (${source} and ${wanted} are in unnamed module of loader 'app')`,
      'vector-search',
    );
  }
}

/** A table function of constants stands beside one row. */
export function functionAlone(rel: TableFunctionRel, connectors: Connectors): Physical {
  refuseForeign(rel, connectors);
  const zero = { name: 'ZERO', type: types.int(false) };
  const input: Physical = { ...draft, kind: 'Values', fields: [zero], rows: [[0]] };
  const names = uniqueNames([zero.name, ...rel.fields.map((field) => field.name)]);
  const fields = [zero, ...rel.fields.map((field, i) => ({ ...field, name: names[i + 1] as string }))];
  const node: Correlate = {
    ...draft,
    kind: 'Correlate',
    fields,
    input,
    fn: rel.fn,
    ...(rel.udf && { udf: rel.udf }),
    args: rel.args,
    joinType: 'INNER',
    condition: null,
  };
  return calc(
    node,
    rel.fields.map((_, i) => inputRef(fields, i + 1)),
    [],
    rel.fields,
  );
}
