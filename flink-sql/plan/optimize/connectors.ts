import type { BindContext, SinkTraits, SourceTraits } from '../../binder/api.ts';
import { catalogError } from '../../catalog/errors.ts';
import type { PartitionSpec, ResolvedTable } from '../../catalog/model.ts';
import { SqlError } from '../../diagnostics.ts';
import type { Rex } from '../rex.ts';

type Options = Readonly<Record<string, string>>;

/** What the planner knows of connectors; wrong options become a SqlError with the words of the innermost cause. */
export class Connectors {
  readonly #bind: Pick<BindContext, 'connectors' | 'partitions'>;
  readonly #sources = new Map<string, SourceTraits | undefined>();

  constructor(bind: Pick<BindContext, 'connectors' | 'partitions'>) {
    this.#bind = bind;
  }

  source(options: Options, table: ResolvedTable): SourceTraits | undefined {
    if (!this.#bind.connectors) return undefined;
    const key = JSON.stringify([table.identifier, options]);
    if (!this.#sources.has(key)) {
      this.#sources.set(
        key,
        asked(() => this.#bind.connectors?.source(options, table)),
      );
    }
    return this.#sources.get(key);
  }

  /** The partitions that the conditions leave; undefined where the source has none to list. */
  partitions(options: Options, table: ResolvedTable, conditions: readonly Rex[]): readonly PartitionSpec[] | undefined {
    return asked(() => this.#bind.partitions?.(options, table, conditions));
  }

  /** What the source says to being built. */
  translate(options: Options, table: ResolvedTable): void {
    asked(() => this.source(options, table)?.translate?.());
  }

  sink(options: Options, table: ResolvedTable): SinkTraits | undefined {
    return asked(() => this.#bind.connectors?.sink(options, table));
  }

  /** What the sink says to being built. */
  translateSink(traits: SinkTraits | undefined, batch: boolean): void {
    asked(() => traits?.translate?.(batch));
  }
}

function asked<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof SqlError || !(error instanceof Error)) {
      throw error;
    }
    const causes = [error.message];
    let inner = error;
    while (inner.cause instanceof Error) {
      inner = inner.cause;
      causes.push(inner.message);
    }
    throw catalogError(inner.name, inner.message, 'connector', causes);
  }
}
