import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface FoundCheckpoint {
  readonly id: number;
  readonly path: string;
}

/** The checkpoint with the highest number among those of all jobs in a folder; a job restored from another goes on counting. */
export function newestCheckpoint(root: string): FoundCheckpoint | undefined {
  return namesIn(root)
    .flatMap((job) => namesIn(join(root, job)).map((name) => join(root, job, name)))
    .flatMap((path) => {
      const id = /chk-(\d+)$/.exec(path)?.[1];
      return id === undefined ? [] : [{ id: Number(id), path }];
    })
    .sort((a, b) => b.id - a.id)[0];
}

/** What a folder holds; nothing when it is not there yet or, as a job that has ended deletes its own, no longer. */
function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
