import { type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import type { Options } from '../options.ts';

/** Session option: INSERTs touch no sink and answer with the rows as they would be written. */
export const PREVIEW_OPTION = 'millrace.preview.sinks';

export const previews = (options: Options): boolean => options[PREVIEW_OPTION]?.toLowerCase() === 'true';

/** The columns of a preview: table, kind of the change, where it goes, and key and value as people read them. */
export const PREVIEW_FIELDS: readonly RowField[] = ['sink', 'op', 'target', 'key', 'value'].map((name) => ({
  name,
  type: types.string(),
}));
