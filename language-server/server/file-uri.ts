import { isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A path as a file's address: relative ones are relative to the workspace's first folder; undefined where there is none. */
export function fileUri(path: string, folders: readonly string[]): string | undefined {
  if (isAbsolute(path)) return pathToFileURL(path).href;
  const folder = folders.find((uri) => uri.startsWith('file:'));
  return folder && pathToFileURL(join(fileURLToPath(folder), path)).href;
}
