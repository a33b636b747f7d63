import { AvroOutput } from '../avro/output.ts';

/** What a field of a struct holds; undefined leaves the field out. */
export type ThriftValue =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'i8' | 'i32' | 'i64'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'list'; readonly of: 'i32' | 'text' | 'struct'; readonly items: readonly ThriftValue[] }
  | { readonly kind: 'struct'; readonly fields: readonly ThriftField[] };

export type ThriftField = readonly [id: number, value: ThriftValue | undefined];

export const i32 = (value: number): ThriftValue => ({ kind: 'i32', value });
export const i64 = (value: number): ThriftValue => ({ kind: 'i64', value });
export const text = (value: string): ThriftValue => ({ kind: 'text', value });
export const struct = (...fields: readonly ThriftField[]): ThriftValue => ({ kind: 'struct', fields });
export const list = (of: 'i32' | 'text' | 'struct', items: readonly ThriftValue[]): ThriftValue => ({
  kind: 'list',
  of,
  items,
});

const TYPE = { i8: 3, i32: 5, i64: 6, text: 8, list: 9, struct: 12 } as const;

/** A struct in Thrift's compact protocol. */
export function thriftBytes(value: ThriftValue): Uint8Array {
  const out = new AvroOutput();
  put(out, value);
  return out.take();
}

const byte = (out: AvroOutput, value: number) => out.raw(Uint8Array.of(value));

function put(out: AvroOutput, value: ThriftValue): void {
  switch (value.kind) {
    case 'bool':
      byte(out, value.value ? 1 : 2);
      return;
    case 'i8':
      byte(out, value.value);
      return;
    case 'i32':
      out.int(value.value);
      return;
    case 'i64':
      // Avro's zigzag varints are Thrift's.
      out.long(BigInt(value.value));
      return;
    case 'text': {
      const bytes = new TextEncoder().encode(value.value);
      varint(out, bytes.length);
      out.raw(bytes);
      return;
    }
    case 'list':
      if (value.items.length < 15) byte(out, (value.items.length << 4) | TYPE[value.of]);
      else {
        byte(out, 0xf0 | TYPE[value.of]);
        varint(out, value.items.length);
      }
      for (const item of value.items) put(out, item);
      return;
    case 'struct': {
      let last = 0;
      for (const [id, field] of value.fields) {
        if (!field) continue;
        // A boolean's value is its type.
        const type = field.kind === 'bool' ? (field.value ? 1 : 2) : TYPE[field.kind];
        byte(out, ((id - last) << 4) | type);
        if (field.kind !== 'bool') put(out, field);
        last = id;
      }
      byte(out, 0);
    }
  }
}

export function varint(out: AvroOutput, value: number): void {
  let n = value;
  while (n > 127) {
    byte(out, (n & 127) | 128);
    n = Math.floor(n / 128);
  }
  byte(out, n);
}
