import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** With `/`, relative. */
  readonly path: string;
  readonly contents: Uint8Array;
}

// 1980-01-01, the first day that the format knows: the same input gives the same bytes.
const dosDate = 0x21;

/** A ZIP archive of these files (deflate, UTF-8 names, at most 4 GB and 65535 entries). */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, contents } of entries) {
    const name = Buffer.from(path);
    const data = deflateRawSync(contents, { level: 6 });
    // What the local header and the directory entry have in common: version, flags (UTF-8), method, time, date, CRC, sizes.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(dosDate, 8);
    common.writeUInt32LE(crc32(contents), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(contents.length, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), common, tail, name);
    parts.push(Buffer.from([0x50, 0x4b, 3, 4]), common, name, data);
    offset += 4 + common.length + name.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
