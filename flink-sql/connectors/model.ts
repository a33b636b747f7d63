/** What kind of value an option takes; decides how values are completed and checked. */
export type OptionType =
  | 'STRING'
  | 'INT'
  | 'LONG'
  | 'DOUBLE'
  | 'BOOLEAN'
  | 'DURATION'
  | 'MEMORY'
  | 'ENUM'
  | 'MAP'
  | 'LIST';

/** One option of a connector, a format or the session. */
export interface OptionDoc {
  readonly key: string;
  readonly type: OptionType;
  /** As documented; absent when there is none. */
  readonly fallback?: string;
  /** `always`, or the condition in words. */
  readonly required?: string;
  /** The words an ENUM knows, or usual values of another type. */
  readonly values?: readonly string[];
  readonly doc: string;
  /** A key that goes on with anything: `properties.`, or holds a column's name in place of `#`: `fields.#.kind`. */
  readonly open?: boolean;
}

/** How a connector is told its format: `format` alone, `key.format` and `value.format`, or not at all. */
export type FormatUse = 'none' | 'format' | 'key-value' | 'format-or-key-value';

/** A connector with the options of its tables. Pure data: the runtime's own checks are held against it by a test. */
export interface ConnectorDoc {
  readonly id: string;
  readonly doc: string;
  /** Row kinds that its source emits; `format`: as the format does. Absent when it cannot be read. */
  readonly source?: 'insert-only' | 'upsert' | 'all' | 'format';
  /** Row kinds that its sink takes. Absent when it cannot be written. */
  readonly sink?: 'insert-only' | 'upsert' | 'all' | 'format';
  readonly lookup?: boolean;
  readonly formats: FormatUse;
  /** Formats that it can use; absent for all message formats. */
  readonly formatIds?: readonly string[];
  readonly options: readonly OptionDoc[];
  /** Takes options that are not listed (table properties), so that none is unknown. */
  readonly takesAny?: boolean;
}

/** A format with its options, whose keys are without the prefix (`json.`). */
export interface FormatDoc {
  readonly id: string;
  readonly doc: string;
  readonly changelog: 'insert-only' | 'all';
  /** Only files can have it. */
  readonly filesOnly?: boolean;
  readonly options: readonly OptionDoc[];
}

interface More {
  readonly required?: string;
  readonly values?: readonly string[];
  readonly open?: boolean;
}

/** An option in a line; an empty `fallback` is none. */
export const option = (key: string, type: OptionType, fallback: string, doc: string, more: More = {}): OptionDoc => ({
  key,
  type,
  doc,
  ...(fallback === '' ? {} : { fallback }),
  ...more,
});
