import type { ResolvedTable } from '../../flink-sql/catalog/model.ts';
import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../batch/builder.ts';
import { asFault, FlinkFault, validation } from '../errors.ts';
import type { SinkWriter } from './connector.ts';
import type { DeadLetter, DeadLetters } from './dead-letters.ts';

const utf8 = new TextDecoder();

/** Columns that such a table may have, by name; all others are refused. */
const COLUMNS: Readonly<Record<string, (letter: DeadLetter) => Uint8Array | string | number | null>> = {
  error: ({ error }) => {
    const cause = error.chain().at(-1);
    return cause ? `${cause.exception}: ${cause.message}` : error.message;
  },
  topic: ({ origin }) => origin.topic ?? null,
  partition: ({ origin }) => origin.partition ?? null,
  offset: ({ origin }) => origin.offset ?? null,
  timestamp: ({ origin }) => origin.timestamp ?? null,
  file: ({ origin }) => origin.file ?? null,
  key: ({ key }) => key,
  value: ({ value }) => value,
};

/** Dead letters as rows of a table, of whatever connector: what a column is called says what is in it. */
export class DeadLetterTable implements DeadLetters {
  private readonly name: string;
  private readonly writer: SinkWriter;
  private readonly reads: readonly ((letter: DeadLetter) => Value)[];
  private readonly rows: BatchBuilder;

  private constructor(table: ResolvedTable, writer: SinkWriter) {
    const fields = deadLetterFields(table);
    this.name = table.identifier.name;
    this.writer = writer;
    this.reads = fields.map(({ name, type }) => {
      const read = COLUMNS[name] as (typeof COLUMNS)[string];
      return (letter) => converted(read(letter), type);
    });
    this.rows = new BatchBuilder(fields.map(({ type }) => type));
  }

  static async open(table: ResolvedTable, open: (fields: readonly RowField[]) => Promise<SinkWriter>) {
    return new DeadLetterTable(table, await open(deadLetterFields(table)));
  }

  add(letter: DeadLetter): void {
    this.rows.values(this.reads.map((read) => read(letter)));
  }

  async flush(): Promise<void> {
    if (this.rows.isEmpty) return;
    try {
      await this.writer.write(this.rows.take());
      await this.writer.flush();
      await this.writer.prepare?.();
      await this.writer.commit();
    } catch (error) {
      throw new FlinkFault('IOException', `Bad records cannot be kept in table ${this.name}.`, asFault(error));
    }
  }

  close(): Promise<void> {
    return this.writer.close();
  }
}

/** The physical columns of a table of dead letters; throws when one cannot be filled. */
export function deadLetterFields({ identifier, columns }: ResolvedTable): RowField[] {
  return columns
    .filter((column) => column.kind === 'physical')
    .map(({ name, type }) => {
      if (COLUMNS[name] && /^(VARCHAR|CHAR|VARBINARY|INTEGER|BIGINT|TIMESTAMP_WITH_LOCAL_TIME_ZONE)$/.test(type.root))
        return { name, type };
      throw validation(
        `Table '${identifier.name}' cannot take dead letters: column '${name}' must be one of ${Object.keys(COLUMNS).join(', ')}, of type STRING, BYTES, INT, BIGINT or TIMESTAMP_LTZ.`,
      );
    });
}

/** A value in the type of its column; NULL where it says nothing in that type. */
function converted(value: Uint8Array | string | number | null, type: LogicalType): Value {
  if (value === null) return null;
  const isBytes = typeof value === 'object';
  switch (type.root) {
    case 'VARBINARY':
      // A fetch's buffer is used again: a copy stays.
      return isBytes ? value.slice() : new TextEncoder().encode(String(value));
    case 'INTEGER':
    case 'BIGINT': {
      if (isBytes || !/^-?\d+$/.test(String(value))) return null;
      return type.root === 'BIGINT' ? BigInt(value) : Number(value);
    }
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return typeof value === 'number' ? { ms: value, nanos: 0 } : null;
    default:
      return isBytes ? utf8.decode(value) : String(value);
  }
}
