import type { WindowTableFunction } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { INSERT } from '../batch/batch.ts';
import type { TimestampWriter } from '../state/column-writer.ts';
import type { OperatorContext } from './operator.ts';
import { type StateTable, stateTable } from './state-table.ts';
import { BOUNDS } from './windows/describe-windows.ts';
import { SessionWindows } from './windows/session-windows.ts';
import { WindowRows } from './windows/window-rows.ts';

/**
 * SESSION without an aggregate, insert-only: see SessionWindows; contents are the rows, emitted with window_start, window_end and
 * window_time when the session fires. Follows UnalignedWindowTableFunctionOperator.
 */
export class SessionWindowRowsOperator extends SessionWindows {
  private readonly rows: WindowRows;
  private readonly inputWidth: number;

  constructor(node: WindowTableFunction, inputTypes: readonly LogicalType[], context: OperatorContext) {
    const { window } = node;
    const rows = new WindowRows(inputTypes);
    const settings = {
      fields: node.fields,
      group: window.partition,
      calls: [],
      properties: [],
      type: 'SESSION' as const,
      timeIndex: window.timeIndex,
      rowtime: window.rowtime,
      size: window.size,
      slide: window.size,
      offset: 0,
      ltz: window.ltz,
      retracting: false,
      legacy: false,
    };
    super(settings, inputTypes, context, rows);
    this.rows = rows;
    this.inputWidth = inputTypes.length;
  }

  describeState(): readonly StateTable[] {
    const fields = [...BOUNDS, ...this.settings.fields.slice(0, this.inputWidth)];
    const table = stateTable('rows of open sessions', fields, (columns, end) => {
      for (const { start, end: until, contents } of this.open()) {
        for (const row of this.rows.of(contents)) {
          columns[0]?.append({ ms: start, nanos: 0 });
          columns[1]?.append({ ms: until, nanos: 0 });
          this.rows.store.writeRow(row, columns, BOUNDS.length);
          end();
        }
      }
    });
    return [table];
  }

  protected emitWindow(_key: number, start: number, end: number, contents: number): void {
    const writers = this.out.columns;
    for (const row of this.rows.of(contents)) {
      this.rows.store.writeRow(row, writers, 0);
      (writers[this.inputWidth] as TimestampWriter).appendTime(start, 0);
      (writers[this.inputWidth + 1] as TimestampWriter).appendTime(end, 0);
      (writers[this.inputWidth + 2] as TimestampWriter).appendTime(this.zone.toEpoch(end - 1), 0);
      this.out.end(INSERT);
    }
  }
}
