import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { FileWriter, FormatRequest } from '../../formats/format.ts';
import { RecordFileWriter } from '../../formats/record-file.ts';
import { formatFor, type RegisteredFormat } from '../../formats/registry.ts';
import { epochToText } from '../../formats/time-text.ts';
import type { SinkRequest, SinkWriter } from '../connector.ts';
import { withPrefix } from '../options.ts';
import { DEFAULT_PARTITION, escapePartition, localPath } from './files.ts';
import { missing, PendingFiles, type PreparedFiles } from './pending-files.ts';
import { type RollingPolicy, rollingPolicy } from './rolling-policy.ts';

interface Part {
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

/** Bytes kept before they are written. */
const BUFFER = 1 << 18;

/**
 * Writes part files (FileSystemTableSink): rows go to a hidden in-progress file in the partition's folder. It is closed when the
 * rolling policy says so and at every checkpoint, is pending then, and gets its name when the checkpoint is complete or the job ends
 * well, so that readers never see half a file. A job that starts from a checkpoint names what was pending and deletes the rest.
 */
export class FileSink implements SinkWriter {
  private readonly root: string;
  private readonly newWriter: () => Promise<FileWriter>;
  private readonly partitionKeys: readonly { name: string; index: number; field: RowField }[];
  private readonly valueIndexes: number[];
  private readonly parts = new Map<string, Part>();
  private readonly defaultPartition: string;
  private readonly subtask: number;
  private counter = 0;
  /** INSERT OVERWRITE: what was in the folders written to goes when the new files come. */
  private readonly overwrite: boolean;
  private readonly partitioned: boolean;
  private readonly files: PendingFiles;
  private readonly rolling: RollingPolicy;
  private readonly now: () => number;

  constructor(request: SinkRequest) {
    const { table, options, fields } = request;
    this.overwrite = request.overwrite;
    this.subtask = request.subtask?.index ?? 0;
    this.partitioned = table.partitionKeys.length > 0;
    this.root = localPath(options.path ?? '', request.env.workingDirectory);
    this.files = new PendingFiles(this.root, request.overwrite);
    this.rolling = rollingPolicy(options);
    this.now = request.env.now;
    const identifier = options.format ?? '';
    const format = formatFor(identifier);
    this.partitionKeys = table.partitionKeys.map((name) => {
      const index = fields.findIndex((f) => f.name === name);
      return { name, index, field: fields[index] as RowField };
    });
    this.valueIndexes = fields
      .map((_, i) => i)
      .filter((i) => !table.partitionKeys.includes((fields[i] as RowField).name));
    this.newWriter = writerOf(format, {
      fields: this.valueIndexes.map((i) => fields[i] as RowField),
      options: withPrefix(options, `${identifier}.`),
      zone: request.env.zone,
    });
    this.defaultPartition = options['partition.default-name'] ?? DEFAULT_PARTITION;
  }

  /** Makes the sink, after it has done what a checkpoint has left to do. */
  static async open(request: SinkRequest): Promise<FileSink> {
    const sink = new FileSink(request);
    if (request.restored === undefined) return sink;
    try {
      await sink.files.restore(request.restored as PreparedFiles);
    } catch (error) {
      await sink.close();
      throw error;
    }
    return sink;
  }

  async write(batch: Batch): Promise<void> {
    await this.roll();
    const values: Batch = { ...batch, columns: this.valueIndexes.map((i) => batch.columns[i] as Column) };
    const full = new Set<Part>();
    const now = this.now();
    for (let i = 0; i < batch.length; i++) {
      const folder = this.folder(batch, i);
      const part = this.parts.get(folder) ?? (await this.part(folder));
      part.writer.append(values, i);
      part.touched = now;
      if (part.writer.buffered >= BUFFER) full.add(part);
    }
    for (const part of full) await writeOut(part);
  }

  private folder(batch: Batch, i: number): string {
    return this.partitionKeys
      .map(({ name, index, field }) => {
        const value = valueAt(batch.columns[index] as Column, i);
        const text =
          value === null || value === '' ? this.defaultPartition : escapePartition(partitionText(value, field));
        return `${escapePartition(name)}=${text}`;
      })
      .join('/');
  }

  private async part(folder: string): Promise<Part> {
    const directory = folder ? join(this.root, folder) : this.root;
    const names = this.files.names(directory, this.subtask, this.counter++);
    const writer = await this.newWriter();
    await mkdir(directory, { recursive: true });
    const now = this.now();
    const part: Part = {
      handle: await open(names.hidden, 'wx'),
      ...names,
      writer,
      bytes: 0,
      opened: now,
      touched: now,
    };
    this.parts.set(folder, part);
    return part;
  }

  async flush(): Promise<void> {
    for (const part of this.parts.values()) await writeOut(part);
  }

  /** Closes the files that are large or old enough; they are pending until the next commit. */
  private async roll(): Promise<void> {
    const now = this.now();
    const { size, interval, inactivity } = this.rolling;
    for (const [folder, part] of this.parts) {
      if (part.bytes > size || now - part.opened >= interval || now - part.touched >= inactivity) {
        await this.finish(folder, part);
      }
    }
  }

  private async finish(folder: string, part: Part): Promise<void> {
    await writeOut(part);
    await part.handle.write(part.writer.end());
    await part.handle.sync();
    await part.handle.close();
    this.parts.delete(folder);
    this.files.add(part);
  }

  async prepare(): Promise<PreparedFiles> {
    for (const [folder, part] of this.parts) await this.finish(folder, part);
    return this.files.prepared();
  }

  async commit(): Promise<void> {
    // The old files go when the new ones are there: whoever stops between the two has both, and not none.
    const old = this.overwrite ? await this.visible() : [];
    await this.files.commit();
    for (const path of old) await rm(path, { force: true });
  }

  /** The visible files, of others, of the folders written to; of a table without partitions also when nothing was written. */
  private async visible(): Promise<string[]> {
    const out: string[] = [];
    for (const folder of this.partitioned ? this.files.folders() : [this.root]) {
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(missing)) {
        const path = join(folder, entry.name);
        if (entry.isFile() && !/^[._]/.test(entry.name) && !this.files.has(path)) out.push(path);
      }
    }
    return out;
  }

  async close(): Promise<void> {
    this.files.close();
    for (const part of this.parts.values()) {
      await part.handle.close();
      await rm(part.hidden, { force: true });
    }
    this.parts.clear();
  }
}

async function writeOut(part: Part): Promise<void> {
  if (!part.writer.buffered) return;
  const bytes = part.writer.take();
  part.bytes += bytes.length;
  for (let at = 0; at < bytes.length; ) at += (await part.handle.write(bytes, at)).bytesWritten;
}

/** Makes the writers of part files; options are checked here, before the first row. */
function writerOf(format: RegisteredFormat, request: FormatRequest): () => Promise<FileWriter> {
  if (format.fileWriter) return format.fileWriter(request);
  const encoder = format.encoder?.(request);
  if (!encoder) {
    throw new FlinkFault(
      'ValidationException',
      `Could not find any format factory for identifier '${format.identifier}' in the classpath.`,
    );
  }
  const separator = new TextEncoder().encode(format.recordSeparator);
  let opened: Promise<void> | undefined;
  return async () => {
    opened ??= encoder.open?.();
    await opened;
    return new RecordFileWriter(encoder, separator);
  };
}

function partitionText(value: Exclude<ReturnType<typeof valueAt>, null>, field: RowField): string {
  const { type } = field;
  if (type.root === 'DATE') return epochToText((value as number) * 86_400_000, 0, '').slice(0, 10);
  if (type.root === 'TIMESTAMP_WITHOUT_TIME_ZONE' || type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE') {
    return epochToText((value as { ms: number }).ms, Math.min(3, type.precision), 'T');
  }
  if (type.root === 'DECIMAL') {
    const text = (value as bigint)
      .toString()
      .replace('-', '')
      .padStart(type.scale + 1, '0');
    const sign = (value as bigint) < 0n ? '-' : '';
    return type.scale ? `${sign}${text.slice(0, -type.scale)}.${text.slice(-type.scale)}` : sign + text;
  }
  return String(value);
}
