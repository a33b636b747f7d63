import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress } from '../snappy.ts';
import type { ColumnDecoder, Compressors, DecodedArray } from './library.ts';

/** The functions of the library, which is loaded with the first file. */
export type Library = typeof import('./library.ts');

/** One page: levels of each entry (empty: all at the highest) and the values of those that are there. */
export interface Page {
  readonly entries: number;
  readonly definitions: readonly number[];
  readonly repetitions: readonly number[];
  readonly values: DecodedArray;
  /** Values are indexes into this when there is one. */
  readonly dictionary: DecodedArray | undefined;
}

const bytesOf = (b: Uint8Array) => new Uint8Array(b.buffer, b.byteOffset, b.byteLength);

const unpackers: readonly (readonly [keyof Compressors, (input: Uint8Array) => Uint8Array])[] = [
  ['SNAPPY', snappyUncompress],
  ['GZIP', (input) => bytesOf(gunzipSync(input))],
  ['ZSTD', (input) => bytesOf(zstdDecompressSync(input))],
  ['BROTLI', (input) => bytesOf(brotliDecompressSync(input))],
];

/** What unpacks pages: Node's own where it has the codec. */
export function compressorsOf(library: Library): Compressors {
  return { ...library.slowCompressors, ...Object.fromEntries(unpackers) };
}

/** Reads the pages of one column chunk, one after the other. */
export class ChunkPages {
  private readonly library: Library;
  private readonly decoder: ColumnDecoder;
  private readonly reader: { view: DataView; offset: number };
  private dictionary: DecodedArray | undefined;
  private left: number;

  /** `entries`: the number of values in the chunk's metadata, nulls included. */
  constructor(library: Library, decoder: ColumnDecoder, bytes: Uint8Array, entries: number) {
    this.library = library;
    this.decoder = decoder;
    this.reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
    this.left = entries;
  }

  /** The next page; undefined at the end of the chunk. */
  next(): Page | undefined {
    const { library, reader, decoder } = this;
    while (this.left > 0 && reader.offset < reader.view.byteLength) {
      const header = library.parquetHeader(reader);
      if (header.type === 'DICTIONARY_PAGE') {
        this.dictionary = library.readPage(reader, header, decoder, undefined, undefined, 0).data;
        continue;
      }
      const size = header.compressed_page_size;
      const packed = new Uint8Array(reader.view.buffer, reader.view.byteOffset + reader.offset, size);
      reader.offset += size;
      const v1 = header.data_page_header;
      const v2 = header.data_page_header_v2;
      if (!v1 && !v2) continue;
      const entries = (v1 ?? v2)?.num_values ?? 0;
      this.left -= entries;
      const page = v1
        ? library.readDataPage(
            library.decompressPage(packed, Number(header.uncompressed_page_size), decoder.codec, decoder.compressors),
            v1,
            decoder,
          )
        : library.readDataPageV2(packed, header, decoder);
      const encoding = (v1 ?? v2)?.encoding ?? 'PLAIN';
      return {
        entries,
        definitions: page.definitionLevels ?? [],
        repetitions: page.repetitionLevels,
        values: page.dataPage,
        dictionary: encoding.endsWith('_DICTIONARY') ? this.dictionary : undefined,
      };
    }
    return undefined;
  }
}
