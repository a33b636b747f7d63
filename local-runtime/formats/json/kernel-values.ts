import type { FunctionBody, Label, Local, Memory } from '../../codegen/wasm/assembler.ts';
import type { KernelColumn } from './row-kernel.ts';

/** Variables of the function that reads a row. */
export interface KernelNames {
  /** Address of the next byte. */
  readonly q: Local;
  /** Number of the row. */
  readonly n: Local;
  /** Where a text or the digits of a number begin. */
  readonly s: Local;
  readonly d: Local;
  readonly e: Local;
  readonly m: Local;
  readonly negative: Local;
  /** 64 bits: the number that was read. */
  readonly y: Local;
  /** A double. */
  readonly z: Local;
  readonly vector: Local;
}

/** Numbers of the functions that the surroundings give. */
export interface KernelImports {
  /** Where the value at an address ends; -1 when it is broken. */
  readonly skip: number;
  /** The number that is written between two addresses. */
  readonly number: number;
}

/** Writes the code that reads JSON values at `q`; what is not plain leaves by the label `fail`. */
export class KernelValues {
  readonly f: FunctionBody;
  readonly names: KernelNames;
  private readonly imports: KernelImports;
  private readonly powers: { readonly f64: number; readonly i64: number };

  constructor(
    f: FunctionBody,
    names: KernelNames,
    imports: KernelImports,
    powers: { readonly f64: number; readonly i64: number },
  ) {
    this.f = f;
    this.names = names;
    this.imports = imports;
    this.powers = powers;
  }

  private advance(by: number): void {
    const { f, names } = this;
    f.get(names.q).i32(by).op('i32.add').set(names.q);
  }

  /** The byte `offset` behind `q`. */
  private byte(offset = 0): FunctionBody {
    return this.f.get(this.names.q).at('i32.load8_u', offset);
  }

  private check(bytes: readonly number[], fail: Label): void {
    const { f, names } = this;
    const little = (from: number, count: number) => {
      let word = 0n;
      for (let i = count - 1; i >= 0; i--) word = (word << 8n) | BigInt(bytes[from + i] as number);
      return word;
    };
    const { length } = bytes;
    if (length >= 8) {
      // The last word overlaps the one before.
      for (let at = 0; at < length; at += 8) {
        const from = Math.min(at, length - 8);
        f.get(names.q).at('i64.load', from).i64(little(from, 8)).op('i64.ne').branchIf(fail);
      }
    } else if (length >= 4) {
      for (const from of length === 4 ? [0] : [0, length - 4])
        f.get(names.q)
          .at('i32.load', from)
          .i32(Number(BigInt.asIntN(32, little(from, 4))))
          .op('i32.ne')
          .branchIf(fail);
    } else {
      for (const [i, byte] of bytes.entries()) this.byte(i).i32(byte).op('i32.ne').branchIf(fail);
    }
  }

  /** These bytes come next. */
  expect(bytes: readonly number[], fail: Label): void {
    this.check(bytes, fail);
    this.advance(bytes.length);
  }

  optionalBlank(): void {
    const { f, names } = this;
    f.get(names.q);
    this.byte().i32(32).op('i32.eq', 'i32.add').set(names.q);
  }

  /** Stores into the array at `base` for row `n`. */
  store(how: Memory, base: number, width: number, value: () => void): void {
    const { f, names } = this;
    f.get(names.n);
    if (width > 1) f.i32(Math.log2(width)).op('i32.shl');
    value();
    f.at(how, base);
  }

  /** `null`, or what `read` reads. `zero`: what else a NULL needs. */
  nullOr(column: KernelColumn, read: () => void, fail: Label, zero?: () => void): void {
    const { f } = this;
    this.byte().i32(110).op('i32.eq');
    f.when(
      () => {
        this.expect([110, 117, 108, 108], fail);
        this.store('i32.store8', column.nulls, 1, () => f.i32(1));
        f.i32(0).i32(1).at('i32.store', column.flag);
        zero?.();
      },
      () => {
        read();
        this.store('i32.store8', column.nulls, 1, () => f.i32(0));
      },
    );
  }

  /** NULL for a column whose key is not there. */
  absent({ kind, values, ends, nulls, flag }: KernelColumn): void {
    const { f } = this;
    this.store('i32.store8', nulls, 1, () => f.i32(1));
    f.i32(0).i32(1).at('i32.store', flag);
    if (kind !== 'str') return;
    this.store('i32.store', values, 4, () => f.i32(0));
    this.store('i32.store', ends, 4, () => f.i32(0));
  }

  /** A text without escapes: from `s` to before `q - 1`. */
  text(fail: Label): void {
    const { f, names } = this;
    this.expect([34], fail);
    f.get(names.q).set(names.s);
    this.textEnd(fail);
  }

  /** Goes behind the quote that ends a text: sixteen bytes are looked at together. */
  private textEnd(fail: Label): void {
    const { f, names } = this;
    const { q, m, vector } = names;
    f.block((end) => {
      f.loop((again) => {
        f.get(q).at('v128.load').tee(vector).bytes16(34).op('i8x16.eq');
        f.get(vector).bytes16(92).op('i8x16.eq', 'v128.or');
        f.get(vector).bytes16(32).op('i8x16.lt_u', 'v128.or', 'i8x16.bitmask');
        f.tee(m).branchIf(end);
        this.advance(16);
        f.branch(again);
      });
    });
    f.get(q).get(m).op('i32.ctz', 'i32.add').set(q);
    this.expect([34], fail);
  }

  /** Digits into `y`, as many as there are; `s` is where they begin. Nineteen and more overflow, which the caller must look at. */
  private digits(): void {
    const { f, names } = this;
    const { d, y } = names;
    f.block((end) => {
      f.loop((again) => {
        this.byte().i32(48).op('i32.sub').tee(d).i32(9).op('i32.gt_u').branchIf(end);
        f.get(y).i64(10n).op('i64.mul').get(d).op('i64.extend_i32_u', 'i64.add').set(y);
        this.advance(1);
        f.branch(again);
      });
    });
  }

  /** Sign and digits before the point: at least one, no zero before others, `most` at most. */
  private whole(most: number, fail: Label): void {
    const { f, names } = this;
    const { q, s, e, y, negative } = names;
    this.byte().i32(45).op('i32.eq').tee(negative).get(q).op('i32.add').tee(q).set(s);
    f.i64(0n).set(y);
    this.digits();
    // e: how many.
    f.get(q).get(s).op('i32.sub').tee(e).op('i32.eqz').branchIf(fail);
    f.get(e).i32(most).op('i32.gt_u').branchIf(fail);
    f.get(s).at('i32.load8_u').i32(48).op('i32.eq').get(e).i32(1).op('i32.gt_u', 'i32.and').branchIf(fail);
  }

  private negate(): void {
    const { f, names } = this;
    f.get(names.negative).when(() => {
      f.i64(0n).get(names.y).op('i64.sub').set(names.y);
    });
  }

  /** An integer of at most 18 digits into `y`. */
  integer(fail: Label): void {
    this.whole(18, fail);
    this.negate();
  }

  fitsInt(fail: Label): void {
    const { f, names } = this;
    f.get(names.y).op('i32.wrap_i64', 'i64.extend_i32_s').get(names.y).op('i64.ne').branchIf(fail);
  }

  /** After `whole`: a point and at least one digit, if there is one. `d` becomes the number of digits behind it. */
  private fraction(fail: Label): void {
    const { f, names } = this;
    const { q, d, s } = names;
    this.byte().i32(46).op('i32.eq');
    f.when(
      () => {
        this.advance(1);
        f.get(q).set(s);
        this.digits();
        f.get(q).get(s).op('i32.sub').tee(d).op('i32.eqz').branchIf(fail);
      },
      () => {
        f.i32(0).set(d);
      },
    );
  }

  /**
   * A number into `z`. Up to 2^53 the digits are exact as a double, and so is a power of ten: their quotient is the double nearest to the
   * text. Other numbers are left to the function that was imported.
   */
  double(fail: Label): void {
    const { f, names } = this;
    const { q, d, e, m, y, z, negative } = names;
    f.get(q).set(m);
    f.block((done) => {
      f.block((other) => {
        this.whole(18, other);
        this.fraction(other);
        f.get(e).get(d).op('i32.add').i32(18).op('i32.gt_u').branchIf(other);
        f.get(y).i64(9_007_199_254_740_992n).op('i64.gt_u').branchIf(other);
        this.byte().i32(32).op('i32.or').i32(101).op('i32.eq').branchIf(other);
        f.get(y).op('f64.convert_i64_s').set(z);
        f.get(d).when(() => {
          f.get(z).get(d).i32(3).op('i32.shl').at('f64.load', this.powers.f64).op('f64.div').set(z);
        });
        f.get(negative).when(() => {
          f.get(z).op('f64.neg').set(z);
        });
        f.branch(done);
      });
      // A text or a word is no number, however it may be read.
      f.get(m).at('i32.load8_u').i32(45).op('i32.ne');
      f.get(m).at('i32.load8_u').i32(48).op('i32.sub').i32(9).op('i32.gt_u', 'i32.and').branchIf(fail);
      f.get(m).call(this.imports.skip).tee(q).i32(0).op('i32.lt_s').branchIf(fail);
      f.get(m).get(q).call(this.imports.number).set(z);
    });
  }

  /** A number without exponent as an unscaled decimal into `y`; one that must be rounded, or does not fit, is not plain. */
  decimal(precision: number, scale: number, fail: Label): void {
    const { f, names } = this;
    const { d, e, y } = names;
    this.whole(Math.max(1, precision - scale), fail);
    if (precision === scale) f.get(y).i64(0n).op('i64.ne').branchIf(fail);
    f.get(e).set(names.m);
    this.fraction(fail);
    f.get(d).i32(scale).op('i32.gt_u').branchIf(fail);
    f.get(y).i32(scale).get(d).op('i32.sub').i32(3).op('i32.shl').at('i64.load', this.powers.i64).op('i64.mul').set(y);
    this.negate();
  }

  /** 1 or 0 into `d`. */
  boolean(fail: Label): void {
    const { f, names } = this;
    this.byte().i32(116).op('i32.eq').tee(names.d);
    f.when(
      () => this.expect([116, 114, 117, 101], fail),
      () => this.expect([102, 97, 108, 115, 101], fail),
    );
  }

  /** Two digits `offset` behind `q`, on the stack; what is none makes `m` other than 0. */
  private two(offset: number): void {
    const { f, names } = this;
    const digit = (at: number) => {
      this.byte(at)
        .i32(48)
        .op('i32.sub')
        .tee(names.d)
        .get(names.d)
        .i32(9)
        .op('i32.gt_u')
        .get(names.m)
        .op('i32.or')
        .set(names.m);
    };
    digit(offset);
    f.i32(10).op('i32.mul');
    digit(offset + 1);
    f.op('i32.add');
  }

  /** `"yyyy-MM-dd?HH:mm:ss[.S{1,3}][Z]"` as epoch milliseconds into `y`. */
  timestamp(separator: number, zulu: boolean, fail: Label): void {
    const { f, names } = this;
    const { s, d, e, m, y, negative } = names;
    this.expect([34], fail);
    for (const [at, byte] of [
      [4, 45],
      [7, 45],
      [10, separator],
      [13, 58],
      [16, 58],
    ] as const)
      this.byte(at).i32(byte).op('i32.ne').branchIf(fail);
    f.i32(0).set(m);
    // Hour, minute and second into e, in seconds.
    const part = (offset: number, limit: number, factor: number) => {
      this.two(offset);
      f.tee(s).i32(limit).op('i32.ge_u').get(m).op('i32.or').set(m);
      f.get(s).i32(factor).op('i32.mul');
    };
    part(11, 24, 3600);
    part(14, 60, 60);
    f.op('i32.add');
    part(17, 60, 1);
    f.op('i32.add').set(e);
    // Year into s, month into negative, day into d.
    this.two(0);
    f.i32(100).op('i32.mul');
    this.two(2);
    f.op('i32.add').set(s);
    this.two(5);
    f.set(negative);
    this.two(8);
    f.set(d);
    f.get(m).branchIf(fail);
    f.get(negative).i32(1).op('i32.sub').i32(12).op('i32.ge_u').branchIf(fail);
    f.get(d).i32(1).op('i32.sub').i32(31).op('i32.ge_u').branchIf(fail);
    // Of the days above 28 those of February are left to the general reader; bit n of the mask: month n has 31 days.
    f.get(d)
      .i32(28)
      .op('i32.gt_u')
      .when(() => {
        f.get(negative).i32(2).op('i32.eq').branchIf(fail);
        f.get(d)
          .i32(30)
          .op('i32.gt_u')
          .i32(0b1010110101010)
          .get(negative)
          .op('i32.shr_u')
          .i32(1)
          .op('i32.and', 'i32.eqz', 'i32.and');
        f.branchIf(fail);
      });
    this.daysInto(m);
    f.get(m).op('i64.extend_i32_s').i64(86_400_000n).op('i64.mul');
    f.get(e).op('i64.extend_i32_s').i64(1000n).op('i64.mul', 'i64.add').set(y);
    this.advance(19);
    this.millis(fail);
    if (zulu) this.expect([90], fail);
    this.expect([34], fail);
  }

  /** Up to three digits behind a point are added to `y`. */
  private millis(fail: Label): void {
    const { f, names } = this;
    const { d, y } = names;
    this.byte().i32(46).op('i32.eq');
    f.when(() => {
      this.advance(1);
      f.block((end) => {
        for (const [i, unit] of [100n, 10n, 1n].entries()) {
          this.byte()
            .i32(48)
            .op('i32.sub')
            .tee(d)
            .i32(9)
            .op('i32.gt_u')
            .branchIf(i === 0 ? fail : end);
          f.get(y).get(d).op('i64.extend_i32_u').i64(unit).op('i64.mul', 'i64.add').set(y);
          this.advance(1);
        }
      });
    });
  }

  /** Days since 1970 of year `s`, month `negative`, day `d`: years that begin in March, whose leap day is their last. */
  private daysInto(out: Local): void {
    const { f, names } = this;
    const { s, d, negative } = names;
    f.get(negative)
      .i32(3)
      .op('i32.lt_s')
      .when(() => {
        f.get(s).i32(1).op('i32.sub').set(s);
        f.get(negative).i32(12).op('i32.add').set(negative);
      });
    // A year -1 (January of year 0) counts from the era before.
    f.get(s).i32(400).op('i32.add').set(s);
    f.get(s).i32(365).op('i32.mul');
    f.get(s).i32(4).op('i32.div_u', 'i32.add');
    f.get(s).i32(100).op('i32.div_u', 'i32.sub');
    f.get(s).i32(400).op('i32.div_u', 'i32.add');
    f.get(negative).i32(3).op('i32.sub').i32(153).op('i32.mul').i32(2).op('i32.add').i32(5).op('i32.div_u', 'i32.add');
    f.get(d)
      .op('i32.add')
      .i32(1 + 719_468 + 146_097)
      .op('i32.sub')
      .set(out);
  }

  /** Any value; what is no text and no plain integer is left to the function that was imported. */
  skip(fail: Label): void {
    const { f, names } = this;
    const { q, m } = names;
    this.byte().i32(34).op('i32.eq');
    f.when(
      () => {
        this.advance(1);
        this.textEnd(fail);
      },
      () => {
        f.get(q).set(m);
        f.block((done) => {
          f.block((other) => {
            this.whole(1000, other);
            this.byte().i32(44).op('i32.eq').branchIf(done);
            this.byte().i32(125).op('i32.eq').branchIf(done);
          });
          f.get(m).call(this.imports.skip).tee(q).i32(0).op('i32.lt_s').branchIf(fail);
        });
      },
    );
  }
}
