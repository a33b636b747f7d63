import { isList, isObject, JsonNumber, type JsonValue } from '../json.ts';
import { isName, quoted } from './names.ts';

/** How Flink's `json` reads times of a table: one way for all of its columns. */
export type TimeStyle = 'SQL' | 'ISO-8601';

const INT64_MAX = 9_223_372_036_854_775_807n;
/** More keys than this, most of which only some objects have, are no fields but a map's. */
const MAP_KEYS = 20;

const TIMES: readonly (readonly [RegExp, TimeStyle, boolean])[] = [
  [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?$/, 'SQL', false],
  [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?Z$/, 'SQL', true],
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?$/, 'ISO-8601', false],
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, 'ISO-8601', true],
];
const DATE = /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])$/;

interface Moments {
  readonly style: TimeStyle;
  readonly isZoned: boolean;
  count: number;
  digits: number;
}

/** What was seen at one place of many values: from it the type of a column, a field, an element. */
export class Shape {
  /** Values seen, nulls among them. */
  count = 0;
  nulls = 0;
  private booleans = 0;
  private integers = 0;
  private largest = 0n;
  private fractions = 0;
  /** Digits before and behind the point, of fractions. */
  private whole = 0;
  private scale = 0;
  private isExact = true;
  private strings = 0;
  private dates = 0;
  private readonly moments: Moments[] = [];
  private objects = 0;
  readonly fields = new Map<string, Shape>();
  private lists = 0;
  private element: Shape | undefined;

  add(value: JsonValue): void {
    this.count++;
    if (value === null) this.nulls++;
    else if (typeof value === 'boolean') this.booleans++;
    else if (typeof value === 'string') this.addText(value);
    else if (value instanceof JsonNumber) this.addNumber(value.digits);
    else if (isList(value)) {
      this.lists++;
      this.element ??= new Shape();
      for (const item of value) this.element.add(item);
    } else if (isObject(value)) {
      this.objects++;
      for (const [name, item] of value) {
        let field = this.fields.get(name);
        if (!field) {
          field = new Shape();
          this.fields.set(name, field);
        }
        field.add(item);
      }
    }
  }

  private addText(text: string): void {
    this.strings++;
    if (DATE.test(text)) this.dates++;
    for (const [pattern, style, isZoned] of TIMES) {
      const match = pattern.exec(text);
      if (!match) continue;
      let moments = this.moments.find((each) => each.style === style && each.isZoned === isZoned);
      if (!moments) {
        moments = { style, isZoned, count: 0, digits: 0 };
        this.moments.push(moments);
      }
      moments.count++;
      moments.digits = Math.max(moments.digits, (match[1]?.length ?? 1) - 1);
    }
  }

  private addNumber(digits: string): void {
    if (/^-?\d+$/.test(digits)) {
      this.integers++;
      const size = BigInt(digits) < 0n ? -BigInt(digits) - 1n : BigInt(digits);
      if (size > this.largest) this.largest = size;
      return;
    }
    this.fractions++;
    const plain = /^-?(\d+)\.(\d+)$/.exec(digits);
    if (!plain) {
      this.isExact = false;
      return;
    }
    this.whole = Math.max(this.whole, (plain[1] as string).length);
    this.scale = Math.max(this.scale, (plain[2] as string).length);
  }

  /** How times are written, each place once. */
  timeStyles(): TimeStyle[] {
    const own = this.timeOf();
    return [
      ...(own ? [own.style] : []),
      ...[...this.fields.values()].flatMap((field) => field.timeStyles()),
      ...(this.element?.timeStyles() ?? []),
    ];
  }

  private timeOf(): Moments | undefined {
    const [moments] = this.moments;
    return moments && moments.count === this.count - this.nulls ? moments : undefined;
  }

  get isObject(): boolean {
    return this.objects > 0 && this.objects === this.count - this.nulls;
  }

  /** Why the type is not plain, in a few words. */
  get note(): string | undefined {
    if (this.count === this.nulls) return 'only nulls were seen';
    if (this.kinds().length > 1) return `values of several kinds were seen: ${this.kinds().join(', ')}`;
    if (this.lists > 0 && this.element?.count === 0) return 'only empty lists were seen';
    if (this.isMap) return `${this.fields.size} different keys were seen`;
    return this.element?.note;
  }

  private kinds(): string[] {
    return [
      ...(this.booleans > 0 ? ['booleans'] : []),
      ...(this.integers + this.fractions > 0 ? ['numbers'] : []),
      ...(this.strings > 0 ? ['texts'] : []),
      ...(this.objects > 0 ? ['objects'] : []),
      ...(this.lists > 0 ? ['lists'] : []),
    ];
  }

  private get isMap(): boolean {
    if (this.objects === 0) return false;
    if (this.named().length === 0) return true;
    const rare = [...this.fields.values()].filter((field) => field.count * 3 < this.objects).length;
    return this.fields.size > MAP_KEYS && rare * 2 > this.fields.size;
  }

  /** As DDL has it; what may be several things is STRING, which Flink's `json` reads all of as text. */
  type(style: TimeStyle): string {
    const kinds = this.kinds();
    if (kinds.length !== 1) return 'STRING';
    switch (kinds[0]) {
      case 'booleans':
        return 'BOOLEAN';
      case 'numbers':
        return this.numberType();
      case 'texts':
        return this.textType(style);
      case 'lists':
        return `ARRAY<${this.element && this.element.count > 0 ? this.element.type(style) : 'STRING'}>`;
      default:
        return this.objectType(style);
    }
  }

  private numberType(): string {
    if (this.fractions === 0) {
      if (this.largest <= INT64_MAX) return 'BIGINT';
      const digits = String(this.largest).length;
      return digits <= 38 ? `DECIMAL(${digits}, 0)` : 'STRING';
    }
    const whole = Math.max(this.whole, this.integers > 0 ? String(this.largest).length : 1);
    // More digits than a double holds are a decimal's.
    if (this.isExact && whole + this.scale > 15 && whole + this.scale <= 38) return `DECIMAL(38, ${this.scale})`;
    return 'DOUBLE';
  }

  private textType(style: TimeStyle): string {
    if (this.dates > 0 && this.dates === this.strings) return 'DATE';
    const time = this.timeOf();
    if (!time || time.style !== style) return 'STRING';
    const precision = time.digits <= 3 ? 3 : time.digits <= 6 ? 6 : 9;
    return `${time.isZoned ? 'TIMESTAMP_LTZ' : 'TIMESTAMP'}(${precision})`;
  }

  private objectType(style: TimeStyle): string {
    if (this.isMap) {
      const values = new Set(
        [...this.fields.values()].filter(({ count, nulls }) => count > nulls).map((f) => f.type(style)),
      );
      return `MAP<STRING, ${values.size === 1 ? [...values][0] : 'STRING'}>`;
    }
    return this.row(style);
  }

  /** As ROW of its fields, however many there are. */
  row(style: TimeStyle): string {
    return `ROW<${this.named()
      .map(([name, field]) => `${quoted(name)} ${field.type(style)}`)
      .join(', ')}>`;
  }

  /** Fields that SQL can name. */
  named(): (readonly [string, Shape])[] {
    return [...this.fields].filter(([name]) => isName(name));
  }
}

/** The style that most of the places have; ISO 8601 where they are as many, or none. */
export function timeStyleOf(shape: Shape): TimeStyle {
  const styles = shape.timeStyles();
  return styles.filter((style) => style === 'SQL').length * 2 > styles.length ? 'SQL' : 'ISO-8601';
}
