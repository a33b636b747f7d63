import type { SchemaType } from '../../clients/schema-registry/index.ts';
import type { MessageFormat } from '../types.ts';

/** Keys or values as a filter sees them. */
export interface ThreadPart {
  readonly format: MessageFormat;
  /** As DDL has it. */
  readonly type: string;
  /** Options of Flink's `json` format: how times are written. */
  readonly options?: Readonly<Record<string, string>>;
  /** Avro: the schema that `type` is of; other writers' data are resolved to it. */
  readonly reader?: ThreadSchema;
}

export interface ThreadSchema {
  readonly id: number;
  readonly type: SchemaType;
  readonly text: string;
  readonly references: readonly { readonly name: string; readonly text: string }[];
}

/** Records of a page with bytes of their own; fields as in RecordPage. */
export interface ThreadPage {
  readonly count: number;
  readonly partition: number;
  readonly baseOffset: bigint;
  readonly offsetDeltas: Float64Array;
  readonly baseTimestamp: bigint;
  readonly timestampDeltas: Float64Array;
  /** All of its buffer. */
  readonly bytes: Uint8Array;
  readonly keys: Int32Array;
  readonly values: Int32Array;
  readonly headers: Int32Array;
  readonly kinds: Uint8Array;
}

/** What a condition reads: the rest need not be sent. */
export interface ThreadNeeds {
  readonly key: boolean;
  readonly value: boolean;
  readonly headers: boolean;
}

/** What the host asks of the thread; every question with a request has one answer of the same number. */
export type ThreadQuestion =
  | {
      readonly type: 'open';
      readonly request: number;
      readonly filter: number;
      readonly condition: string;
      readonly zone: string;
      readonly key: ThreadPart;
      readonly value: ThreadPart;
    }
  /** Schemas that pages to come were written with. */
  | { readonly type: 'schemas'; readonly filter: number; readonly schemas: readonly ThreadSchema[] }
  | { readonly type: 'page'; readonly request: number; readonly filter: number; readonly page: ThreadPage }
  | { readonly type: 'close'; readonly filter: number };

export interface ThreadAnswer {
  readonly request: number;
  /** Of `open`. */
  readonly needs?: ThreadNeeds;
  /** Of `page`: which records match, ascending. */
  readonly chosen?: Int32Array;
  /** Of `page`: keys or values that the condition reads and that could not be read, which count as NULL. */
  readonly unreadable?: number;
  readonly problem?: { readonly message: string; readonly start: number; readonly end: number };
}
