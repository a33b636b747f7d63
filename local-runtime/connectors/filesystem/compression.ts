import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { FlinkFault } from '../../errors.ts';
import { Bunzip2 } from './bzip2.ts';

export type Compression = 'gzip' | 'deflate' | 'zstd' | 'bzip2' | 'xz';

const BY_SUFFIX: Readonly<Record<string, Compression>> = {
  gz: 'gzip',
  gzip: 'gzip',
  deflate: 'deflate',
  zst: 'zstd',
  bz2: 'bzip2',
  xz: 'xz',
};

/** How a file is packed, by its name (StandardDeCompressors); undefined when it is not. */
export function compressionOf(path: string): Compression | undefined {
  const suffix = /\.([a-z0-9]+)$/i.exec(path)?.[1];
  return suffix === undefined ? undefined : BY_SUFFIX[suffix.toLowerCase()];
}

const OUT = { chunkSize: 1 << 18 };

function unpacker(kind: Compression, path: string): Transform {
  switch (kind) {
    case 'gzip':
      return createGunzip(OUT);
    case 'deflate':
      return createInflate(OUT);
    case 'zstd':
      return createZstdDecompress(OUT);
    case 'bzip2':
      return bunzip2();
    default:
      throw new FlinkFault(
        'UnsupportedOperationException',
        `The local runtime does not read files packed with ${kind} (${path}); it reads gzip, deflate, zstd and bzip2.`,
      );
  }
}

function bunzip2(): Transform {
  const unpack = new Bunzip2();
  const step = (work: () => void, done: (error?: Error) => void) => {
    try {
      work();
      done();
    } catch (error) {
      done(error as Error);
    }
  };
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      step(() => {
        for (const block of unpack.push(chunk)) this.push(block);
      }, done);
    },
    flush(done) {
      step(() => unpack.end(), done);
    },
  });
}

/** The unpacked bytes of a file, chunk by chunk; a chunk is not written to again. */
export async function* decompressed(path: string, kind: Compression): AsyncGenerator<Uint8Array, undefined> {
  const input = createReadStream(path, { highWaterMark: kind === 'bzip2' ? 1 << 20 : 1 << 17 });
  const unpack = unpacker(kind, path);
  input.on('error', (error) => unpack.destroy(error));
  input.pipe(unpack);
  try {
    for await (const chunk of unpack) yield chunk as Uint8Array;
  } catch (error) {
    throw new FlinkFault('IOException', `Failed to unpack ${path}: ${error instanceof Error ? error.message : error}`);
  } finally {
    input.destroy();
    unpack.destroy();
  }
  return undefined;
}
