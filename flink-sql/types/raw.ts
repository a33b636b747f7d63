import { decodeBase64 } from './base64.ts';

/** Classes that Flink itself can load; others would come from a JAR, which no type in SQL text can name. */
const LOADABLE = /^(java|javax|scala|org\.apache\.flink)\./;

/**
 * What Flink says of `RAW('class', 'serializer')`: it loads the class and restores the serializer from its Base64 snapshot
 * (RawType.restore). Undefined when nothing is wrong that can be seen without a JVM.
 */
export function rawTypeFault(
  className: string,
  serializer: string,
): { readonly exception: string; readonly message: string } | undefined {
  if (!LOADABLE.test(className)) {
    return { exception: 'ClassNotFoundException', message: className };
  }
  const bytes = decodeBase64(serializer);
  if (typeof bytes === 'string') return { exception: 'IllegalArgumentException', message: bytes };
  // A class name in modified UTF-8 behind its length, then the snapshot's version.
  const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return bytes.length < 2 + length + 4 ? { exception: 'EOFException', message: '' } : undefined;
}
