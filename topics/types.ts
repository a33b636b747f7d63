import type { SchemaType } from '../clients/schema-registry/index.ts';

/** What bytes of a key or a value can be read as. `schema` formats need a registry; `none` is a null (a tombstone's value, no key). */
export type MessageFormat =
  | 'json'
  | 'avro'
  | 'protobuf'
  | 'json-schema'
  | 'msgpack'
  | 'cbor'
  | 'string'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'hex'
  | 'none';

/** What a reader chooses for a topic's keys or values: one format, or the first that fits. */
export type FormatChoice = 'auto' | Exclude<MessageFormat, 'none'>;

/** One message as the broker keeps it. */
export interface RawMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [string, Uint8Array | null])[];
  /** A marker of the end of a transaction, which is no message. */
  readonly control?: 'commit' | 'abort' | 'other';
}

/** The schema that wrote a key or a value. */
export interface UsedSchema {
  readonly id: number;
  readonly type: SchemaType;
  /** Of the record or message, where the schema has one: `com.shop.Order`. */
  readonly name?: string;
  /** Where the registry lists it: of these the one that a subject strategy gives for the topic comes first. */
  readonly subjects?: readonly string[];
}

export interface WhyNot {
  readonly format: MessageFormat;
  /** A sentence: what in the bytes speaks against it. */
  readonly reason: string;
}

/** A key or a value, read. */
export interface DecodedPart {
  readonly format: MessageFormat;
  /** What a cell shows: JSON in one line, a string, digits, hex; empty for a null. */
  readonly text: string;
  /** Structured formats: JSON text with every digit of every number; parse it with a parser that keeps them. */
  readonly json?: string;
  readonly bytes: Uint8Array | null;
  readonly schema?: UsedSchema;
  /** Of the formats that were tried before, or that could not be chosen, why. */
  readonly whyNot: readonly WhyNot[];
  /** The chosen format does not fit: then `format` is what is shown instead. */
  readonly problem?: string;
}

export interface DecodedHeader {
  readonly name: string;
  readonly text: string;
  readonly bytes: Uint8Array | null;
}

export interface DecodedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: number;
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  readonly key: DecodedPart;
  readonly value: DecodedPart;
  readonly headers: readonly DecodedHeader[];
  /** Bytes of key, value and headers (names and values). */
  readonly sizes: { readonly key: number; readonly value: number; readonly headers: number };
  readonly isTombstone: boolean;
  readonly control?: 'commit' | 'abort' | 'other';
}

export interface DecoderChoice {
  readonly key: FormatChoice;
  readonly value: FormatChoice;
}

/** Reads messages of topics; schemas are asked for once. Made by `messageDecoder(registry)` in topics/decode. */
export interface MessageDecoder {
  /** Never fails for what is in the messages: what cannot be read is shown as text or hex, with the reason. */
  decode(messages: readonly RawMessage[], choice: DecoderChoice, signal?: AbortSignal): Promise<DecodedMessage[]>;
}

/** What a condition knows of the messages: made once for a topic by `typeMessages` in topics/filter. */
export interface MessageTyping {
  /** Flink types, as DDL has them: `STRING`, `ROW<id BIGINT, …>`. */
  readonly key: TypedPart;
  readonly value: TypedPart;
}

export interface TypedPart {
  readonly format: MessageFormat;
  readonly type: string;
  /** Options of Flink's `json` format, where its times need one. */
  readonly options?: Readonly<Record<string, string>>;
  /** Avro: the schema that the type is of. */
  readonly schemaId?: number;
  /** Where the type is from: `schema 7 (orders-value)` or `100 sampled messages`. */
  readonly from: string;
}

/** A condition in Flink SQL over `key`, `value`, `headers`, `partition`, `offset`, `timestamp`, `key_text` and `value_text`. */
export interface FilterSpec {
  readonly condition: string;
  readonly typing: MessageTyping;
  /** Session time zone of TIMESTAMP_LTZ; the machine's when absent. */
  readonly zone?: string;
}

/** What is wrong with a condition, in Flink's words, with its place in the condition. */
export interface FilterProblemPlace {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Counts of messages by time: all that were looked at, and those that match. */
export interface TimeHistogram {
  /** Epoch ms of the first bucket. */
  readonly start: number;
  /** ms of a bucket. */
  readonly width: number;
  readonly all: Uint32Array;
  readonly matching: Uint32Array;
}

/** What is known of a topic when a table is inferred. */
export interface InferRequest {
  readonly topic: string;
  /** Some messages, decoded; the more, the better the types. In the order of offsets within each partition. */
  readonly samples: readonly DecodedMessage[];
  /** `cleanup.policy` has `compact`. */
  readonly isCompacted?: boolean;
  /** For `properties.bootstrap.servers`. */
  readonly bootstrap: string;
  /** For formats that need the registry. */
  readonly registryUrl?: string;
  /** Schemas by id, of the schemas that the samples name. */
  readonly schemas?: ReadonlyMap<number, KnownSchema>;
  /** Default: the topic's name made an identifier. */
  readonly tableName?: string;
}

/** A schema with the texts of those that it refers to, each after those that it needs itself. */
export interface KnownSchema {
  readonly type: SchemaType;
  readonly schema: string;
  readonly references?: readonly { readonly name: string; readonly text: string }[];
}

export interface InferredColumn {
  readonly name: string;
  /** As DDL has it. */
  readonly type: string;
  /** Why this type, in a few words, where it is not plain. */
  readonly note?: string;
}

export interface InferredTable {
  readonly name: string;
  /** CREATE TABLE, laid out by the formatter, with its evidence in comments. */
  readonly ddl: string;
  readonly columns: readonly InferredColumn[];
  readonly connector: 'kafka' | 'upsert-kafka';
  readonly format: string;
  readonly primaryKey: readonly string[];
  readonly watermark?: { readonly column: string; readonly delayMs: number; readonly evidence: string };
  /** What a reader should know: fields of several types, messages that were left out. */
  readonly notes: readonly string[];
}
