import { readdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FlinkFault } from '../../errors.ts';

/** A file to read, with the partition values its folders name. */
export interface DataFile {
  readonly path: string;
  readonly size: number;
  /** Epoch ms. */
  readonly modified: number;
  readonly partition: Readonly<Record<string, string | null>>;
}

/** The name Flink gives the folder of a NULL partition value. */
export const DEFAULT_PARTITION = '__DEFAULT_PARTITION__';

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

/** What cannot stand in a folder's name, beside control characters. */
const ESCAPED = new Set('"#%\'*/:=?\\{[]^\u007f');

/** Folder name of a partition value: Hive's escaping (PartitionPathUtils.escapePathName). */
export function escapePartition(text: string): string {
  let out = '';
  for (const c of text) {
    out += c < ' ' || ESCAPED.has(c) ? `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : c;
  }
  return out;
}

function unescapePartition(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** All data files under a path in name order; names that start with `.` or `_` are hidden, as in Flink. */
export async function listFiles(root: string, partitionKeys: readonly string[], pattern?: RegExp): Promise<DataFile[]> {
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
  const visit = async (path: string, at: typeof info, partition: Record<string, string | null>): Promise<void> => {
    if (!at.isDirectory()) {
      if (!pattern || pattern.test(path))
        out.push({ path, size: Number(at.size), modified: Number(at.mtimeMs), partition });
      return;
    }
    for (const name of (await readdir(path)).sort()) {
      if (name.startsWith('.') || name.startsWith('_')) continue;
      const child = join(path, name);
      const key = /^([^=]+)=(.*)$/.exec(name);
      const value =
        key && partitionKeys.includes(unescapePartition(key[1] as string))
          ? unescapePartition(key[2] as string)
          : undefined;
      const deeper =
        value === undefined
          ? partition
          : {
              ...partition,
              [unescapePartition((key as RegExpExecArray)[1] as string)]: value === DEFAULT_PARTITION ? null : value,
            };
      await visit(child, await stat(child), deeper);
    }
  };
  await visit(root, info, {});
  return out;
}

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
