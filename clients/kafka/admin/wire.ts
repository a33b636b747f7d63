import type { Reader, Writer } from '@platformatic/kafka';

/*
 * Messages of Kafka's protocol as data: what a field is, and from which version on it exists. Our own, because the library's requests
 * fail as a whole when one topic or group of many is refused, and some of the newer ones it does not have.
 */

export interface WireVersion {
  readonly number: number;
  /** Compact lengths and tagged fields (KIP-482). */
  readonly isFlexible: boolean;
}

/** How a type of the protocol is written and read. Methods, so that codecs of different types fit one record of fields. */
export interface Codec<T> {
  write(w: Writer, value: T, version: WireVersion): void;
  read(r: Reader, version: WireVersion): T;
}

export type ValueOf<C> = C extends Codec<infer T> ? T : never;

export const int8: Codec<number> = { write: (w, v) => void w.appendInt8(v), read: (r) => r.readInt8() };
export const int16: Codec<number> = { write: (w, v) => void w.appendInt16(v), read: (r) => r.readInt16() };
export const int32: Codec<number> = { write: (w, v) => void w.appendInt32(v), read: (r) => r.readInt32() };
export const int64: Codec<bigint> = { write: (w, v) => void w.appendInt64(v), read: (r) => r.readInt64() };
export const bool: Codec<boolean> = { write: (w, v) => void w.appendBoolean(v), read: (r) => r.readBoolean() };
export const uuid: Codec<string> = { write: (w, v) => void w.appendUUID(v), read: (r) => r.readUUID() };
export const text: Codec<string> = {
  write: (w, v, { isFlexible }) => void w.appendString(v, isFlexible),
  read: (r, { isFlexible }) => r.readString(isFlexible),
};
export const nullableText: Codec<string | null> = {
  write: (w, v, { isFlexible }) => void w.appendString(v, isFlexible),
  read: (r, { isFlexible }) => r.readNullableString(isFlexible),
};
export const bytes: Codec<Buffer> = {
  write: (w, v, { isFlexible }) => void w.appendBytes(v, isFlexible),
  read: (r, { isFlexible }) => r.readBytes(isFlexible),
};

export function nullableArray<T>(of: Codec<T>): Codec<readonly T[] | null> {
  return {
    write: (w, v, version) =>
      void w.appendArray(v && [...v], (inner, one) => of.write(inner, one, version), version.isFlexible, false),
    read: (r, version) => r.readNullableArray((inner) => of.read(inner, version), version.isFlexible, false),
  };
}

export function array<T>(of: Codec<T>): Codec<readonly T[]> {
  const { write, read } = nullableArray(of);
  return { write, read: (r, version) => read(r, version) ?? [] };
}

/** A field that exists from a version on (and, where given, up to one); elsewhere it is not written and read as `otherwise`. */
export function since<T>(from: number, of: Codec<T>, otherwise: T, upTo = Number.POSITIVE_INFINITY): Codec<T> {
  const isThere = ({ number }: WireVersion) => number >= from && number <= upTo;
  return {
    write: (w, v, version) => {
      if (isThere(version)) of.write(w, v, version);
    },
    read: (r, version) => (isThere(version) ? of.read(r, version) : otherwise),
  };
}

type Values<F> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** Fields in the order of the wire. */
export function struct<F extends Readonly<Record<string, Codec<unknown>>>>(fields: F): Codec<Values<F>> {
  const entries = Object.entries(fields);
  return {
    write: (w, value, version) => {
      for (const [name, of] of entries) of.write(w, value[name], version);
      if (version.isFlexible) w.appendTaggedFields();
    },
    read: (r, version) => {
      const out: Record<string, unknown> = {};
      for (const [name, of] of entries) out[name] = of.read(r, version);
      if (version.isFlexible) r.readTaggedFields();
      return out as Values<F>;
    },
  };
}

/** A request and its answer, in the versions that we speak. */
export interface Api<Q, A> {
  readonly name: string;
  readonly key: number;
  readonly versions: readonly [least: number, greatest: number];
  /** First version with compact lengths; none of ours when undefined. */
  readonly flexibleFrom?: number;
  readonly request: Codec<Q>;
  readonly response: Codec<A>;
}

/** Of an API: what the broker's versions and ours have in common, the greatest of it; undefined when there is none. */
export function commonVersion(
  { versions: [least, greatest] }: Pick<Api<unknown, unknown>, 'versions'>,
  offered: readonly [least: number, greatest: number] | undefined,
): number | undefined {
  if (!offered) return undefined;
  const version = Math.min(greatest, offered[1]);
  return version >= Math.max(least, offered[0]) ? version : undefined;
}

export const wireVersion = (api: Pick<Api<unknown, unknown>, 'flexibleFrom'>, number: number): WireVersion => ({
  number,
  isFlexible: number >= (api.flexibleFrom ?? Number.POSITIVE_INFINITY),
});
