import { execFile } from 'node:child_process';
import { dirname } from 'node:path';

export interface Commit {
  readonly commit: string;
  /** Whether the file differs from what the commit has. */
  readonly dirty: boolean;
}

/** The commit that a file's folder is at; undefined outside a repository, or without git. */
export async function commitOf(file: string): Promise<Commit | undefined> {
  const cwd = dirname(file);
  const commit = await git(cwd, ['rev-parse', 'HEAD']);
  if (commit === undefined) return undefined;
  const status = await git(cwd, ['status', '--porcelain', '--', file]);
  return { commit: commit.trim(), dirty: status === undefined || status.trim() !== '' };
}

function git(cwd: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('git', [...args], { cwd, timeout: 5000 }, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
