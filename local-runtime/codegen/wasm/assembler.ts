import { signed, text, unsigned, vector } from './leb128.ts';

/** Value types of WebAssembly. */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const F64 = 0x7c;
/** 16 bytes. */
export const V128 = 0x7b;
export type ValueType = typeof I32 | typeof I64 | typeof F64 | typeof V128;

/** Instructions without operands of their own, by their names in the specification. */
const PLAIN = {
  'i32.eqz': [0x45],
  'i32.eq': [0x46],
  'i32.ne': [0x47],
  'i32.lt_s': [0x48],
  'i32.gt_s': [0x4a],
  'i32.gt_u': [0x4b],
  'i32.le_u': [0x4d],
  'i32.ge_s': [0x4e],
  'i32.ge_u': [0x4f],
  'i32.ctz': [0x68],
  'i32.add': [0x6a],
  'i32.sub': [0x6b],
  'i32.mul': [0x6c],
  'i32.div_u': [0x6e],
  'i32.rem_u': [0x70],
  'i32.and': [0x71],
  'i32.or': [0x72],
  'i32.shl': [0x74],
  'i32.shr_u': [0x76],
  'i32.wrap_i64': [0xa7],
  'i64.ne': [0x52],
  'i64.gt_u': [0x56],
  'i64.add': [0x7c],
  'i64.sub': [0x7d],
  'i64.mul': [0x7e],
  'i64.extend_i32_s': [0xac],
  'i64.extend_i32_u': [0xad],
  'f64.neg': [0x9a],
  'f64.div': [0xa3],
  'f64.convert_i64_s': [0xb9],
  'i8x16.eq': [0xfd, 0x23],
  'i8x16.lt_u': [0xfd, 0x26],
  'v128.or': [0xfd, 0x50],
  'i8x16.bitmask': [0xfd, 0x64],
  drop: [0x1a],
  select: [0x1b],
  return: [0x0f],
} as const;
export type Plain = keyof typeof PLAIN;

/** Loads and stores, none of them aligned: opcode and a constant distance from the address. */
const MEMORY = {
  'i32.load': [0x28],
  'i64.load': [0x29],
  'f64.load': [0x2b],
  'i32.load8_u': [0x2d],
  'i32.store': [0x36],
  'i64.store': [0x37],
  'f64.store': [0x39],
  'i32.store8': [0x3a],
  'v128.load': [0xfd, 0x00],
} as const;
export type Memory = keyof typeof MEMORY;

/** A block that can be branched to. */
export interface Label {
  readonly depth: number;
}

/** A parameter or variable of a function. */
export interface Local {
  readonly index: number;
}

/** The code of one function, instruction by instruction; each gives the function back. */
export class FunctionBody {
  readonly params: readonly Local[];
  readonly types: readonly ValueType[];
  readonly results: readonly ValueType[];
  private readonly locals: ValueType[] = [];
  private readonly bytes: number[] = [];
  private depth = 0;

  constructor(params: readonly ValueType[], results: readonly ValueType[]) {
    this.types = params;
    this.results = results;
    this.params = params.map((_, index) => ({ index }));
  }

  /** A variable, 0 at first. */
  local(type: ValueType): Local {
    this.locals.push(type);
    return { index: this.types.length + this.locals.length - 1 };
  }

  get(local: Local): this {
    return this.put(0x20, ...unsigned(local.index));
  }

  set(local: Local): this {
    return this.put(0x21, ...unsigned(local.index));
  }

  tee(local: Local): this {
    return this.put(0x22, ...unsigned(local.index));
  }

  i32(value: number): this {
    return this.put(0x41, ...signed(BigInt(value | 0)));
  }

  i64(value: bigint): this {
    return this.put(0x42, ...signed(value));
  }

  f64(value: number): this {
    return this.put(0x44, ...new Uint8Array(Float64Array.of(value).buffer));
  }

  /** Sixteen times this byte. */
  bytes16(value: number): this {
    return this.put(0xfd, 0x0c, ...new Array<number>(16).fill(value));
  }

  op(...names: readonly Plain[]): this {
    for (const name of names) this.put(...PLAIN[name]);
    return this;
  }

  /** A load or store at the address on the stack plus `offset`. */
  at(name: Memory, offset = 0): this {
    return this.put(...MEMORY[name], 0, ...unsigned(offset));
  }

  call(index: number): this {
    return this.put(0x10, ...unsigned(index));
  }

  /** Code that `break` leaves: a branch to its label goes behind it. */
  block(write: (end: Label) => void): this {
    return this.nested(0x02, write);
  }

  /** Code that a branch to its label begins again. */
  loop(write: (again: Label) => void): this {
    return this.nested(0x03, write);
  }

  /** By the number on the stack. */
  when(then: () => void, otherwise?: () => void): this {
    return this.nested(0x04, () => {
      then();
      if (!otherwise) return;
      this.put(0x05);
      otherwise();
    });
  }

  branch(label: Label): this {
    return this.put(0x0c, ...unsigned(this.depth - label.depth));
  }

  /** When the number on the stack is not 0. */
  branchIf(label: Label): this {
    return this.put(0x0d, ...unsigned(this.depth - label.depth));
  }

  private nested(opcode: number, write: (label: Label) => void): this {
    this.put(opcode, 0x40);
    this.depth++;
    write({ depth: this.depth });
    this.depth--;
    return this.put(0x0b);
  }

  private put(...bytes: readonly number[]): this {
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }

  encode(): number[] {
    const locals = vector(this.locals.map((type) => [1, type]));
    const body = [...locals, ...this.bytes, 0x0b];
    return [...unsigned(body.length), ...body];
  }
}

/** A function that the surroundings give. */
export interface Import {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/**
 * The binary form of a module: imported functions come first in the numbering, the memory is imported as `memory` of `env`, and so are the functions.
 */
export function encodeModule(
  imports: readonly Import[],
  functions: readonly FunctionBody[],
  exported: Readonly<Record<string, FunctionBody>>,
): Uint8Array<ArrayBuffer> {
  const signature = (params: readonly number[], results: readonly number[]) => [
    0x60,
    ...vector(params.map((type) => [type])),
    ...vector(results.map((type) => [type])),
  ];
  const section = (id: number, contents: readonly number[]) => [id, ...unsigned(contents.length), ...contents];
  const types = [
    ...imports.map(({ params, results }) => signature(params, results)),
    ...functions.map(({ types: params, results }) => signature(params, results)),
  ];
  const env = text('env');
  const imported = [
    [...env, ...text('memory'), 0x02, 0x00, ...unsigned(1)],
    ...imports.map(({ name }, i) => [...env, ...text(name), 0x00, ...unsigned(i)]),
  ];
  const exports = Object.entries(exported).map(([name, body]) => [
    ...text(name),
    0x00,
    ...unsigned(imports.length + functions.indexOf(body)),
  ]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector(imported)),
    ...section(3, vector(functions.map((_, i) => unsigned(imports.length + i)))),
    ...section(7, vector(exports)),
    ...section(10, vector(functions.map((body) => body.encode()))),
  ]);
}
