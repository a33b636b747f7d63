import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import type { FileWriter } from '../../formats/format.ts';
import { formatFor } from '../../formats/registry.ts';
import type { SinkRequest, SinkWriter } from '../connector.ts';
import { booleanOption, type Options, withPrefix } from '../options.ts';
import { Compaction } from './compaction.ts';
import { localPath } from './files.ts';
import { mergeOf, writerOf } from './part-writers.ts';
import { PartitionCommitter, type PreparedPartitions } from './partition-commit.ts';
import { DEFAULT_PARTITION, partitionPath } from './partition-paths.ts';
import { partitionText } from './partition-values.ts';
import { missing, PendingFiles, type PreparedFiles } from './pending-files.ts';
import { compactionSize, type RollingPolicy, rollingPolicy } from './rolling-policy.ts';

interface Part {
  /** Folders below the table's. */
  readonly folder: string;
  readonly handle: FileHandle;
  readonly hidden: string;
  readonly final: string;
  readonly writer: FileWriter;
  /** Bytes in the file. */
  bytes: number;
  /** Epoch ms of its beginning and of its newest row. */
  readonly opened: number;
  touched: number;
}

interface PartitionKey {
  readonly name: string;
  readonly index: number;
  readonly field: RowField;
}

/** What a checkpoint keeps of a sink. */
export interface PreparedSink extends PreparedFiles {
  readonly partitions?: PreparedPartitions;
}

/** Bytes kept before they are written. */
const BUFFER = 1 << 18;

/**
 * Writes part files (FileSystemTableSink): rows go to a hidden in-progress file in the partition's folder. It is closed when the
 * rolling policy says so and at every checkpoint, is pending then, and gets its name when the checkpoint is complete or the job ends
 * well, so that readers never see half a file. A job that starts from a checkpoint names what was pending and deletes the rest.
 * In batch mode nothing is rolled or compacted (FileSystemOutputFormat).
 */
export class FileSink implements SinkWriter {
  private readonly root: string;
  private readonly newWriter: () => Promise<FileWriter>;
  private readonly partitionKeys: readonly PartitionKey[];
  private readonly valueIndexes: number[];
  private readonly parts = new Map<string, Part>();
  private readonly defaultPartition: string;
  private readonly naming: string;
  private counter = 0;
  /** INSERT OVERWRITE: what was in the folders written to goes when the new files come. */
  private readonly overwrite: boolean;
  private readonly files: PendingFiles;
  private readonly committer: PartitionCommitter | undefined;
  private readonly rolling: RollingPolicy | undefined;
  /** Flink's csv is a bulk format, whose writer keeps this many bytes to itself. */
  private readonly block: number;
  private readonly now: () => number;
  private timer: NodeJS.Timeout | undefined;
  /** Files are rolled between batches, and one thing is done at a time. */
  private busy: Promise<void> = Promise.resolve();
  private failure: { readonly error: unknown } | undefined;
  /** What the last `prepare` gave. */
  private prepared: PreparedPartitions | undefined;

  constructor(request: SinkRequest) {
    const { table, options, fields, env } = request;
    const batch = env.options['execution.runtime-mode']?.toLowerCase() === 'batch';
    const subtask = request.subtask?.index ?? 0;
    this.overwrite = request.overwrite;
    this.naming = batch ? `task-${subtask}-file-` : `${subtask}-`;
    this.root = localPath(options.path ?? '', env.workingDirectory);
    this.now = env.now;
    this.rolling = batch ? undefined : rollingPolicy(options);
    const identifier = options.format ?? '';
    const format = formatFor(identifier);
    this.partitionKeys = table.partitionKeys.map((name) => {
      const index = fields.findIndex((f) => f.name === name);
      return { name, index, field: fields[index] as RowField };
    });
    this.valueIndexes = fields
      .map((_, i) => i)
      .filter((i) => !table.partitionKeys.includes((fields[i] as RowField).name));
    const written = {
      fields: this.valueIndexes.map((i) => fields[i] as RowField),
      options: withPrefix(options, `${identifier}.`),
      zone: env.zone,
    };
    this.newWriter = writerOf(format, written);
    this.block = identifier === 'csv' ? 8192 : 1;
    this.defaultPartition = options['partition.default-name'] ?? DEFAULT_PARTITION;
    this.committer = PartitionCommitter.of(options, table.partitionKeys, this.root, batch, env.now);
    const compaction =
      !batch && compacts(options) ? new Compaction(compactionSize(options), mergeOf(format, written)) : undefined;
    this.files = new PendingFiles(this.root, request.overwrite, compaction);
  }

  /** Makes the sink, after it has done what a checkpoint has left to do. */
  static async open(request: SinkRequest): Promise<FileSink> {
    const sink = new FileSink(request);
    try {
      if (request.restored !== undefined) await sink.restore(request.restored as PreparedSink);
    } catch (error) {
      await sink.close();
      throw error;
    }
    sink.watchTheClock();
    return sink;
  }

  private async restore(restored: PreparedSink): Promise<void> {
    await this.files.restore(restored);
    if (!restored.partitions) return;
    this.committer?.restore(restored.partitions);
    await this.committer?.commit(restored.partitions);
  }

  /** Files get old without rows, too. */
  private watchTheClock(): void {
    if (!this.rolling) return;
    this.timer = setInterval(() => {
      this.alone(() => this.roll()).catch((error: unknown) => {
        this.failure ??= { error };
      });
    }, this.rolling.check);
    this.timer.unref();
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.busy.then(work);
    this.busy = done.then(nothing, nothing);
    return done;
  }

  write(batch: Batch): Promise<void> {
    return this.alone(async () => {
      if (this.failure) throw this.failure.error;
      await this.append(batch);
      const { marks } = batch;
      if (marks?.count) this.committer?.advance(marks.values[marks.count - 1] as number);
    });
  }

  private async append(batch: Batch): Promise<void> {
    await this.roll();
    const values: Batch = { ...batch, columns: this.valueIndexes.map((i) => batch.columns[i] as Column) };
    const full = new Set<Part>();
    const now = this.now();
    const limit = this.rolling?.size ?? Number.POSITIVE_INFINITY;
    let part: Part | undefined;
    let last: readonly Value[] = [];
    for (let i = 0; i < batch.length; i++) {
      if (!part || this.partitionKeys.length) {
        const row = this.partitionKeys.map(({ index }) => valueAt(batch.columns[index] as Column, i));
        if (!part || !row.every((value, k) => value === last[k])) part = await this.partOf(row);
        last = row;
      }
      if (this.sizeOf(part) > limit) {
        full.delete(part);
        await this.finish(part);
        part = await this.partOf(last);
      }
      part.writer.append(values, i);
      part.touched = now;
      if (part.writer.buffered >= BUFFER) full.add(part);
    }
    for (const each of full) await writeOut(each);
  }

  private async partOf(row: readonly Value[]): Promise<Part> {
    const spec = this.partitionKeys.map(({ name, field }, k) => {
      const value = row[k] ?? null;
      const text = value === null ? '' : partitionText(value, field.type);
      return [name, text === '' ? this.defaultPartition : text] as const;
    });
    const folder = partitionPath(spec);
    const known = this.parts.get(folder);
    if (known) return known;
    this.committer?.add(
      folder,
      spec.map(([, value]) => value),
    );
    const directory = join(this.root, folder);
    const names = this.files.names(directory, `${this.naming}${this.counter++}`);
    const writer = await this.newWriter();
    await mkdir(directory, { recursive: true });
    const now = this.now();
    const handle = await open(names.hidden, 'wx');
    const part: Part = { folder, handle, ...names, writer, bytes: 0, opened: now, touched: now };
    this.parts.set(folder, part);
    return part;
  }

  flush(): Promise<void> {
    return this.alone(async () => {
      for (const part of this.parts.values()) await writeOut(part);
    });
  }

  /** Closes the files that are large or old enough; they are pending until the next commit. */
  private async roll(): Promise<void> {
    if (!this.rolling) return;
    const now = this.now();
    const { size, interval, inactivity } = this.rolling;
    for (const part of this.parts.values()) {
      if (this.sizeOf(part) > size || now - part.opened >= interval || now - part.touched >= inactivity) {
        await this.finish(part);
      }
    }
  }

  /** Bytes of a file, as the policy sees them. */
  private sizeOf(part: Part): number {
    const size = part.bytes + part.writer.buffered;
    return size - (size % this.block);
  }

  private async finish(part: Part): Promise<void> {
    await writeOut(part);
    const rest = part.writer.end();
    await part.handle.writeFile(rest);
    await part.handle.sync();
    await part.handle.close();
    this.parts.delete(part.folder);
    this.files.add({ hidden: part.hidden, final: part.final, bytes: part.bytes + rest.length });
  }

  prepare(): Promise<PreparedSink> {
    return this.alone(async () => {
      if (this.failure) throw this.failure.error;
      for (const part of this.parts.values()) await this.finish(part);
      this.prepared = this.committer?.prepared();
      const files = this.files.prepared();
      return this.prepared ? { ...files, partitions: this.prepared } : files;
    });
  }

  commit(): Promise<void> {
    return this.alone(async () => {
      // The old files go when the new ones are there: whoever stops between the two has both, and not none.
      const old = this.overwrite ? await this.visible() : [];
      await this.files.commit();
      for (const path of old) await rm(path, { force: true });
      if (this.prepared) await this.committer?.commit(this.prepared);
    });
  }

  /** The visible files, of others, of the folders written to; of a table without partitions also when nothing was written. */
  private async visible(): Promise<string[]> {
    const out: string[] = [];
    for (const folder of this.partitionKeys.length ? this.files.folders() : [this.root]) {
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(missing)) {
        const path = join(folder, entry.name);
        if (entry.isFile() && !/^[._]/.test(entry.name) && !this.files.has(path)) out.push(path);
      }
    }
    return out;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.busy;
    this.files.close();
    for (const part of this.parts.values()) {
      await part.handle.close();
      await rm(part.hidden, { force: true });
    }
    this.parts.clear();
  }
}

const nothing = () => undefined;

const compacts = (options: Options) => booleanOption(options, 'auto-compaction', false);

async function writeOut(part: Part): Promise<void> {
  if (!part.writer.buffered) return;
  const bytes = part.writer.take();
  part.bytes += bytes.length;
  await part.handle.writeFile(bytes);
}
