import type { Collapse } from '../../flink-sql/plan/physical.ts';
import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, INSERT, UPDATE_AFTER } from '../batch/batch.ts';
import { BatchBuilder } from '../batch/builder.ts';
import { type Column, valueAt } from '../batch/column.ts';
import { canonical } from '../state/canonical.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { compareKeys } from './rank/top-n.ts';
import { type StateTable, stateTable } from './state-table.ts';

/** Rows a batch that goes out. */
const OUT_ROWS = 4096;

/** A row kept, and whether a later change took it back. */
interface Kept {
  readonly columns: readonly Column[];
  readonly index: number;
  readonly key: readonly Value[];
  gone: boolean;
}

/**
 * Batch mode: keeps all rows until the input ends, then gives those that are left, sorted and cut, as inserts. A -U or -D takes back
 * the last equal row. Watermarks pass nothing; the end of event time comes with the end. Follows BatchExecSort and SortLimit over a
 * changelog that has come to its end.
 */
export class CollapseOperator implements Operator {
  private readonly node: Collapse;
  private readonly types: readonly LogicalType[];
  private readonly context: OperatorContext;
  private rows: Kept[] = [];
  /** Living rows by content; only once a change took one back. */
  private byContent: Map<string, Kept[]> | undefined;

  constructor(node: Collapse, types: readonly LogicalType[], context: OperatorContext) {
    this.node = node;
    this.types = types;
    this.context = context;
  }

  process(batch: Batch): void {
    for (let i = 0; i < batch.length; i++) {
      const kind = batch.kinds?.[i] ?? INSERT;
      if (kind === INSERT || kind === UPDATE_AFTER) this.add(batch.columns, i);
      else this.remove(batch.columns, i);
    }
  }

  private add(columns: readonly Column[], index: number): void {
    const key = this.node.order.map((o) => valueAt(columns[o.index] as Column, index));
    const kept: Kept = { columns, index, key, gone: false };
    this.rows.push(kept);
    if (this.byContent) remember(this.byContent, kept);
  }

  private remove(columns: readonly Column[], index: number): void {
    if (!this.byContent) {
      this.byContent = new Map();
      for (const kept of this.rows) remember(this.byContent, kept);
    }
    const kept = this.byContent.get(contentOf(columns, index))?.pop();
    if (kept) kept.gone = true;
  }

  end(): void {
    const left = this.rows.filter((r) => !r.gone);
    this.rows = [];
    this.byContent = undefined;
    if (this.node.order.length) left.sort((a, b) => compareKeys(a.key, b.key, this.node.order));
    const { offset, fetch } = this.node;
    const out = new BatchBuilder(this.types);
    for (const row of left.slice(offset, fetch === undefined ? undefined : offset + fetch)) {
      out.rowFrom(row.columns, row.index);
      if (out.length >= OUT_ROWS) this.context.output.emit(out.take());
    }
    if (!out.isEmpty) this.context.output.emit(out.take());
  }

  stateBytes(): number {
    return this.rows.length * 64;
  }

  describeState(): readonly StateTable[] {
    const table = stateTable('rows so far', this.node.input.fields, (columns, end) => {
      for (const row of this.rows) {
        if (row.gone) continue;
        for (const [c, writer] of columns.entries()) writer.appendFrom(row.columns[c] as Column, row.index);
        end();
      }
    });
    return [table];
  }

  snapshot(): Value[][] {
    return this.rows.filter((row) => !row.gone).map(({ columns, index }) => columns.map((c) => valueAt(c, index)));
  }

  restore(rows: Value[][]): void {
    const builder = new BatchBuilder(this.types);
    for (const row of rows) builder.values(row);
    if (!builder.isEmpty) this.process(builder.take());
  }
}

function contentOf(columns: readonly Column[], index: number): string {
  return columns.map((c) => canonical(valueAt(c, index))).join('|');
}

function remember(map: Map<string, Kept[]>, kept: Kept): void {
  const content = contentOf(kept.columns, kept.index);
  const list = map.get(content);
  if (list) list.push(kept);
  else map.set(content, [kept]);
}
