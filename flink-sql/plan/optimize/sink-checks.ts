import type { BindContext, SinkTraits } from '../../binder/api.ts';
import { catalogError, validationError } from '../../catalog/errors.ts';
import type { ResolvedTable } from '../../catalog/model.ts';
import { summaryName } from '../../catalog/store.ts';

/** Does the session run its jobs in batch mode? */
export function isBatch(ctx: Pick<BindContext, 'options'>): boolean {
  return ctx.options['execution.runtime-mode']?.toLowerCase() === 'batch';
}

/** Only files can be overwritten, and only in batch mode (DynamicSinkUtils.validateAndApplyOverwrite). */
export function checkOverwrite(
  options: Readonly<Record<string, string>>,
  table: ResolvedTable,
  ctx: Pick<BindContext, 'options'>,
): void {
  if (options.connector !== 'filesystem') {
    throw validationError(
      `INSERT OVERWRITE requires that the underlying DynamicTableSink of table '${summaryName(table.identifier)}' implements the SupportsOverwrite interface.`,
      'overwrite',
    );
  }
  if (!isBatch(ctx)) throw catalogError('IllegalStateException', 'Streaming mode not support overwrite.', 'overwrite');
}

/** The columns that a sink is to write as metadata must be keys it knows (DynamicSinkUtils.validateAndApplyMetadata). */
export function checkWritableMetadata(table: ResolvedTable, traits: SinkTraits | undefined): void {
  for (const column of table.columns) {
    if (column.kind !== 'metadata' || column.virtual || !traits) {
      continue;
    }
    const name = summaryName(table.identifier);
    const keys = Object.keys(traits.metadata);
    if (keys.length === 0) {
      throw validationError(
        `Table '${name}' declares persistable metadata columns, but the underlying DynamicTableSink doesn't implement the SupportsWritingMetadata interface. If the column should not be persisted, it can be declared with the VIRTUAL keyword.`,
        'metadata',
      );
    }
    const key = column.key ?? column.name;
    if (!keys.includes(key)) {
      throw validationError(
        `Invalid metadata key '${key}' in column '${column.name}' of table '${name}'. The DynamicTableSink class '${traits.sinkClass ?? ''}' supports the following metadata keys for writing:\n${keys.join('\n')}`,
        'metadata',
      );
    }
  }
}
