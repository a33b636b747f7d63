import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FlinkFault } from '../../errors.ts';
import { syncFolder } from '../../sync-folder.ts';
import { Compaction } from './compaction.ts';

/** A written file that waits to get its name. */
export interface PendingFile {
  readonly hidden: string;
  readonly final: string;
  readonly bytes: number;
}

/** What a checkpoint keeps of a file sink: the files to name, and whose leftovers to delete. */
export interface PreparedFiles {
  readonly lineage: string;
  readonly pending: readonly PendingFile[];
  /** Of INSERT OVERWRITE: files that the job has named already, which the next commit must not take for old ones. */
  readonly named: readonly string[];
}

/** Writers of this process that are open, by their run. */
const OPEN = new Set<string>();

/**
 * The files that a sink has written and not yet committed (FileSink's committables). Files in progress are hidden and carry the
 * lineage, which a job that starts from a checkpoint takes over, and the process that writes them: so what a killed job left behind is
 * found and deleted, and what a living one writes is not.
 */
export class PendingFiles {
  /** Part of the names of this writer's files. */
  readonly run = timeOrderedUuid();
  private readonly root: string;
  private lineage = this.run;
  private pending: PendingFile[] = [];
  /** How many of them the next commit names; those behind were written after the checkpoint. */
  private due = 0;
  private named: Set<string> | undefined;
  private readonly compaction: Compaction | undefined;

  /** `overwrite`: the sink has to know its own files from those that were there. */
  constructor(root: string, overwrite: boolean, compaction?: Compaction) {
    this.root = root;
    this.compaction = compaction;
    if (overwrite) this.named = new Set();
    OPEN.add(this.run);
  }

  /** Hidden and final path of a new file; `suffix` tells the task and the number of the file. */
  names(folder: string, suffix: string): Omit<PendingFile, 'bytes'> {
    const name = `part-${this.run}-${suffix}`;
    return { hidden: join(folder, `.${name}.inprogress.${this.lineage}.${process.pid}`), final: join(folder, name) };
  }

  /** Takes a file that is complete and synced. */
  add({ hidden, final, bytes }: PendingFile): void {
    this.pending.push({ hidden, final, bytes });
  }

  /** Folders that have files of this sink, or get some with the next commit. */
  folders(): Set<string> {
    const coming = this.pending.slice(0, this.due);
    return new Set([...coming.map(({ final }) => final), ...(this.named ?? [])].map((path) => dirname(path)));
  }

  /** Whether the sink itself named a file. */
  has(path: string): boolean {
    return this.named?.has(path) ?? false;
  }

  /** For a checkpoint: everything that its commit will name, also what an earlier one that failed had prepared. */
  prepared(): PreparedFiles {
    this.due = this.pending.length;
    return { lineage: this.lineage, pending: [...this.pending], named: [...(this.named ?? [])] };
  }

  /** Names the files that `prepared` gave last. To do it twice does no harm. */
  async commit(): Promise<void> {
    const files = this.pending.slice(0, this.due);
    const folders = new Set(files.map(({ final }) => dirname(final)));
    if (this.compaction) {
      for (const unit of this.compaction.units(files)) await this.compacted(unit, this.compaction);
    } else {
      for (const file of files) {
        await give(file);
        this.named?.add(file.final);
      }
    }
    for (const folder of folders) await syncFolder(folder);
    this.pending.splice(0, files.length);
    this.due = 0;
  }

  private async compacted(unit: readonly PendingFile[], compaction: Compaction): Promise<void> {
    try {
      await compaction.compact(unit, exists);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw gone(unit[0] as PendingFile, Compaction.nameOf(unit));
    }
  }

  /** Carries on for the writer of a checkpoint: commits what it had prepared and deletes what it wrote afterwards. */
  async restore({ lineage, pending, named }: PreparedFiles): Promise<void> {
    this.lineage = lineage;
    this.pending = [...pending];
    this.due = pending.length;
    for (const path of named) this.named?.add(path);
    await this.commit();
    await this.deleteLeftovers(this.root);
  }

  private async deleteLeftovers(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(missing)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await this.deleteLeftovers(path);
      else if (this.isLeftover(entry.name)) await rm(path, { force: true });
    }
  }

  private isLeftover(name: string): boolean {
    const match = /^\.part-([0-9a-f-]{36})-[a-z0-9-]+\.inprogress\.([0-9a-f-]{36})\.(\d+)(?:\.compacting)?$/.exec(name);
    if (!match || match[2] !== this.lineage) return false;
    const owner = Number(match[3]);
    return owner === process.pid ? !OPEN.has(match[1] as string) : !isAlive(owner);
  }

  /** What is pending stays: a snapshot may know of it. */
  close(): void {
    OPEN.delete(this.run);
  }
}

/** A UUID of version 7: files of a later run come later by name, as those who read a changelog from them need it. */
function timeOrderedUuid(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

async function give(file: PendingFile): Promise<void> {
  try {
    await rename(file.hidden, file.final);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (!(await exists(file.final))) throw gone(file, file.final);
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

function gone({ hidden }: PendingFile, final: string): FlinkFault {
  return new FlinkFault(
    'FileNotFoundException',
    `The checkpoint has ${basename(final)} to commit, but neither ${hidden} nor ${final} is there.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A folder that is not there yet holds nothing. */
export function missing(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
