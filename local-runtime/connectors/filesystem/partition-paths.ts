import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PartitionSpec } from '../../../flink-sql/catalog/model.ts';
import { FlinkFault } from '../../errors.ts';

/** The name Flink gives the folder of a NULL or empty partition value, unless `partition.default-name` has another. */
export const DEFAULT_PARTITION = '__DEFAULT_PARTITION__';

/** A partition that a table has, and its folder. */
export interface TablePartition {
  readonly spec: PartitionSpec;
  readonly folder: string;
}

/** What cannot stand in a folder's name, beside control characters. */
const ESCAPED = new Set('"#%\'*/:=?\\{[]^\u007f');

/** Part of a folder's name: Hive's escaping (PartitionPathUtils.escapePathName). */
export function escapePathName(text: string | null): string {
  if (!text) throw new FlinkFault('TableException', `Path should not be null or empty: ${text}`);
  let out = '';
  for (const c of text) {
    out += c < ' ' || ESCAPED.has(c) ? `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : c;
  }
  return out;
}

/** Undoes `escapePathName`; what is no escape stays (PartitionPathUtils.unescapePathName). */
export function unescapePathName(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Folders of a partition below the table's, without a slash at the end (PartitionPathUtils.generatePartitionPath). */
export function partitionPath(spec: readonly (readonly [name: string, value: string | null])[]): string {
  return spec.map(([name, value]) => `${escapePathName(name)}=${escapePathName(value)}`).join('/');
}

/** The values that the folders of a path name, from the outermost; a later one wins (extractPartitionSpecFromPath). */
export function specOfPath(path: string): Map<string, string> {
  const spec = new Map<string, string>();
  for (const folder of path.split('/')) {
    const match = /^([^/]+)=([^/]+)$/.exec(folder);
    if (match) spec.set(unescapePathName(match[1] as string), unescapePathName(match[2] as string));
  }
  return spec;
}

/**
 * The partitions under a table's path: whatever lies as many levels below it as there are keys, hidden names at that level left out
 * (FileSystemTableSource.listPartitions). A path that is not there has none. `defaultName` stands for NULL. The planner asks too, which
 * is why nothing is awaited here.
 */
export function listPartitions(root: string, keys: readonly string[], defaultName: string): TablePartition[] {
  const found: TablePartition[] = [];
  const visit = (path: string, level: number): void => {
    for (const entry of entriesOf(path).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const child = join(path, entry.name);
      if (level < keys.length) {
        if (entry.isDirectory()) visit(child, level + 1);
      } else if (!/^[._]/.test(entry.name)) {
        const values = [...specOfPath(child)].map(([k, v]) => [k, v === defaultName ? null : v] as const);
        found.push({ spec: Object.fromEntries(values), folder: child });
      }
    }
  };
  visit(root, 1);
  return found;
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    // As in Flink, a path that cannot be listed has no partitions.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** The folder of a partition as Flink makes it again out of the values, in the order of the keys (toFullLinkedPartSpec). */
export function folderOf(root: string, keys: readonly string[], spec: PartitionSpec): string {
  const values = keys.map((key) => {
    const value = spec[key];
    if (value === undefined) {
      const shown = Object.entries(spec).map(([k, v]) => `${k}=${v}`);
      throw new FlinkFault(
        'TableException',
        `Partition keys are: [${keys.join(', ')}], incomplete partition spec: {${shown.join(', ')}}`,
      );
    }
    return [key, value] as const;
  });
  return join(root, partitionPath(values));
}
