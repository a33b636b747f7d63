/** What the search for functions needs of a class file (JVM specification, chapter 4). */
export interface ClassFile {
  /** With dots; nested classes with `$`. */
  readonly name: string;
  readonly superName: string | undefined;
  readonly access: number;
  /** The generic signature, where the class or what it extends has type arguments. */
  readonly signature: string | undefined;
  readonly methods: readonly Method[];
  readonly annotations: readonly Annotation[];
}

export interface Method {
  readonly name: string;
  readonly descriptor: string;
  readonly access: number;
  readonly signature: string | undefined;
  readonly annotations: readonly Annotation[];
  /** Those of each parameter, where any has one. */
  readonly parameterAnnotations: readonly (readonly Annotation[])[];
}

export interface Annotation {
  /** The class of the annotation, with dots. */
  readonly type: string;
  readonly values: ReadonlyMap<string, AnnotationValue>;
}

export type AnnotationValue = string | number | Annotation | readonly AnnotationValue[];

export const ACCESS = { public: 0x0001, static: 0x0008, abstract: 0x0400, interface: 0x0200, synthetic: 0x1000 };

const MAGIC = 0xcafebabe;

/**
 * Reads a class file: names, methods, generic signatures and annotations; code is passed over.
 * @throws RangeError when the bytes are no class file or end too early
 */
export function readClassFile(bytes: Uint8Array): ClassFile {
  const input = new Reader(bytes);
  if (input.u4() !== MAGIC) throw new RangeError('not a class file');
  input.skip(4);
  const constants = readConstants(input);
  const access = input.u2();
  const name = constants.className(input.u2()) ?? '';
  const superName = constants.className(input.u2());
  input.skip(2 * input.u2());
  for (let count = input.u2(); count > 0; count--) readMember(input, constants);
  const methods: Method[] = [];
  for (let count = input.u2(); count > 0; count--) methods.push(readMember(input, constants));
  const { signature, annotations } = readAttributes(input, constants);
  return { name, superName, access, signature, methods, annotations };
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u1(): number {
    return this.#view.getUint8(this.position++);
  }

  u2(): number {
    this.position += 2;
    return this.#view.getUint16(this.position - 2);
  }

  u4(): number {
    this.position += 4;
    return this.#view.getUint32(this.position - 4);
  }

  skip(count: number): void {
    this.position += count;
  }

  /** Java's own UTF-8: characters outside the basic plane are two surrogates of three bytes each. */
  text(length: number): string {
    const end = this.position + length;
    if (end > this.#bytes.length) throw new RangeError('the class file ends too early');
    let text = '';
    while (this.position < end) {
      const a = this.u1();
      if (a < 0x80) text += String.fromCharCode(a);
      else if (a < 0xe0) text += String.fromCharCode(((a & 0x1f) << 6) | (this.u1() & 0x3f));
      else text += String.fromCharCode(((a & 0x0f) << 12) | ((this.u1() & 0x3f) << 6) | (this.u1() & 0x3f));
    }
    return text;
  }
}

interface Constants {
  text(index: number): string;
  number(index: number): number;
  className(index: number): string | undefined;
}

/** Bytes after the tag of the constants that are passed over. */
const SIZES: Readonly<Record<number, number>> = {
  8: 2,
  9: 4,
  10: 4,
  11: 4,
  12: 4,
  15: 3,
  16: 2,
  17: 4,
  18: 4,
  19: 2,
  20: 2,
};

function readConstants(input: Reader): Constants {
  const texts = new Map<number, string>();
  const numbers = new Map<number, number>();
  const classes = new Map<number, number>();
  const count = input.u2();
  for (let i = 1; i < count; i++) {
    const tag = input.u1();
    if (tag === 1) texts.set(i, input.text(input.u2()));
    else if (tag === 3) numbers.set(i, input.u4() | 0);
    else if (tag === 4) input.skip(4);
    else if (tag === 5 || tag === 6) {
      input.skip(8);
      i++; // They take two places.
    } else if (tag === 7) classes.set(i, input.u2());
    else {
      const size = SIZES[tag];
      if (size === undefined) throw new RangeError(`unknown constant ${tag} in the class file`);
      input.skip(size);
    }
  }
  const text = (index: number): string => texts.get(index) ?? '';
  return {
    text,
    number: (index) => numbers.get(index) ?? 0,
    className: (index) => (classes.has(index) ? text(classes.get(index) ?? 0).replaceAll('/', '.') : undefined),
  };
}

function readMember(input: Reader, constants: Constants): Method {
  const access = input.u2();
  const name = constants.text(input.u2());
  const descriptor = constants.text(input.u2());
  return { access, name, descriptor, ...readAttributes(input, constants) };
}

interface Attributes {
  readonly signature: string | undefined;
  readonly annotations: readonly Annotation[];
  readonly parameterAnnotations: readonly (readonly Annotation[])[];
}

function readAttributes(input: Reader, constants: Constants): Attributes {
  let signature: string | undefined;
  let annotations: Annotation[] = [];
  let parameterAnnotations: Annotation[][] = [];
  for (let count = input.u2(); count > 0; count--) {
    const name = constants.text(input.u2());
    const length = input.u4();
    const end = input.position + length;
    if (name === 'Signature') signature = constants.text(input.u2());
    else if (name === 'RuntimeVisibleAnnotations') annotations = readAnnotations(input, constants);
    else if (name === 'RuntimeVisibleParameterAnnotations') {
      parameterAnnotations = Array.from({ length: input.u1() }, () => readAnnotations(input, constants));
    }
    input.position = end;
  }
  return { signature, annotations, parameterAnnotations };
}

const readAnnotations = (input: Reader, constants: Constants): Annotation[] =>
  Array.from({ length: input.u2() }, () => readAnnotation(input, constants));

function readAnnotation(input: Reader, constants: Constants): Annotation {
  const type = constants.text(input.u2()).replace(/^L|;$/g, '').replaceAll('/', '.');
  const values = new Map<string, AnnotationValue>();
  for (let count = input.u2(); count > 0; count--) {
    const name = constants.text(input.u2());
    values.set(name, readValue(input, constants));
  }
  return { type, values };
}

function readValue(input: Reader, constants: Constants): AnnotationValue {
  const tag = String.fromCharCode(input.u1());
  switch (tag) {
    case 's':
    case 'c':
      return constants.text(input.u2());
    case 'e':
      input.skip(2);
      return constants.text(input.u2());
    case '@':
      return readAnnotation(input, constants);
    case '[':
      return Array.from({ length: input.u2() }, () => readValue(input, constants));
    default:
      return constants.number(input.u2());
  }
}
