import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

interface Part {
  readonly handle: FileHandle;
  readonly hidden: string;
  readonly final: string;
  readonly writer: FileWriter;
}

/** Bytes kept before they are written. */
const BUFFER = 1 << 18;

/**
 * Writes part files (FileSystemTableSink): rows go to a hidden in-progress file in the partition's folder, which gets its name only
 * when the job ends well or a checkpoint commits, so that readers never see half a file.
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
  private readonly run = randomUUID();

  constructor(request: SinkRequest) {
    const { table, options, fields } = request;
    this.overwrite = request.overwrite;
    this.subtask = request.subtask?.index ?? 0;
    this.partitioned = table.partitionKeys.length > 0;
    this.root = localPath(options.path ?? '', request.env.workingDirectory);
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

  async write(batch: Batch): Promise<void> {
    const values: Batch = { ...batch, columns: this.valueIndexes.map((i) => batch.columns[i] as Column) };
    const full = new Set<Part>();
    for (let i = 0; i < batch.length; i++) {
      const folder = this.folder(batch, i);
      const part = this.parts.get(folder) ?? (await this.part(folder));
      part.writer.append(values, i);
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
    const name = `part-${this.run}-${this.subtask}-${this.counter++}`;
    const hidden = join(directory, `.${name}.inprogress`);
    const writer = await this.newWriter();
    await mkdir(directory, { recursive: true });
    const part: Part = {
      handle: await open(hidden, 'wx'),
      hidden,
      final: join(directory, name),
      writer,
    };
    this.parts.set(folder, part);
    return part;
  }

  async flush(): Promise<void> {
    for (const part of this.parts.values()) await writeOut(part);
  }

  async commit(): Promise<void> {
    await this.flush();
    if (this.overwrite) await this.clear();
    for (const [folder, part] of this.parts) {
      await part.handle.write(part.writer.end());
      await part.handle.sync();
      await part.handle.close();
      await rename(part.hidden, part.final);
      await syncFolder(dirname(part.final));
      this.parts.delete(folder);
    }
  }

  /** Removes the visible files of the folders written to; of a table without partitions also when nothing was written. */
  private async clear(): Promise<void> {
    const folders = this.partitioned ? [...this.parts.values()].map((p) => dirname(p.final)) : [this.root];
    for (const folder of new Set(folders)) {
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(missingFolder)) {
        if (entry.isFile() && !/^[._]/.test(entry.name)) await rm(join(folder, entry.name));
      }
    }
  }

  async close(): Promise<void> {
    for (const part of this.parts.values()) {
      await part.handle.close();
      await rm(part.hidden, { force: true });
    }
    this.parts.clear();
  }
}

async function writeOut(part: Part): Promise<void> {
  if (part.writer.buffered) await part.handle.write(part.writer.take());
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

/** A folder that is not there yet holds nothing. */
function missingFolder(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** A rename is only durable once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
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
