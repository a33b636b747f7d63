import { FlinkFault } from '../errors.ts';

/** The units of Flink's `MemorySize`, each 1024 of the one before. */
const UNITS = [
  ['b', 'bytes'],
  ['k', 'kb', 'kibibytes'],
  ['m', 'mb', 'mebibytes'],
  ['g', 'gb', 'gibibytes'],
  ['t', 'tb', 'tebibytes'],
] as const;
const POWERS = new Map(UNITS.flatMap((labels, power) => labels.map((label) => [label as string, power] as const)));
const LONG_MAX = 2n ** 63n - 1n;

/** Bytes of a size as options spell it (`MemorySize.parseBytes`): `128 mb`, `1g`, a bare number of bytes. Fails as Flink does. */
export function memorySize(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '')
    throw new FlinkFault('IllegalArgumentException', 'argument is an empty- or whitespace-only string');
  const number = /^\d*/.exec(trimmed)?.[0] ?? '';
  if (number === '') throw new FlinkFault('NumberFormatException', 'text does not start with a number');
  const overflow = (what: string, of: string) =>
    new FlinkFault(
      'IllegalArgumentException',
      `The value '${what}' cannot be re represented as 64bit number${of} (numeric overflow).`,
    );
  if (BigInt(number) > LONG_MAX) throw overflow(number, '');
  const label = trimmed.slice(number.length).trim().toLowerCase();
  const power = label === '' ? 0 : POWERS.get(label);
  if (power === undefined) {
    const known = UNITS.map((labels) => `(${labels.join(' | ')})`).join(' / ');
    const message = `Memory size unit '${label}' does not match any of the recognized units: ${known}`;
    throw new FlinkFault('IllegalArgumentException', message);
  }
  if (BigInt(number) * 1024n ** BigInt(power) > LONG_MAX) throw overflow(text, ' of bytes');
  return Number(number) * 1024 ** power;
}
