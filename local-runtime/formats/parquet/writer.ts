import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { MapValue, Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import { AvroOutput } from '../avro/output.ts';
import type { FileWriter } from '../format.ts';
import { snappyCompress } from '../snappy.ts';
import { LeafWriter } from './leaf.ts';
import { type ParquetNode, type ParquetWriteOptions, PHYSICAL, parquetNodes, schemaElements } from './schema.ts';
import { i32, i64, list, struct, type ThriftValue, text, thriftBytes } from './thrift.ts';

const MAGIC = new TextEncoder().encode('PAR1');

/** Codecs that are written, with their numbers in the format. */
export const CODECS = {
  UNCOMPRESSED: { id: 0, pack: (page: Uint8Array): Uint8Array => page },
  SNAPPY: { id: 1, pack: snappyCompress },
  GZIP: { id: 2, pack: (page: Uint8Array): Uint8Array => gzipSync(page) },
  ZSTD: { id: 6, pack: (page: Uint8Array): Uint8Array => zstdCompressSync(page) },
} as const;

export type CodecName = keyof typeof CODECS;

/** Writes a value of a node with its levels into the leaves below. */
type Shred = (value: Value, repetition: number, definition: number) => void;

/** Writes a Parquet file: PLAIN values, pages of version 1 (ParquetRowDataBuilder). */
export class ParquetFileWriter implements FileWriter {
  private readonly nodes: readonly ParquetNode[];
  private readonly shreds: Shred[] = [];
  private readonly leaves: LeafWriter[] = [];
  private readonly codec: CodecName;
  private readonly blockBytes: number;
  private readonly out = new AvroOutput();
  private readonly groups: ThriftValue[] = [];
  private rows = 0;
  private totalRows = 0;
  /** Bytes of the file so far, taken or not. */
  private offset = MAGIC.length;

  constructor(fields: readonly RowField[], options: ParquetWriteOptions, codec: CodecName, blockBytes: number) {
    this.codec = codec;
    this.blockBytes = blockBytes;
    this.nodes = parquetNodes(fields, options);
    for (const [i, field] of fields.entries())
      this.shreds.push(this.shred(this.nodes[i] as ParquetNode, field.type, [], 0, 0, options));
    this.out.raw(MAGIC);
  }

  append(batch: Batch, i: number): void {
    for (let c = 0; c < this.shreds.length; c++)
      (this.shreds[c] as Shred)(valueAt(batch.columns[c] as Column, i), 0, 0);
    this.rows++;
    // Looking at sizes costs more than a row.
    if ((this.rows & 1023) === 0) this.check();
  }

  private check(): void {
    let bytes = 0;
    for (const leaf of this.leaves) {
      leaf.cut();
      bytes += leaf.bytes;
    }
    if (bytes >= this.blockBytes) this.group();
  }

  private group(): void {
    if (!this.rows) return;
    const columns: ThriftValue[] = [];
    let plain = 0;
    for (const leaf of this.leaves) {
      const chunk = leaf.chunk();
      plain += chunk.plainBytes;
      columns.push(
        struct(
          [2, i64(this.offset)],
          [
            3,
            struct(
              [1, i32(PHYSICAL[leaf.node.physical ?? 'BYTE_ARRAY'])],
              [2, list('i32', [i32(0), i32(3)])],
              [3, list('text', leaf.path.map(text))],
              [4, i32(CODECS[this.codec].id)],
              [5, i64(chunk.entries)],
              [6, i64(chunk.plainBytes)],
              [7, i64(chunk.bytes.length)],
              [9, i64(this.offset)],
            ),
          ],
        ),
      );
      this.out.raw(chunk.bytes);
      this.offset += chunk.bytes.length;
    }
    this.groups.push(struct([1, list('struct', columns)], [2, i64(plain)], [3, i64(this.rows)]));
    this.totalRows += this.rows;
    this.rows = 0;
  }

  get buffered(): number {
    return this.out.length;
  }

  take(): Uint8Array {
    return this.out.take();
  }

  end(): Uint8Array {
    this.group();
    const footer = thriftBytes(
      struct(
        [1, i32(1)],
        [2, list('struct', schemaElements(this.nodes))],
        [3, i64(this.totalRows)],
        [4, list('struct', this.groups)],
        [6, text('millrace')],
      ),
    );
    this.out.raw(footer);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, footer.length, true);
    this.out.raw(length);
    this.out.raw(MAGIC);
    return this.out.take();
  }

  private shred(
    node: ParquetNode,
    type: LogicalType,
    above: readonly string[],
    definition: number,
    repetition: number,
    options: ParquetWriteOptions,
  ): Shred {
    const path = [...above, node.name];
    const optional = node.repetition === 'OPTIONAL';
    const here = definition + (optional ? 1 : 0);
    const from = this.leaves.length;
    if (type.root === 'ROW') {
      const shreds = type.fields.map((f, i) =>
        this.shred(node.children[i] as ParquetNode, f.type, path, here, repetition, options),
      );
      const below = this.leaves.slice(from);
      return guarded(node, optional, below, (value, rep) => {
        const row = value as readonly Value[];
        for (let i = 0; i < shreds.length; i++) (shreds[i] as Shred)(row[i] as Value, rep, here);
      });
    }
    if (type.root === 'ARRAY') {
      const repeated = node.children[0] as ParquetNode;
      const level = repetition + 1;
      const inner = [...path, repeated.name];
      const item = this.shred(repeated.children[0] as ParquetNode, type.element, inner, here + 1, level, options);
      const below = this.leaves.slice(from);
      return guarded(node, optional, below, (value, rep) => {
        const items = value as readonly Value[];
        if (!items.length) for (const leaf of below) leaf.add(null, rep, here);
        for (let i = 0; i < items.length; i++) item(items[i] as Value, i ? level : rep, here + 1);
      });
    }
    if (type.root === 'MAP' || type.root === 'MULTISET') {
      const entry = node.children[0] as ParquetNode;
      const level = repetition + 1;
      const inner = [...path, entry.name];
      const [keyType, valueType] = type.root === 'MAP' ? [type.key, type.value] : [type.element, types.int(false)];
      const key = this.shred(entry.children[0] as ParquetNode, keyType, inner, here + 1, level, options);
      const val = this.shred(entry.children[1] as ParquetNode, valueType, inner, here + 1, level, options);
      const below = this.leaves.slice(from);
      return guarded(node, optional, below, (value, rep) => {
        const map = value as MapValue;
        if (!map.keys.length) for (const leaf of below) leaf.add(null, rep, here);
        for (let i = 0; i < map.keys.length; i++) {
          key(map.keys[i] as Value, i ? level : rep, here + 1);
          val(map.values[i] as Value, i ? level : rep, here + 1);
        }
      });
    }
    const leaf = new LeafWriter(path, node, type, here, repetition, options, CODECS[this.codec].pack);
    this.leaves.push(leaf);
    return guarded(node, optional, [leaf], (value, rep) => leaf.add(value, rep, here));
  }
}

/** NULL stands for itself in an optional node and fails in a required one. */
function guarded(
  node: ParquetNode,
  optional: boolean,
  below: readonly LeafWriter[],
  write: (value: Exclude<Value, null>, repetition: number) => void,
): Shred {
  return (value, repetition, definition) => {
    if (value !== null) {
      write(value, repetition);
      return;
    }
    if (!optional)
      throw new FlinkFault('NullPointerException', `The required Parquet column '${node.name}' got a NULL value.`);
    for (const leaf of below) leaf.add(null, repetition, definition);
  };
}
