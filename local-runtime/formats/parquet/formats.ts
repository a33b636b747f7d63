import { booleanOption, integerOption, type Options } from '../../connectors/options.ts';
import { FlinkFault, validation } from '../../errors.ts';
import type { RegisteredFormat } from '../registry.ts';
import type { TimeUnit } from './schema.ts';
import type { CodecName } from './writer.ts';

const CODEC_NAMES: readonly CodecName[] = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'];
/** Bytes of a row group before it is written; Hadoop's 128 MiB would stay in memory. */
const BLOCK_BYTES = 32 << 20;

function codecOf(options: Options): CodecName {
  const name = (options.compression ?? 'SNAPPY').toUpperCase();
  const found = CODEC_NAMES.find((codec) => codec === name);
  if (found) return found;
  if (['LZO', 'BROTLI', 'LZ4', 'LZ4_RAW'].includes(name)) {
    throw validation(
      `The local runtime does not write 'parquet.compression' = '${options.compression}'; it writes ${CODEC_NAMES.join(', ')}.`,
    );
  }
  throw validation(
    `Invalid value for option 'parquet.compression'.`,
    new FlinkFault(
      'IllegalArgumentException',
      `No enum constant org.apache.parquet.hadoop.metadata.CompressionCodecName.${name}`,
    ),
  );
}

function unitOf(options: Options): TimeUnit {
  const unit = options['timestamp.time.unit'] ?? 'micros';
  if (unit === 'millis' || unit === 'micros' || unit === 'nanos') return unit;
  throw validation(
    `Invalid value for option 'parquet.timestamp.time.unit'.`,
    new FlinkFault('IllegalArgumentException', `Unsupported time unit: ${unit}`),
  );
}

/** `parquet`: files of columns (ParquetFileFormatFactory). */
export const parquet: RegisteredFormat = {
  identifier: 'parquet',
  changelog: 'insert-only',
  sinkAccepts: 'insert-only',
  recordSeparator: '',
  filesOnly: true,
  // The last ones change how fast Hadoop's writer works and how its files are laid out, not what is in them.
  optionKeys: [
    'utc-timezone',
    'timestamp.time.unit',
    'write.int64.timestamp',
    'batch-size',
    'compression',
    'block.size',
    'page.size',
    'dictionary.page.size',
    'enable.dictionary',
    'validation',
    'writer.version',
    'writer.max-padding',
  ],
  validate(options) {
    booleanOption(options, 'utc-timezone', false);
    booleanOption(options, 'write.int64.timestamp', false);
    integerOption(options, 'batch-size');
    integerOption(options, 'block.size');
    codecOf(options);
    unitOf(options);
  },
  fileReader({ fields, options }) {
    const utc = booleanOption(options, 'utc-timezone', false);
    return async (file, position) => (await import('./reader.ts')).ParquetReader.open(file, fields, utc, position);
  },
  fileWriter({ fields, options }) {
    const utc = booleanOption(options, 'utc-timezone', false);
    const unit = booleanOption(options, 'write.int64.timestamp', false) ? unitOf(options) : undefined;
    const codec = codecOf(options);
    const block = Math.max(1 << 16, integerOption(options, 'block.size') ?? BLOCK_BYTES);
    return async () => {
      const { ParquetFileWriter } = await import('./writer.ts');
      return new ParquetFileWriter(fields, { utc, unit }, codec, block);
    };
  },
};
