import type { RowField } from '../../flink-sql/types/logical-type.ts';
import { ROW_KIND_SHORT } from '../batch/batch.ts';
import { type Column, valueAt } from '../batch/column.ts';
import type { Connector } from './connector.ts';
import { booleanOption, checkOptions, checkParallelism, type Options } from './options.ts';
import { rowText } from './row-text.ts';

const check = (identifier: string, options: Options, optional: readonly string[]) =>
  checkOptions(identifier, options, { required: [], optional });

/** Lines are out when they are printed: nothing to flush, commit or close. */
const nothing = () => Promise.resolve();

/** `connector = 'print'`: a line a row, `+I[1, a]` (PrintTableSinkFactory). */
export const print: Connector = {
  identifier: 'print',
  sinkTraits(options, table) {
    check('print', options, ['print-identifier', 'sink.parallelism', 'standard-error']);
    booleanOption(options, 'standard-error', false);
    checkParallelism(options, 'sink.parallelism', table);
    return {
      accepts: 'all',
      metadata: {},
      sinkClass: 'org.apache.flink.connector.print.table.PrintTableSinkFactory$PrintSink',
    };
  },
  async openSink(request) {
    const label = request.options['print-identifier'];
    const { index, of } = request.subtask ?? { index: 0, of: 1 };
    const parts = [...(label ? [label] : []), ...(of > 1 ? [String(index + 1)] : [])];
    const prefix = parts.length > 0 ? `${parts.join(':')}> ` : '';
    const text = rowText(request.fields.map((f: RowField) => f.type));
    return {
      async write(batch) {
        for (let i = 0; i < batch.length; i++) {
          const row = batch.columns.map((c: Column) => valueAt(c, i));
          request.env.print(`${prefix}${ROW_KIND_SHORT[batch.kinds?.[i] ?? 0]}[${text(row)}]`);
        }
      },
      flush: nothing,
      commit: nothing,
      close: nothing,
    };
  },
};

/** `connector = 'blackhole'`: takes everything, keeps nothing (BlackHoleTableSinkFactory). */
export const blackhole: Connector = {
  identifier: 'blackhole',
  sinkTraits(options) {
    check('blackhole', options, []);
    return {
      // It asks for no images before updates (BlackHoleTableSinkFactory).
      accepts: 'upsert',
      metadata: {},
      sinkClass: 'org.apache.flink.connector.blackhole.table.BlackHoleTableSinkFactory$BlackHoleSink',
    };
  },
  async openSink() {
    return { write: nothing, flush: nothing, commit: nothing, close: nothing };
  },
};
