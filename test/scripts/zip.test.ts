import { crc32, inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { zip } from '../../scripts/zip.ts';

/** Reads an archive from its end, as unpackers do. */
function unzip(archive: Buffer): [path: string, contents: string][] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  expect(at + archive.readUInt32LE(end + 12)).toBe(end);
  return Array.from({ length: count }, () => {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50);
    const [size, length, name] = [
      archive.readUInt32LE(at + 20),
      archive.readUInt32LE(at + 24),
      archive.readUInt16LE(at + 28),
    ];
    const path = archive.toString('utf8', at + 46, at + 46 + name);
    const local = archive.readUInt32LE(at + 42);
    expect(archive.readUInt32LE(local)).toBe(0x04034b50);
    const data = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const contents = inflateRawSync(archive.subarray(data, data + size));
    expect(contents).toHaveLength(length);
    expect(crc32(contents)).toBe(archive.readUInt32LE(at + 16));
    at += 46 + name + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    return [path, contents.toString()];
  });
}

test('what was packed comes out', () => {
  const files: [string, string][] = [
    ['[Content_Types].xml', '<Types/>'],
    ['extension/dist/größe.js', 'x'.repeat(100_000)],
    ['extension/empty', ''],
  ];
  const archive = zip(files.map(([path, text]) => ({ path, contents: Buffer.from(text) })));
  expect(unzip(archive)).toEqual(files);
  expect(archive.length).toBeLessThan(1000);
});

test('an archive of nothing is one', () => {
  expect(unzip(zip([]))).toEqual([]);
});
