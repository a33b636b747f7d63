import { readdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PartitionSpec } from '../../../flink-sql/catalog/model.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../../errors.ts';

/** A file to read, with the partition values its folders name. */
export interface DataFile {
  readonly path: string;
  readonly size: number;
  /** Epoch ms. */
  readonly modified: number;
  readonly partition: PartitionSpec;
}

/** `path` option as a local path: `file:` URLs, absolute paths, or relative to the job's working directory. */
export function localPath(path: string, workingDirectory: string): string {
  if (path.startsWith('file:')) return path.startsWith('file://') ? fileURLToPath(path) : path.slice(5);
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path);
  if (scheme) {
    throw new FlinkFault(
      'UnsupportedFileSystemSchemeException',
      `Could not find a file system implementation for scheme '${scheme[1]}'. File system schemes are supported by Flink through the following file system(s): file.`,
    );
  }
  return isAbsolute(path) ? path : resolve(workingDirectory, path);
}

/**
 * All data files under a path in name order. Names that start with `.` or `_` are hidden, folders and files alike; a `pattern` must
 * match the whole path of a file (NonSplittingRecursiveAllDirEnumerator).
 */
export async function listFiles(root: string, partition: PartitionSpec, pattern?: RegExp): Promise<DataFile[]> {
  let info: Awaited<ReturnType<typeof stat>>;
  try {
    info = await stat(root);
  } catch {
    throw new FlinkFault(
      'FileNotFoundException',
      `File ${root} does not exist or the user running Flink ('${userInfo().username}') has insufficient permissions to access it.`,
    );
  }
  const out: DataFile[] = [];
  const visit = async (path: string, at: typeof info): Promise<void> => {
    if (!at.isDirectory()) {
      if (!pattern || pattern.test(path))
        out.push({ path, size: Number(at.size), modified: Number(at.mtimeMs), partition });
      return;
    }
    for (const name of (await readdir(path)).sort()) {
      if (/^[._]/.test(name)) continue;
      const child = join(path, name);
      const found = await stat(child).catch(vanished);
      if (found) await visit(child, found);
    }
  };
  await visit(root, info);
  return out;
}

/** A file may go while a folder is listed. */
function vanished(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** What files tell beside their rows (FileSystemTableSource.ReadableFileInfo). */
export const FILE_METADATA: Readonly<Record<string, LogicalType>> = {
  'file.path': types.string(false),
  'file.name': types.string(false),
  'file.size': types.bigint(false),
  'file.modification-time': types.timestampLtz(3, false),
};

/** Value of a metadata column of the file source. */
export function fileMetadata(file: DataFile, key: string): string | number {
  switch (key) {
    case 'file.path':
      return file.path;
    case 'file.name':
      return basename(file.path);
    case 'file.size':
      return file.size;
    default:
      return file.modified;
  }
}
