import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FlinkFault } from '../errors.ts';
import { decodeSnapshot, encodeSnapshot, type JobSnapshot } from './job-snapshot.ts';

/** Name of the file in a checkpoint's folder, as Flink has it. */
const METADATA = '_metadata';

/**
 * Writes a snapshot into the folder `path` so that the folder is there whole or not at all: a temporary folder beside it is
 * written, synced and renamed.
 */
export async function writeSnapshot(path: string, snapshot: JobSnapshot): Promise<number> {
  const bytes = encodeSnapshot(snapshot);
  const parent = dirname(path);
  await mkdir(parent, { recursive: true });
  const temporary = join(parent, `.${randomBytes(6).toString('hex')}.inprogress`);
  try {
    await mkdir(temporary);
    await writeSynced(join(temporary, METADATA), bytes);
    await syncFolder(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(parent);
  return bytes.byteLength;
}

/** Reads the snapshot in a folder (or its `_metadata` file). Throws what Flink throws where there is none. */
export function readSnapshot(path: string): JobSnapshot {
  return decodeSnapshot(readFileSync(metadataFile(path)), path);
}

function metadataFile(path: string): string {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info) {
    throw new FlinkFault(
      'FileNotFoundException',
      `Cannot find checkpoint or savepoint file/directory '${path}' on file system 'file'.`,
    );
  }
  if (!info.isDirectory()) return path;
  const file = join(path, METADATA);
  if (statSync(file, { throwIfNoEntry: false })) return file;
  throw new FlinkFault(
    'FileNotFoundException',
    `Cannot find meta data file '${METADATA}' in directory '${path}'. Please try to load the checkpoint/savepoint directly from the metadata file instead of the directory.`,
  );
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
