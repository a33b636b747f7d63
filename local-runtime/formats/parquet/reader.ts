import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { asFault, FlinkFault } from '../../errors.ts';
import type { FileInput, FileReader } from '../format.ts';
import { ChunkPages, compressorsOf, type Library } from './chunk.ts';
import { type ColumnReader, FlatColumn, LeafCursor, MissingColumn } from './columns.ts';
import { converterFor } from './convert.ts';
import type { ColumnDecoder, Compressors, FileMetaData, SchemaTree } from './library.ts';
import { NestedColumn } from './nested.ts';

const BATCH_ROWS = 8192;
/** The first batch is small, so that the first rows show at once. */
const FIRST_ROWS = 512;

type Group = FileMetaData['row_groups'][number];
const NESTED = new Set(['ARRAY', 'MAP', 'MULTISET', 'ROW']);

/**
 * Reads the wanted columns of a Parquet file, one row group after the other (ParquetColumnarRowInputFormat). Columns are found by
 * name; one that the file lacks is NULL. A position is a number of rows.
 */
export class ParquetReader implements FileReader {
  private readonly library: Library;
  private readonly file: FileInput;
  private readonly metadata: FileMetaData;
  private readonly root: SchemaTree;
  private readonly fields: readonly RowField[];
  private readonly utc: boolean;
  private readonly compressors: Compressors;
  private columns: ColumnReader[] = [];
  private group = 0;
  /** Rows of the current group not given yet. */
  private left = 0;
  private given = 0;
  private skip: number;

  private constructor(
    library: Library,
    file: FileInput,
    metadata: FileMetaData,
    fields: readonly RowField[],
    utc: boolean,
    position: number,
  ) {
    this.library = library;
    this.file = file;
    this.metadata = metadata;
    this.root = library.parquetSchema(metadata);
    this.fields = fields;
    this.utc = utc;
    this.compressors = compressorsOf(library);
    this.skip = position;
  }

  static async open(
    file: FileInput,
    fields: readonly RowField[],
    utc: boolean,
    position: number,
  ): Promise<ParquetReader> {
    const library = await import('./library.ts');
    let metadata: FileMetaData;
    try {
      metadata = await library.parquetMetadataAsync({
        byteLength: file.size,
        async slice(start, end = file.size) {
          return bufferOf(await file.read(start, end - start));
        },
      });
    } catch (error) {
      throw new FlinkFault('RuntimeException', `${file.path} is not a Parquet file.`, asFault(error));
    }
    return new ParquetReader(library, file, metadata, fields, utc, position);
  }

  position(): number {
    return this.given;
  }

  async next(): Promise<Batch | undefined> {
    try {
      while (this.left === 0) {
        const group = this.metadata.row_groups[this.group++];
        if (!group) return undefined;
        const rows = Number(group.num_rows);
        if (this.skip >= rows) {
          this.skip -= rows;
          this.given += rows;
          continue;
        }
        await this.begin(group);
        this.left = rows;
        for (; this.skip > 0; ) this.batch(Math.min(this.skip, BATCH_ROWS), true);
      }
      return this.batch(Math.min(this.left, this.given === 0 ? FIRST_ROWS : BATCH_ROWS), false);
    } catch (error) {
      throw new FlinkFault(
        'IOException',
        `Failed to read the Parquet file ${this.file.path} at row ${this.given}.`,
        asFault(error),
      );
    }
  }

  private batch(rows: number, skipped: boolean): Batch {
    const columns = this.columns.map((column) => column.read(rows));
    this.left -= rows;
    this.given += rows;
    if (skipped) this.skip -= rows;
    return { length: rows, kinds: undefined, columns, marks: undefined };
  }

  /** Reads the column chunks of a row group that are wanted. */
  private async begin(group: Group): Promise<void> {
    const columns: ColumnReader[] = [];
    for (const { name, type } of this.fields) {
      const tree = this.root.children.find((child) => child.element.name === name);
      columns.push(tree ? await this.column(group, tree, type) : new MissingColumn(type));
    }
    this.columns = columns;
  }

  private async column(group: Group, tree: SchemaTree, type: LogicalType): Promise<ColumnReader> {
    const chunks = new Map<string, ChunkPages>();
    for (const leaf of leavesOf(tree)) chunks.set(leaf.path.join('\0'), await this.chunk(group, leaf));
    const pagesOf = (leaf: SchemaTree) => chunks.get(leaf.path.join('\0')) as ChunkPages;
    if (!NESTED.has(type.root) && !tree.children.length && tree.element.repetition_type !== 'REPEATED')
      return new FlatColumn(pagesOf(tree), type, converterFor(tree.element, type, this.utc));
    return new NestedColumn(tree, type, (leaf, leafType, depth) => {
      const convert = leafType ? converterFor(leaf.element, leafType, this.utc) : undefined;
      return new LeafCursor(pagesOf(leaf), convert, depth);
    });
  }

  private async chunk(group: Group, leaf: SchemaTree): Promise<ChunkPages> {
    const name = leaf.path.join('\0');
    const meta = group.columns.find((c) => c.meta_data?.path_in_schema.join('\0') === name)?.meta_data;
    if (!meta) throw new FlinkFault('IOException', `The row group has no column '${leaf.path.join('.')}'.`);
    const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
    const from = Math.min(start, Number(meta.data_page_offset));
    const bytes = await this.file.read(from, Number(meta.total_compressed_size));
    const decoder: ColumnDecoder = {
      pathInSchema: meta.path_in_schema,
      ...layoutOf(meta.type, leaf.element),
      schemaPath: pathTo(this.root, leaf),
      codec: meta.codec,
      parsers: {} as ColumnDecoder['parsers'],
      compressors: this.compressors,
      utf8: false,
    };
    return new ChunkPages(this.library, decoder, bytes, Number(meta.num_values));
  }
}

/** How values lie in pages. The library mixes the halves of an INT96 up where the lower one is negative: it comes as bytes. */
function layoutOf(
  type: ColumnDecoder['type'],
  element: SchemaTree['element'],
): Pick<ColumnDecoder, 'type' | 'element'> {
  if (type !== 'INT96') return { type, element };
  return { type: 'FIXED_LEN_BYTE_ARRAY', element: { ...element, type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12 } };
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  if (bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength) return bytes.buffer as ArrayBuffer;
  return bytes.slice().buffer as ArrayBuffer;
}

function leavesOf(tree: SchemaTree): SchemaTree[] {
  return tree.children.length ? tree.children.flatMap(leavesOf) : [tree];
}

/** The nodes from the root to a leaf, by which the library knows the highest levels. */
function pathTo(root: SchemaTree, leaf: SchemaTree): SchemaTree[] {
  const path = [root];
  let at = root;
  for (const name of leaf.path) {
    at = at.children.find((child) => child.element.name === name) as SchemaTree;
    path.push(at);
  }
  return path;
}
