import { isRecord } from '../http/index.ts';

/** A JSON object whose fields are read with a kind expected; what is missing or of another kind is undefined, never an error. */
export class Fields {
  readonly #record: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#record = isRecord(value) ? value : {};
  }

  /** A number, also where the wire has it as a string; undefined for NaN, which Flink sends for what is not measured. */
  optional(name: string): number | undefined {
    return toNumber(this.#record[name]);
  }

  number(name: string): number {
    return this.optional(name) ?? 0;
  }

  /** Milliseconds since the epoch, where Flink has -1 for none. */
  time(name: string): number | undefined {
    const value = this.optional(name);
    return value === undefined || value < 0 ? undefined : value;
  }

  text(name: string): string {
    const value = this.#record[name];
    return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
  }

  optionalText(name: string): string | undefined {
    return this.text(name) || undefined;
  }

  flag(name: string): boolean {
    return this.#record[name] === true;
  }

  fields(name: string): Fields {
    return new Fields(this.#record[name]);
  }

  has(name: string): boolean {
    return this.#record[name] !== undefined && this.#record[name] !== null;
  }

  list<T>(name: string, read: (item: Fields) => T): T[] {
    return listOf(this.#record[name], read);
  }

  /** All fields that are numbers. */
  numbers(name: string): Record<string, number> {
    const value = this.#record[name];
    if (!isRecord(value)) return {};
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, each]) => {
        const number = toNumber(each);
        return number === undefined ? [] : [[key.toLowerCase(), number]];
      }),
    );
  }

  entries(name: string): [string, Fields][] {
    const value = this.#record[name];
    return isRecord(value) ? Object.entries(value).map(([key, each]) => [key, new Fields(each)]) : [];
  }

  /** All fields as texts. */
  texts(name: string): Record<string, string> {
    const value = this.#record[name];
    return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)])) : {};
  }
}

export function listOf<T>(value: unknown, read: (item: Fields) => T): T[] {
  return Array.isArray(value) ? value.map((item) => read(new Fields(item))) : [];
}

export function toNumber(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined;
  if (value === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}
