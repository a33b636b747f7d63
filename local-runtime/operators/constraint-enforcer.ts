import type { RowField } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { FlinkFault } from '../errors.ts';
import type { StringWriter } from '../state/column-writer.ts';
import { RowWriter } from '../state/row-writer.ts';
import type { Operator, OperatorContext } from './operator.ts';

interface Length {
  readonly index: number;
  readonly length: number;
  /** CHAR and BINARY are padded too. */
  readonly exact: boolean;
  readonly text: boolean;
}

/**
 * Checks rows before a sink: NULL in a NOT NULL column fails the job (or drops the row where the option says so); text and binary
 * longer than their column are cut when asked. Keeps nothing; watermarks pass. Follows ConstraintEnforcer and its
 * NotNullConstraint, CharLengthConstraint and BinaryLengthConstraint.
 */
export class ConstraintEnforcer implements Operator {
  private readonly notNull: readonly number[];
  private readonly lengths: readonly Length[];
  private readonly fields: readonly RowField[];
  private readonly drop: boolean;
  private readonly fails: boolean;
  private readonly context: OperatorContext;
  private readonly out: RowWriter;

  constructor(fields: readonly RowField[], context: OperatorContext) {
    this.fields = fields;
    this.context = context;
    this.notNull = fields.flatMap((f, i) => (f.type.nullable ? [] : [i]));
    this.drop = (context.options['table.exec.sink.not-null-enforcer'] ?? 'ERROR').toUpperCase() === 'DROP';
    const lengthRule = (context.options['table.exec.sink.type-length-enforcer'] ?? 'IGNORE').toUpperCase();
    this.fails = lengthRule === 'ERROR';
    this.lengths = lengthRule === 'IGNORE' ? [] : fields.flatMap((f, i) => lengthOf(f, i));
    this.out = new RowWriter(
      fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  /** Whether there is anything to check. */
  get needed(): boolean {
    return this.notNull.length > 0 || this.lengths.length > 0;
  }

  process(batch: Batch): void {
    if (this.lengths.length === 0 && !this.hasNull(batch)) {
      this.context.output.emit(batch);
      return;
    }
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) this.row(batch, i);
      },
      (watermark) => this.out.mark(watermark),
    );
    this.out.flush();
  }

  private hasNull(batch: Batch): boolean {
    for (const index of this.notNull) {
      const nulls = (batch.columns[index] as Column).nulls;
      if (nulls !== undefined && nulls.indexOf(1) >= 0 && nulls.indexOf(1) < batch.length) return true;
    }
    return false;
  }

  private row(batch: Batch, i: number): void {
    for (const index of this.notNull) {
      const nulls = (batch.columns[index] as Column).nulls;
      if (nulls === undefined || nulls[i] !== 1) continue;
      if (this.drop) return;
      throw new FlinkFault(
        'EnforcerException',
        `Column '${(this.fields[index] as RowField).name}' is NOT NULL, however, a null value is being written into it. ` +
          "You can set job configuration 'table.exec.sink.not-null-enforcer'='DROP' to suppress this exception and drop such records silently.",
      );
    }
    const writers = this.out.columns;
    for (let c = 0; c < writers.length; c++) writers[c]?.appendFrom(batch.columns[c] as Column, i);
    for (const length of this.lengths) this.enforce(batch, i, length);
    this.out.end(batch.kinds === undefined ? 0 : (batch.kinds[i] as number));
  }

  private enforce(batch: Batch, i: number, { index, length, exact, text }: Length): void {
    const column = batch.columns[index] as Column;
    if (column.nulls?.[i] === 1) return;
    const writer = this.out.columns[index] as StringWriter;
    const n = text ? textLength(column, i) : binaryAt(column, i).length;
    if (n === length || (n < length && !exact)) return;
    if (this.fails) {
      throw new FlinkFault('EnforcerException', lengthMessage(this.fields[index] as RowField, n < length));
    }
    writer.truncate(writer.n - 1);
    if (text) {
      const value = column.kind === 'str' ? column.get(i) : '';
      writer.append([...value].slice(0, length).join('') + ' '.repeat(Math.max(0, length - n)));
    } else {
      const bytes = new Uint8Array(length);
      bytes.set(binaryAt(column, i).subarray(0, length));
      writer.append(exact ? bytes : bytes.subarray(0, Math.min(n, length)));
    }
  }

  end(): void {
    // Nothing kept.
  }
}

function textLength(column: Column, i: number): number {
  return column.kind === 'str' ? [...column.get(i)].length : 0;
}

function binaryAt(column: Column, i: number): Uint8Array {
  return column.kind === 'obj' ? (column.values[i] as Uint8Array) : new Uint8Array(0);
}

function lengthMessage(field: RowField, short: boolean): string {
  const type = field.type;
  const declared = 'length' in type ? `${type.root}(${type.length})` : type.root;
  return (
    `Column '${field.name}' is ${declared}, however, a string of ${short ? 'shorter' : 'longer'} length is being written into it. ` +
    "You can set job configuration 'table.exec.sink.type-length-enforcer' to control this behaviour."
  );
}

function lengthOf(field: RowField, index: number): Length[] {
  const type = field.type;
  if (type.root === 'CHAR') return [{ index, length: type.length, exact: true, text: true }];
  if (type.root === 'BINARY') return [{ index, length: type.length, exact: true, text: false }];
  if (type.root === 'VARCHAR' && type.length < 2147483647)
    return [{ index, length: type.length, exact: false, text: true }];
  if (type.root === 'VARBINARY' && type.length < 2147483647)
    return [{ index, length: type.length, exact: false, text: false }];
  return [];
}
