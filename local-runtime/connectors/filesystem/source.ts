import type { ResolvedColumn } from '../../../flink-sql/catalog/model.ts';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { columnBuilder } from '../../batch/builder.ts';
import type { Column } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { BadRecords, FormatRequest, StreamDecoder } from '../../formats/format.ts';
import { LineDecoder } from '../../formats/lines.ts';
import { MessageLines } from '../../formats/message-lines.ts';
import { javaPattern } from '../../formats/pattern.ts';
import { type CsvRequest, formatFor, type RegisteredFormat } from '../../formats/registry.ts';
import type { SourceEvent, SourceReader, SourceRequest } from '../connector.ts';
import { type DeadLetters, strictly, unreadable } from '../dead-letters.ts';
import { type MetadataCast, metadataCasts } from '../metadata-casts.ts';
import { booleanOption, durationOption, withPrefix } from '../options.ts';
import { compressionOf } from './compression.ts';
import { type FileSplit, splitsOf } from './file-splits.ts';
import { type DataFile, FILE_METADATA, fileMetadata, listFiles, localPath } from './files.ts';
import { DEFAULT_PARTITION, folderOf, listPartitions, type TablePartition } from './partition-paths.ts';
import { partitionValue } from './partition-values.ts';
import {
  BulkSplitReader,
  CompressedSplitReader,
  type Origin,
  RecordSplitReader,
  type SplitReader,
} from './split-reader.ts';

/** Where a file source stands: always at the start of a record. */
interface FilePosition {
  /** The split being read, by its key, and how far: in bytes of its file, or as its format counts. */
  readonly current: { readonly file: string; readonly offset: number } | undefined;
  /** Splits read to their end. */
  readonly done: readonly string[];
}

interface OpenSplit {
  readonly split: FileSplit;
  readonly reader: SplitReader;
}

/** How a produced column is made. */
type Slot =
  | { readonly kind: 'decoded'; readonly index: number }
  | { readonly kind: 'metadata'; readonly key: string; readonly field: RowField }
  | { readonly kind: 'partition'; readonly name: string; readonly field: RowField };

/**
 * Reads the files under a path, in name order (FileSystemTableSource). Bounded, or with `source.monitor-interval` goes on looking
 * for new files.
 */
export class FileSource implements SourceReader {
  private readonly request: SourceRequest;
  private readonly root: string;
  private readonly slots: Slot[];
  /** From the types of metadata to those that the table declares. */
  private readonly cast: (columns: Column[], length: number) => Column[];
  private readonly begin: (split: FileSplit, offset?: number) => Promise<OpenSplit>;
  private readonly dead: DeadLetters | undefined;
  private readonly monitor: number | undefined;
  /** Keys of the splits that this reader has or had. */
  private readonly seen = new Set<string>();
  private readonly listedFiles = new Set<string>();
  private readonly pattern: RegExp | undefined;
  private readonly ignores: boolean;
  /** Records of files that were passed over and not told of yet. */
  private skipped = 0;
  badRecords = 0;
  /** Rows that are wanted yet, where a LIMIT says how many are enough. */
  private wanted: number;
  private partitions: readonly TablePartition[] | undefined;
  private queue: FileSplit[] = [];
  private listed = false;
  private lastListing = 0;
  private current: OpenSplit | undefined;
  /** Records are lines, so that a reader can begin anywhere in a file. */
  private readonly divisible: boolean;

  constructor(request: SourceRequest, dead?: DeadLetters) {
    this.request = request;
    const { table, options } = request;
    this.root = localPath(options.path ?? '', request.env.workingDirectory);
    this.monitor = durationOption(options, 'source.monitor-interval');
    this.pattern = pathPattern(options['source.path.regex-pattern']);
    this.dead = dead;
    this.wanted = request.limit ?? Number.POSITIVE_INFINITY;
    const identifier = options.format ?? '';
    const format = formatFor(identifier);
    this.ignores = !this.dead && booleanOption(options, `${identifier}.ignore-parse-errors`, false);
    const isPartition = (c: ResolvedColumn) => table.partitionKeys.includes(c.name);
    const physicalColumns = table.columns.filter((c) => c.kind === 'physical' && !isPartition(c));
    const decoded: RowField[] = [];
    const casts: MetadataCast[] = [];
    this.slots = request.projected.map((position, i): Slot => {
      const column = table.columns[position] as ResolvedColumn;
      const field = request.fields[i] as RowField;
      if (column.kind === 'metadata') {
        const key = column.key ?? column.name;
        const type = FILE_METADATA[key] ?? field.type;
        casts.push({ column: i, from: type, to: field.type });
        return { kind: 'metadata', key, field: { name: field.name, type } };
      }
      if (isPartition(column)) return { kind: 'partition', name: column.name, field };
      decoded.push({ name: column.name, type: column.type });
      return { kind: 'decoded', index: decoded.length - 1 };
    });
    this.cast = metadataCasts(casts, request.env);
    const physical = physicalColumns.map((c) => ({ name: c.name, type: c.type }));
    const formatRequest: CsvRequest = {
      fields: decoded,
      physical,
      projected: decoded.map((f) => physical.findIndex((p) => p.name === f.name)),
      options: this.dead ? strictly(withPrefix(options, `${identifier}.`)) : withPrefix(options, `${identifier}.`),
      zone: request.env.zone,
    };
    // Options are checked when the job starts, not at the first row.
    const bulk = format.fileReader?.(formatRequest);
    if (bulk) {
      this.divisible = false;
      this.begin = async (split, offset = 0) => ({ split, reader: await BulkSplitReader.open(split, bulk, offset) });
      return;
    }
    const make = streamDecoderOf(format);
    this.divisible = make(formatRequest) instanceof LineDecoder;
    this.begin = async (split, offset) => {
      const origin: Origin = { offset: offset ?? 0 };
      const decoder = make({ ...formatRequest, bad: this.badRecordsOf(split.file.path, origin) });
      return {
        split,
        reader: compressionOf(split.file.path)
          ? new CompressedSplitReader(split, decoder, offset ?? 0)
          : await RecordSplitReader.open(split, decoder, origin, offset),
      };
    };
  }

  /** Keeps what cannot be read, or fails with its place; the format's own words stay the cause. */
  private badRecordsOf(path: string, origin: Origin): BadRecords {
    const { dead } = this;
    const counted = () => this.badRecords++;
    return {
      kept: dead !== undefined,
      record(bytes, error, at) {
        const offset = origin.offset + at;
        counted();
        if (dead) dead.add({ error, key: null, value: bytes, headers: [], origin: { file: path, offset } });
        else throw unreadable(error, `file '${path}', byte ${offset}`, bytes);
      },
    };
  }

  /** Fails as Flink does when the path is not there, or when a file is gone that a restored job was reading. */
  async open(): Promise<void> {
    const kept = this.request.position as FilePosition | undefined;
    for (const path of kept?.done ?? []) this.seen.add(path);
    await this.list();
    if (!kept?.current) return;
    const { file: path, offset } = kept.current;
    const at = this.queue.findIndex((split) => split.key === path);
    const [split] = at < 0 ? [] : this.queue.splice(at, 1);
    if (!split) throw new FlinkFault('FileNotFoundException', `File ${path} does not exist; the job was reading it.`);
    this.current = await this.begin(split, offset);
  }

  /** The folders to read. Partitions are found once, when the job starts: later ones are not read, as in Flink. */
  private folders(): readonly TablePartition[] {
    const { table, options, partitions } = this.request;
    const keys = table.partitionKeys;
    if (!keys.length) return [{ folder: this.root, spec: {} }];
    const nameOfNull = options['partition.default-name'] ?? DEFAULT_PARTITION;
    const specs = partitions ?? listPartitions(this.root, keys, nameOfNull).map(({ spec }) => spec);
    // Flink makes the folder of each partition again out of its values.
    return specs.map((spec) => ({ spec, folder: folderOf(this.root, keys, spec) }));
  }

  private async list(): Promise<void> {
    const subtask = this.request.subtask ?? { index: 0, of: 1 };
    this.partitions ??= this.folders();
    const files: DataFile[] = [];
    for (const { folder, spec } of this.partitions) files.push(...(await listFiles(folder, spec, this.pattern)));
    for (const file of files) {
      if (this.listedFiles.has(file.path)) continue;
      this.listedFiles.add(file.path);
      for (const split of splitsOf(file, this.divisible, subtask)) {
        if (this.seen.has(split.key)) continue;
        this.seen.add(split.key);
        this.queue.push(split);
      }
    }
    this.listed = true;
    this.lastListing = Date.now();
  }

  async next(_maxRows: number, lingerMs: number, signal: AbortSignal): Promise<SourceEvent> {
    if (!this.listed) await this.list();
    const deadline = Date.now() + lingerMs;
    for (;;) {
      signal.throwIfAborted();
      if (this.wanted <= 0) return { kind: 'end' };
      if (!this.current) {
        const split = this.queue.shift();
        if (!split) {
          this.report();
          if (this.monitor === undefined || !this.partitions?.length) return { kind: 'end' };
          const due = this.lastListing + this.monitor;
          if (Date.now() < due) {
            if (Date.now() >= deadline) return { kind: 'idle' };
            await pause(Math.min(due, deadline) - Date.now(), signal);
            continue;
          }
          await this.list();
          continue;
        }
        this.current = await this.begin(split);
      }
      const batch = await this.read(this.current);
      if (!batch) continue;
      this.wanted -= batch.length;
      return { kind: 'batch', batch };
    }
  }

  /** Tells how many records the format passed over since the last time. */
  private report(): void {
    if (!this.skipped) return;
    const { options, env } = this.request;
    env.notice(
      `${this.skipped} records of files in ${this.root} could not be read and were skipped ('${options.format}.ignore-parse-errors').`,
    );
    this.skipped = 0;
  }

  private async read({ split, reader }: OpenSplit): Promise<Batch | undefined> {
    const batch = await reader.next();
    // Before the position behind them can be kept, so that none is lost.
    await this.dead?.flush();
    if (reader.ended) {
      if (this.ignores) {
        this.skipped += reader.skipped ?? 0;
        this.badRecords += reader.skipped ?? 0;
      }
      this.current = undefined;
      await reader.close();
    }
    return batch?.length ? this.assemble(batch, split.file) : undefined;
  }

  /** Puts metadata and partition columns beside the decoded ones. */
  private assemble(batch: Batch, file: DataFile): Batch {
    const columns = this.slots.map((slot): Column => {
      if (slot.kind === 'decoded') return batch.columns[slot.index] as Column;
      const value =
        slot.kind === 'metadata'
          ? metadataValue(file, slot.key)
          : partitionValue(file.partition[slot.name], slot.field.type);
      const builder = columnBuilder(slot.field.type);
      for (let i = 0; i < batch.length; i++) builder.append(value);
      return builder.take(batch.length);
    });
    return { ...batch, columns: this.cast(columns, batch.length) };
  }

  position(): unknown {
    const waiting = new Set(this.queue.map((split) => split.key));
    const { current } = this;
    if (current) waiting.add(current.split.key);
    return {
      current: current && { file: current.split.key, offset: current.reader.position() },
      done: [...this.seen].filter((key) => !waiting.has(key)),
    } satisfies FilePosition;
  }

  async close(): Promise<void> {
    const reader = this.current?.reader;
    this.current = undefined;
    this.queue = [];
    await this.dead?.close();
    await reader?.close();
  }
}

/** Formats that are made for messages take each line of a file for one. */
function streamDecoderOf(format: RegisteredFormat): (request: FormatRequest) => StreamDecoder {
  if (format.streamDecoder) return format.streamDecoder.bind(format);
  const decoder = format.decoder?.bind(format);
  if (decoder)
    return (request) => new MessageLines(request.fields, decoder(request), request.bad, format.messageHeader);
  throw new FlinkFault(
    'ValidationException',
    `Could not find any format factory for identifier '${format.identifier}' in the classpath.`,
  );
}

/** `source.path.regex-pattern`, which must match a whole path. */
function pathPattern(regex: string | undefined): RegExp | undefined {
  return regex === undefined ? undefined : javaPattern(regex);
}

function metadataValue(file: DataFile, key: string): Value {
  const value = fileMetadata(file, key);
  if (key === 'file.size') return BigInt(value);
  if (key === 'file.modification-time') return { ms: Math.floor(value as number), nanos: 0 };
  return value;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', abort);
        done();
      },
      Math.max(0, ms),
    );
    const abort = () => {
      clearTimeout(timer);
      fail(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}
