import { type FileHandle, open } from 'node:fs/promises';
import type { ResolvedColumn } from '../../../flink-sql/catalog/model.ts';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { columnBuilder } from '../../batch/builder.ts';
import type { Column } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import {
  parseDecimal,
  parseDouble,
  parseInteger,
  parseIsoDate,
  parseLong,
  parseTimestamp,
} from '../../formats/convert.ts';
import type { StreamDecoder } from '../../formats/format.ts';
import { LineDecoder } from '../../formats/lines.ts';
import { type CsvRequest, formatFor } from '../../formats/registry.ts';
import type { SourceEvent, SourceReader, SourceRequest } from '../connector.ts';
import { durationOption, withPrefix } from '../options.ts';
import { type FileSplit, splitsOf } from './file-splits.ts';
import { type DataFile, fileMetadata, listFiles, localPath } from './files.ts';

const CHUNK = 1 << 20;
/** The first chunk of a file is small, so that the first rows show at once. */
const FIRST_CHUNK = 1 << 16;

/** Where a file source stands: always at the start of a record. */
interface FilePosition {
  /** The split being read, by its key, and how far, in bytes of its file. */
  readonly current: { readonly file: string; readonly offset: number } | undefined;
  /** Splits read to their end. */
  readonly done: readonly string[];
}

interface OpenSplit {
  readonly split: FileSplit;
  readonly handle: FileHandle;
  readonly decoder: StreamDecoder;
  /** How far the file has been read. */
  at: number;
  /** The first record of the split has not been found yet. */
  skipping: boolean;
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
  private readonly makeDecoder: () => StreamDecoder;
  private readonly monitor: number | undefined;
  /** Keys of the splits that this reader has or had. */
  private readonly seen = new Set<string>();
  private readonly listedFiles = new Set<string>();
  private queue: FileSplit[] = [];
  private listed = false;
  private lastListing = 0;
  private current: OpenSplit | undefined;
  /** Records are lines, so that a reader can begin anywhere in a file. */
  private readonly divisible: boolean;

  constructor(request: SourceRequest) {
    this.request = request;
    const { table, options } = request;
    this.root = localPath(options.path ?? '', request.env.workingDirectory);
    this.monitor = durationOption(options, 'source.monitor-interval');
    const identifier = options.format ?? '';
    const format = formatFor(identifier);
    const isPartition = (c: ResolvedColumn) => table.partitionKeys.includes(c.name);
    const physicalColumns = table.columns.filter((c) => c.kind === 'physical' && !isPartition(c));
    const decoded: RowField[] = [];
    this.slots = request.projected.map((position, i): Slot => {
      const column = table.columns[position] as ResolvedColumn;
      const field = request.fields[i] as RowField;
      if (column.kind === 'metadata') return { kind: 'metadata', key: column.key ?? column.name, field };
      if (isPartition(column)) return { kind: 'partition', name: column.name, field };
      decoded.push({ name: column.name, type: column.type });
      return { kind: 'decoded', index: decoded.length - 1 };
    });
    const physical = physicalColumns.map((c) => ({ name: c.name, type: c.type }));
    const formatRequest: CsvRequest = {
      fields: decoded,
      physical,
      projected: decoded.map((f) => physical.findIndex((p) => p.name === f.name)),
      options: withPrefix(options, `${identifier}.`),
      zone: request.env.zone,
    };
    if (!format.streamDecoder)
      throw new FlinkFault(
        'ValidationException',
        `Could not find any format factory for identifier '${identifier}' in the classpath.`,
      );
    const make = format.streamDecoder.bind(format);
    this.makeDecoder = () => make(formatRequest);
    // Options are checked when the job starts, not at the first row.
    this.divisible = this.makeDecoder() instanceof LineDecoder;
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

  /** A split that begins inside a file looks for the end of the record before it, which may be its own last byte before. */
  private async begin(split: FileSplit, offset = Math.max(0, split.start - 1)): Promise<OpenSplit> {
    const handle = await open(split.file.path, 'r');
    return { split, handle, decoder: this.makeDecoder(), at: offset, skipping: offset < split.start };
  }

  private async list(): Promise<void> {
    const regex = this.request.options['source.path.regex-pattern'];
    const pattern = regex === undefined ? undefined : new RegExp(`^(?:${regex})$`);
    const subtask = this.request.subtask ?? { index: 0, of: 1 };
    for (const file of await listFiles(this.root, this.request.table.partitionKeys, pattern)) {
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
      if (!this.current) {
        const split = this.queue.shift();
        if (!split) {
          if (this.monitor === undefined) return { kind: 'end' };
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
      if (batch) return { kind: 'batch', batch };
    }
  }

  private async read(current: OpenSplit): Promise<Batch | undefined> {
    const { split, handle, decoder, at } = current;
    const left = split.end === undefined ? CHUNK : Math.max(1, split.end - at) + FIRST_CHUNK;
    const chunk = new Uint8Array(at === 0 ? FIRST_CHUNK : Math.min(CHUNK, left));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    current.at += bytesRead;
    let bytes = chunk.subarray(0, bytesRead);
    let ended = bytesRead === 0;
    if (split.end !== undefined) {
      // The record that holds the last byte of the split is its last one.
      const stop = at + bytesRead < split.end ? -1 : bytes.indexOf(10, Math.max(0, split.end - 1 - at));
      if (stop >= 0) {
        bytes = bytes.subarray(0, stop + 1);
        current.at = at + stop + 1;
        ended = true;
      }
    }
    if (current.skipping && bytes.length > 0) {
      const newline = bytes.indexOf(10);
      current.skipping = newline < 0;
      bytes = bytes.subarray(newline < 0 ? bytes.length : newline + 1);
    }
    const batches = [bytes.length > 0 ? decoder.push(bytes) : undefined];
    if (ended) {
      // Only at the end of a file is there anything left.
      if (bytesRead === 0) batches.push(decoder.end());
      await handle.close();
      this.current = undefined;
    }
    const decoded = batches.find((batch) => batch !== undefined && batch.length > 0);
    return decoded ? this.assemble(decoded, split.file) : undefined;
  }

  /** Puts metadata and partition columns beside the decoded ones. */
  private assemble(batch: Batch, file: DataFile): Batch {
    const columns = this.slots.map((slot): Column => {
      if (slot.kind === 'decoded') return batch.columns[slot.index] as Column;
      const value =
        slot.kind === 'metadata'
          ? metadataValue(file, slot.key)
          : partitionValue(file.partition[slot.name], slot.field);
      const builder = columnBuilder(slot.field.type);
      for (let i = 0; i < batch.length; i++) builder.append(value);
      return builder.take(batch.length);
    });
    return { ...batch, columns };
  }

  position(): unknown {
    const waiting = new Set(this.queue.map((split) => split.key));
    const { current } = this;
    if (current) waiting.add(current.split.key);
    const offset = (at: OpenSplit): number =>
      at.skipping ? Math.max(0, at.split.start - 1) : at.at - at.decoder.pendingBytes;
    return {
      current: current && { file: current.split.key, offset: offset(current) },
      done: [...this.seen].filter((key) => !waiting.has(key)),
    } satisfies FilePosition;
  }

  async close(): Promise<void> {
    const handle = this.current?.handle;
    this.current = undefined;
    this.queue = [];
    await handle?.close();
  }
}

function metadataValue(file: DataFile, key: string): Value {
  const value = fileMetadata(file, key);
  if (key === 'file.size') return BigInt(value);
  if (key === 'file.modification-time') return { ms: Math.floor(value as number), nanos: 0 };
  return value;
}

/** A folder's text as a value of the partition column (RowPartitionComputer.restorePartValueFromType). */
function partitionValue(text: string | null | undefined, field: RowField): Value {
  if (text === null || text === undefined) return null;
  const { type } = field;
  switch (type.root) {
    case 'BOOLEAN':
      return text.toLowerCase() === 'true';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
      return parseInteger(text, -2147483648, 2147483647, 'Int');
    case 'BIGINT':
      return parseLong(text);
    case 'FLOAT':
    case 'DOUBLE':
      return parseDouble(text);
    case 'DECIMAL':
      return parseDecimal(text, type);
    case 'DATE':
      return parseIsoDate(text);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return parseTimestamp(text, text.includes('T') ? 'T' : ' ', text.endsWith('Z'));
    default:
      return text;
  }
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
