import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { ExprEnv } from '../codegen/env.ts';

/** What an implementation knows of the call it is bound to. */
export interface CallSite {
  readonly fn: string;
  readonly operandTypes: readonly LogicalType[];
  readonly type: LogicalType;
  readonly env: ExprEnv;
  /** The value of operand `i` where it is a literal, else undefined. */
  literal(i: number): Value | undefined;
  /** The function id of operand `i` where it is a call. */
  operandFunction(i: number): string | undefined;
}

/** Evaluates one call on single values (plan/rex.ts Value). */
export type Evaluate = (...args: never[]) => Value;

/**
 * A scalar function of the runtime. `bind` is called once a call site, so that patterns, formats and zones are made once.
 * Strict functions are not called when an argument is NULL: the result is NULL then.
 */
export interface FunctionImpl {
  readonly strict: boolean;
  /** False for RAND, UUID, NOW and their kin: not folded, not reused. */
  readonly deterministic: boolean;
  bind(site: CallSite): Evaluate;
}

export type FunctionTable = Readonly<Record<string, FunctionImpl>>;

/** Strict, the same at every site. */
export const plain = (evaluate: Evaluate): FunctionImpl => ({
  strict: true,
  deterministic: true,
  bind: () => evaluate,
});

/** Strict, made for each site. */
export const bound = (bind: (site: CallSite) => Evaluate): FunctionImpl => ({
  strict: true,
  deterministic: true,
  bind,
});

/** Sees NULL arguments. */
export const nullAware = (bind: (site: CallSite) => Evaluate): FunctionImpl => ({
  strict: false,
  deterministic: true,
  bind,
});

/** Answers anew each time. */
export const volatile = (bind: (site: CallSite) => Evaluate): FunctionImpl => ({
  strict: true,
  deterministic: false,
  bind,
});

/** Remembers what `make` gives for a text, up to a bound (Flink's ThreadLocalCache holds 64). */
export function remember<T>(make: (text: string) => T, limit = 256): (text: string) => T {
  const cache = new Map<string, T>();
  let lastText: string | undefined;
  let last: T | undefined;
  return (text) => {
    if (text === lastText) return last as T;
    let made = cache.get(text);
    if (made === undefined) {
      made = make(text);
      if (cache.size >= limit) cache.clear();
      cache.set(text, made);
    }
    lastText = text;
    last = made;
    return made;
  };
}
