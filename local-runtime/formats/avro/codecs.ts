import { crc32, deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { FlinkFault } from '../../errors.ts';
import { snappyCompress, snappyUncompress } from '../snappy.ts';

/** How the blocks of a container file are packed (org.apache.avro.file.Codec). */
export interface Codec {
  pack(block: Uint8Array): Uint8Array;
  unpack(block: Uint8Array): Uint8Array;
}

const CODECS: Readonly<Record<string, Codec>> = {
  null: { pack: (b) => b, unpack: (b) => b },
  deflate: { pack: (b) => deflateRawSync(b), unpack: (b) => new Uint8Array(inflateRawSync(b)) },
  snappy: {
    pack(block) {
      const packed = snappyCompress(block);
      const out = new Uint8Array(packed.length + 4);
      out.set(packed);
      new DataView(out.buffer).setUint32(packed.length, crc32(block));
      return out;
    },
    unpack(block) {
      const plain = snappyUncompress(block.subarray(0, block.length - 4));
      const sum = new DataView(block.buffer, block.byteOffset, block.byteLength).getUint32(block.length - 4);
      if (crc32(plain) !== sum) throw new FlinkFault('IOException', 'Checksum failure');
      return plain;
    },
  },
  zstandard: { pack: (b) => zstdCompressSync(b), unpack: (b) => new Uint8Array(zstdDecompressSync(b)) },
};

/** A codec by the name in the file's header or of `avro.codec`. */
export function codecFor(name: string): Codec {
  const codec = CODECS[name];
  if (codec) return codec;
  if (name === 'bzip2' || name === 'xz') {
    throw new FlinkFault(
      'UnsupportedOperationException',
      `The local runtime does not support the Avro codec '${name}'; it supports ${Object.keys(CODECS).join(', ')}.`,
    );
  }
  throw new FlinkFault('AvroRuntimeException', `Unrecognized codec: ${name}`);
}
