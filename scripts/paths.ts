import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, without a slash at the end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** A folder of ours in the user's cache ($XDG_CACHE_HOME, else ~/.cache): downloads, which survive a clone. */
export function cacheDir(name: 'millrace' | 'millrace-test'): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), name);
}

/** The first of these programs on the PATH, as a full path. */
export function onPath(...names: string[]): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      for (const ending of endings) {
        const path = join(folder, name + ending);
        if (executable(path)) return path;
      }
    }
  }
  return undefined;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not ours to run: look further.
  }
}
