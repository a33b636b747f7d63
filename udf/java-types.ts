/** A type of a generic signature (JVM specification 4.7.9.1): a primitive's or a class's name, with dots. */
export interface JavaType {
  readonly name: string;
  readonly args: readonly JavaType[];
  readonly dimensions: number;
}

export interface MethodTypes {
  readonly parameters: readonly JavaType[];
  readonly result: JavaType;
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  B: 'byte',
  C: 'char',
  D: 'double',
  F: 'float',
  I: 'int',
  J: 'long',
  S: 'short',
  V: 'void',
  Z: 'boolean',
};

/** The types of a method's descriptor or generic signature. */
export function methodTypes(signature: string): MethodTypes {
  const input = new SignatureReader(signature);
  input.typeParameters();
  input.take('(');
  const parameters: JavaType[] = [];
  while (!input.at(')')) parameters.push(input.type());
  input.take(')');
  return { parameters, result: input.type() };
}

/** What a class extends, from its generic signature. */
export function superType(signature: string): JavaType {
  const input = new SignatureReader(signature);
  input.typeParameters();
  return input.type();
}

class SignatureReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  at(char: string): boolean {
    return this.#text[this.#position] === char;
  }

  take(char: string): void {
    if (!this.at(char)) throw new RangeError(`malformed signature ${this.#text}`);
    this.#position++;
  }

  /** `<T:Ljava/lang/Object;>`: passed over. */
  typeParameters(): void {
    if (!this.at('<')) return;
    let depth = 0;
    do {
      const char = this.#text[this.#position++];
      if (char === undefined) throw new RangeError(`malformed signature ${this.#text}`);
      if (char === '<') depth++;
      else if (char === '>') depth--;
    } while (depth > 0);
  }

  type(): JavaType {
    let dimensions = 0;
    for (; this.at('['); dimensions++) this.#position++;
    const tag = this.#text[this.#position++] ?? '';
    if (tag === 'T') return { name: this.#until(';'), args: [], dimensions };
    if (tag !== 'L') {
      const name = PRIMITIVES[tag];
      if (name === undefined) throw new RangeError(`malformed signature ${this.#text}`);
      return { name, args: [], dimensions };
    }
    let name = '';
    let args: JavaType[] = [];
    for (;;) {
      const char = this.#text[this.#position++];
      if (char === ';') return { name, args, dimensions };
      if (char === undefined) throw new RangeError(`malformed signature ${this.#text}`);
      if (char === '<') args = this.#arguments();
      else name += char === '/' ? '.' : char === '.' ? '$' : char;
    }
  }

  #arguments(): JavaType[] {
    const args: JavaType[] = [];
    while (!this.at('>')) {
      if (this.at('*')) {
        this.#position++;
        args.push({ name: 'java.lang.Object', args: [], dimensions: 0 });
        continue;
      }
      if (this.at('+') || this.at('-')) this.#position++;
      args.push(this.type());
    }
    this.#position++;
    return args;
  }

  #until(char: string): string {
    const end = this.#text.indexOf(char, this.#position);
    if (end < 0) throw new RangeError(`malformed signature ${this.#text}`);
    const text = this.#text.slice(this.#position, end);
    this.#position = end + 1;
    return text;
  }
}

const SQL_TYPES: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN NOT NULL',
  byte: 'TINYINT NOT NULL',
  short: 'SMALLINT NOT NULL',
  int: 'INT NOT NULL',
  long: 'BIGINT NOT NULL',
  float: 'FLOAT NOT NULL',
  double: 'DOUBLE NOT NULL',
  'java.lang.String': 'STRING',
  'java.lang.Boolean': 'BOOLEAN',
  'java.lang.Byte': 'TINYINT',
  'java.lang.Short': 'SMALLINT',
  'java.lang.Integer': 'INT',
  'java.lang.Long': 'BIGINT',
  'java.lang.Float': 'FLOAT',
  'java.lang.Double': 'DOUBLE',
  'java.sql.Date': 'DATE',
  'java.time.LocalDate': 'DATE',
  'java.sql.Time': 'TIME(0)',
  'java.time.LocalTime': 'TIME(9)',
  'java.sql.Timestamp': 'TIMESTAMP(9)',
  'java.time.LocalDateTime': 'TIMESTAMP(9)',
  'java.time.OffsetDateTime': 'TIMESTAMP(9) WITH TIME ZONE',
  'java.time.Instant': 'TIMESTAMP_LTZ(9)',
  'java.time.Duration': 'INTERVAL SECOND(9)',
  'java.time.Period': 'INTERVAL YEAR(4) TO MONTH',
};

/** The SQL type that Flink takes for a Java type without a hint (ClassDataTypeConverter); the Java type where it asks for a hint. */
export function sqlType({ name, args, dimensions }: JavaType): string {
  if (dimensions > 0) {
    if (name === 'byte' && dimensions === 1) return 'BYTES';
    return `ARRAY<${sqlType({ name, args, dimensions: dimensions - 1 })}>`;
  }
  const [first, second] = args;
  if (name === 'java.util.Map' && first && second) return `MAP<${sqlType(first)}, ${sqlType(second)}>`;
  if (name === 'java.util.List' && first) return `ARRAY<${sqlType(first)}>`;
  return SQL_TYPES[name] ?? name.slice(name.lastIndexOf('.') + 1);
}
