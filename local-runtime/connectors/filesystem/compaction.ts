import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileInput, FileReader, FileWriter } from '../../formats/format.ts';
import type { PendingFile } from './pending-files.ts';

/** How the contents of several files become one. */
export type Merge = (paths: readonly string[], target: string) => Promise<void>;

/**
 * `auto-compaction`: the files of a checkpoint are brought together in larger ones before anyone sees them, folder by folder, as many
 * as fit `target` bytes (CompactCoordinator, CompactOperator). A unit has the same files however often it is done, and what it makes
 * gets its name at once, so that a commit can be done again.
 */
export class Compaction {
  private readonly target: number;
  private readonly merge: Merge;

  constructor(target: number, merge: Merge) {
    this.target = target;
    this.merge = merge;
  }

  /** The units of files, by folder and in the order of their names (BinPacking). */
  units(files: readonly PendingFile[]): PendingFile[][] {
    const folders = new Map<string, PendingFile[]>();
    for (const file of [...files].sort((a, b) => (a.final < b.final ? -1 : 1))) {
      const folder = dirname(file.final);
      folders.set(folder, [...(folders.get(folder) ?? []), file]);
    }
    const units: PendingFile[][] = [];
    for (const inFolder of folders.values()) {
      let unit: PendingFile[] = [];
      let size = 0;
      for (const file of inFolder) {
        if (unit.length && size + file.bytes > this.target) {
          units.push(unit);
          unit = [];
          size = 0;
        }
        unit.push(file);
        size += file.bytes;
      }
      units.push(unit);
    }
    return units;
  }

  /** The visible file of a unit. */
  static nameOf([first]: readonly PendingFile[]): string {
    const { final } = first as PendingFile;
    return join(dirname(final), `compacted-${basename(final)}`);
  }

  /** Makes the visible file of a unit, unless it is there, and deletes what it is made of. */
  async compact(unit: readonly PendingFile[], isThere: (path: string) => Promise<boolean>): Promise<void> {
    const target = Compaction.nameOf(unit);
    const [first] = unit as readonly [PendingFile];
    if (!(await isThere(target))) {
      if (unit.length === 1) {
        await rename(first.hidden, target);
        return;
      }
      const making = `${first.hidden}.compacting`;
      await this.merge(
        unit.map(({ hidden }) => hidden),
        making,
      );
      await rename(making, target);
    }
    for (const { hidden } of unit) await rm(hidden, { force: true });
  }
}

const CHUNK = 1 << 20;

/** Files of records: one behind the other. */
export const concatenate: Merge = async (paths, target) => {
  const out = await open(target, 'w');
  try {
    const buffer = new Uint8Array(CHUNK);
    for (const path of paths) {
      const input = await open(path, 'r');
      try {
        for (;;) {
          const { bytesRead } = await input.read(buffer, 0, CHUNK);
          if (bytesRead === 0) break;
          await out.writeFile(buffer.subarray(0, bytesRead));
        }
      } finally {
        await input.close();
      }
    }
    await out.sync();
  } finally {
    await out.close();
  }
};

/** Files of a format with a structure of its own: read and written again. */
export function rewrite(
  read: (file: FileInput, position: number) => Promise<FileReader>,
  newWriter: () => Promise<FileWriter>,
): Merge {
  return async (paths, target) => {
    const out = await open(target, 'w');
    try {
      const writer = await newWriter();
      for (const path of paths) {
        const input = await open(path, 'r');
        try {
          const { size } = await input.stat();
          const reader = await read(
            {
              path,
              size,
              async read(offset, length) {
                const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
                for (let at = 0; at < bytes.length; ) {
                  const { bytesRead } = await input.read(bytes, at, bytes.length - at, offset + at);
                  if (bytesRead === 0) break;
                  at += bytesRead;
                }
                return bytes;
              },
            },
            0,
          );
          for (let batch = await reader.next(); batch; batch = await reader.next()) {
            for (let i = 0; i < batch.length; i++) writer.append(batch, i);
            if (writer.buffered >= CHUNK) await out.writeFile(writer.take());
          }
        } finally {
          await input.close();
        }
      }
      await out.writeFile(writer.end());
      await out.sync();
    } finally {
      await out.close();
    }
  };
}
