import type { SinkTraits } from '../../binder/api.ts';
import { validationError } from '../../catalog/errors.ts';
import type { ResolvedTable } from '../../catalog/model.ts';
import { summaryName } from '../../catalog/store.ts';

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
