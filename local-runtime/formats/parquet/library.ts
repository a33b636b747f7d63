// What is used of hyparquet: in a bundle of its own, read with the first Parquet file.
export { parquetMetadataAsync, parquetSchema } from 'hyparquet';
export { parquetHeader, readPage } from 'hyparquet/src/column.js';
export { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
export type {
  ColumnDecoder,
  Compressors,
  DecodedArray,
  FileMetaData,
  PageHeader,
  SchemaElement,
  SchemaTree,
} from 'hyparquet/src/types.js';
export { compressors as slowCompressors } from 'hyparquet-compressors';
