import { FlinkFault } from '../../errors.ts';
import type { FileWriter, FormatRequest } from '../../formats/format.ts';
import { RecordFileWriter } from '../../formats/record-file.ts';
import type { RegisteredFormat } from '../../formats/registry.ts';
import { concatenate, type Merge, rewrite } from './compaction.ts';

/** Makes the writers of part files; options are checked here, before the first row. */
export function writerOf(format: RegisteredFormat, request: FormatRequest): () => Promise<FileWriter> {
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

/** How files of a format are brought together (FileSystemTableSink.createCompactReaderFactory). */
export function mergeOf(format: RegisteredFormat, request: FormatRequest): Merge {
  if (!format.fileWriter) return concatenate;
  const read = format.fileReader?.(request);
  if (read) return rewrite(read, format.fileWriter(request));
  throw new FlinkFault(
    'TableException',
    'Please implement available reader for compaction: BulkFormat, FileInputFormat.',
  );
}
