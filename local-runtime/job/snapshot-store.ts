import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { asFault, FlinkFault } from '../errors.ts';
import { syncFolder } from '../sync-folder.ts';
import type { JobSnapshot, SnapshotWriter, StateFile, StoredSnapshot } from './job-snapshot.ts';
import { decodeState, encodeState } from './state-codec.ts';

/** Name of the file in a checkpoint's folder, as Flink has it. */
const METADATA = '_metadata';
const MAGIC = 'MILLRACE';
/** Format of all files of a snapshot; a runtime reads only its own. */
const VERSION = 5;
/** Magic, version, check sum and length of what follows. */
const HEADER = MAGIC.length + 12;
/** Bytes written at a time, so that the event loop turns. */
const SLICE = 4 << 20;

/**
 * Writes snapshots into the folder `path` so that the folder is there whole or not at all: a temporary folder beside it gets a file
 * for each operator's state and, last, `_metadata`; all are synced, then the folder is renamed.
 */
export async function folderWriter(path: string): Promise<SnapshotWriter> {
  const parent = dirname(path);
  const temporary = join(parent, `.${randomBytes(6).toString('hex')}.inprogress`);
  try {
    await makeFolder(temporary);
  } catch (cause) {
    throw new FlinkFault('IOException', `Failed to create savepoint directory at ${parent}`, asFault(cause));
  }
  let files = 0;
  let total = 0;
  let isWhole = false;
  let isDiscarded = false;
  let underWay: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: Promise<T>): Promise<T> => {
    underWay = work.catch(() => undefined); // Whoever asked for it gets its failure.
    return work;
  };
  const write = (name: string, chunks: readonly Uint8Array[]): Promise<StateFile> =>
    writeFile(temporary, name, chunks, () => isDiscarded);
  const finish = async (snapshot: JobSnapshot): Promise<void> => {
    const body = Buffer.concat(encodeState(snapshot));
    total += (await write(METADATA, [header(body), body])).bytes;
    await syncFolder(temporary);
    await rename(temporary, path);
    isWhole = true;
    await syncFolder(parent);
  };
  return {
    async discard() {
      isDiscarded = true;
      await underWay;
      await rm(isWhole ? path : temporary, { recursive: true, force: true });
    },
    async state(chunks) {
      const file = await alone(write(`state-${files++}`, chunks));
      total += file.bytes;
      return file;
    },
    async finish(snapshot) {
      await alone(finish(snapshot));
      return total;
    },
  };
}

/** Makes a folder with those above it. Node's own `recursive` never comes back from a file system that refuses, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path || (await isFolder(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );

/**
 * Keeps snapshots in memory, for jobs whose options name no folder; `done` gets each finished one. `take` is called before memory is taken,
 * and throws where there is none left.
 */
export function memoryWriter(
  path: string,
  take: (bytes: number) => void,
  done: (stored: StoredSnapshot) => void,
): SnapshotWriter {
  const files = new Map<string, Uint8Array>();
  let total = 0;
  return {
    discard: () => Promise.resolve(),
    async state(chunks) {
      const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      take(length);
      const bytes = await joined(chunks, length);
      const name = `state-${files.size}`;
      files.set(name, bytes);
      total += bytes.length;
      return { name, bytes: bytes.length, crc: 0 };
    },
    finish(snapshot) {
      // What is kept must not change with the job.
      const own = decodeState(Buffer.concat(encodeState(snapshot))) as JobSnapshot;
      done({ path, snapshot: own, read: ({ name }) => files.get(name) as Uint8Array });
      return Promise.resolve(total);
    },
  };
}

/** The chunks as one, so that the event loop turns. */
async function joined(chunks: readonly Uint8Array[], length: number): Promise<Uint8Array> {
  const out = Buffer.allocUnsafeSlow(length);
  let to = 0;
  for (const slice of slices(chunks)) {
    if (out.length > SLICE) await nextTurn();
    out.set(slice, to);
    to += slice.length;
  }
  return out;
}

/** Opens the snapshot in a folder (or by its `_metadata` file). Throws what Flink throws where there is none. */
export function readSnapshot(path: string): StoredSnapshot {
  const file = metadataFile(path);
  const snapshot = decodeMetadata(readFileSync(file), path);
  return { path, snapshot, read: (state) => readState(dirname(file), state, path) };
}

function readState(folder: string, { name, bytes, crc }: StateFile, path: string): Uint8Array {
  let found: Uint8Array;
  try {
    found = readFileSync(join(folder, name));
  } catch (cause) {
    throw unreadable(path, asFault(cause).message);
  }
  if (found.length !== bytes) throw unreadable(path, `${name} has ${found.length} bytes and should have ${bytes}`);
  if (crc32(found) !== crc) throw unreadable(path, `the check sum of ${name} is wrong`);
  return found;
}

function header(body: Uint8Array): Uint8Array {
  const out = Buffer.alloc(HEADER);
  out.write(MAGIC, 'latin1');
  out.writeUInt32LE(VERSION, MAGIC.length);
  out.writeUInt32LE(crc32(body), MAGIC.length + 4);
  out.writeUInt32LE(body.length, MAGIC.length + 8);
  return out;
}

function decodeMetadata(bytes: Buffer, path: string): JobSnapshot {
  if (bytes.length < HEADER || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new FlinkFault(
      'IOException',
      'Unexpected magic number. This can have multiple reasons: (1) You are trying to load a Flink 1.0 savepoint, which is not supported by this version of Flink. (2) The file you were pointing to is not a savepoint at all. (3) The savepoint file has been corrupted.',
      new FlinkFault('IOException', `${path} is not a checkpoint or savepoint of the local runtime.`),
    );
  }
  const version = bytes.readUInt32LE(MAGIC.length);
  if (version !== VERSION) {
    throw unreadable(path, `it has format version ${version}, this runtime reads version ${VERSION}`);
  }
  const body = bytes.subarray(HEADER);
  if (body.length !== bytes.readUInt32LE(MAGIC.length + 8)) throw unreadable(path, 'it is not whole');
  if (crc32(body) !== bytes.readUInt32LE(MAGIC.length + 4)) throw unreadable(path, 'its check sum is wrong');
  return decodeState(body) as JobSnapshot;
}

function unreadable(path: string, reason: string): FlinkFault {
  return new FlinkFault('IOException', `Cannot read the checkpoint/savepoint ${path}: ${reason}.`);
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

/** `isStopped` true ends it with an error. */
async function writeFile(
  folder: string,
  name: string,
  chunks: readonly Uint8Array[],
  isStopped: () => boolean,
): Promise<StateFile> {
  const handle = await open(join(folder, name), 'wx');
  let bytes = 0;
  let crc = 0;
  try {
    for (const slice of slices(chunks)) {
      if (isStopped()) throw new Error(`${name} is not wanted any more`);
      crc = crc32(slice, crc);
      bytes += slice.length;
      await writeAll(handle, slice);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { name, bytes, crc };
}

/** Joins small chunks and cuts large ones. */
function* slices(chunks: readonly Uint8Array[]): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  let length = 0;
  for (const chunk of chunks) {
    if (chunk.length < SLICE / 4 && length + chunk.length <= SLICE) {
      small.push(chunk);
      length += chunk.length;
      continue;
    }
    if (length > 0) yield Buffer.concat(small);
    small = [];
    length = 0;
    for (let at = 0; at < chunk.length; at += SLICE) yield chunk.subarray(at, at + SLICE);
  }
  if (length > 0) yield Buffer.concat(small);
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
}
