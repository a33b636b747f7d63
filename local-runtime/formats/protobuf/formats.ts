import { booleanOption, type Options } from '../../connectors/options.ts';
import { validation } from '../../errors.ts';
import type { FormatRequest } from '../format.ts';
import type { RegisteredFormat } from '../registry.ts';
import { ProtobufDecoder } from './decoder.ts';
import { ProtobufEncoder } from './encoder.ts';
import { loadMessage } from './load.ts';
import { checkColumns } from './model.ts';

/** Where the message is described: Flink has the Java class, which nobody can load here. */
const DESCRIPTOR = 'millrace.descriptor';

function loader({ fields, options }: FormatRequest) {
  return async () => {
    const message = await loadMessage(options[DESCRIPTOR] ?? '', options['message-class-name'] ?? '', process.cwd());
    checkColumns(message, fields);
    return message;
  };
}

function check(options: Options): void {
  booleanOption(options, 'ignore-parse-errors', false);
  booleanOption(options, 'read-default-values', false);
  if (options['message-class-name'] === undefined)
    throw validation(
      'One or more required options are missing.\n\nMissing required options are:\n\nmessage-class-name',
    );
  if (options[DESCRIPTOR] === undefined)
    throw validation(
      `The local runtime cannot load the Java class '${options['message-class-name']}'. Set 'protobuf.${DESCRIPTOR}' to the .proto file, or to a descriptor set of it, that describes the message.`,
    );
}

/** `protobuf`: messages without a header (PbFormatFactory), described by a .proto file or a descriptor set instead of a Java class. */
export const protobuf: RegisteredFormat = {
  identifier: 'protobuf',
  changelog: 'insert-only',
  sinkAccepts: 'insert-only',
  recordSeparator: '',
  ours: true,
  optionKeys: [
    DESCRIPTOR,
    'ignore-parse-errors',
    'message-class-name',
    'read-default-values',
    'write-null-string-literal',
  ],
  validate: check,
  decoder(request) {
    return new ProtobufDecoder(loader(request), request.fields, {
      ignoreParseErrors: booleanOption(request.options, 'ignore-parse-errors', false),
      readDefaultValues: booleanOption(request.options, 'read-default-values', false),
    });
  },
  encoder(request) {
    return new ProtobufEncoder(loader(request), request.fields, request.options['write-null-string-literal'] ?? '');
  },
};
