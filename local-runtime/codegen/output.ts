import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { columnKind } from '../batch/column.ts';
import { StringColumn } from '../batch/string-column.ts';
import type { TextView } from './generate-text.ts';
import type { Code, Generator } from './generator.ts';

/** JavaScript that declares, fills and finishes one output column of a loop. */
export interface OutputColumn {
  /** Before the loop. */
  readonly open: string;
  /** In the loop: stores the code at position `at`. */
  store(code: Code, at: string): string;
  /** The finished column of `count` values. */
  close(count: string): string;
}

const ARRAYS = { bool: 'Uint8Array', i32: 'Int32Array', i64: 'BigInt64Array', f64: 'Float64Array' } as const;

/** Storing into a BigInt64Array wraps by itself: an outermost asIntN is dropped. */
function unwrapped(js: string): string {
  const head = 'BigInt.asIntN(64, ';
  if (!js.startsWith(head)) return js;
  let depth = 1;
  for (let i = head.length; i < js.length; i++) {
    if (js[i] === '(') depth++;
    else if (js[i] === ')' && --depth === 0) return i === js.length - 1 ? js.slice(head.length, i) : js;
  }
  return js;
}

/** Output number `k` of a type; `capacity` is the JavaScript of the most rows there can be. `view`: texts that are bytes stay so. */
export function outputColumn(
  g: Generator,
  k: number,
  type: LogicalType,
  capacity: string,
  view?: TextView,
): OutputColumn {
  const kind = columnKind(type);
  const [values, nulls, nanos] = [`o${k}`, `x${k}`, `y${k}`];
  const markNull = (at: string) => `(${nulls} ?? (${nulls} = new Uint8Array(${capacity})))[${at}] = 1;`;
  const guarded = (code: Code, at: string, set: string): string => {
    if (code.nul === 'false') return set;
    if (code.nul === 'true') return markNull(at);
    return `if (${code.nul}) { ${markNull(at)} } else { ${set} }`;
  };
  switch (kind) {
    case 'bool':
    case 'i32':
    case 'i64':
    case 'f64':
      return {
        open: `const ${values} = new ${ARRAYS[kind]}(${capacity}); let ${nulls};`,
        store: (code, at) => {
          const val = kind === 'i64' ? unwrapped(code.val) : code.val;
          return guarded(code, at, `${values}[${at}] = ${val}${kind === 'bool' ? ' ? 1 : 0' : ''};`);
        },
        close: () => `{ kind: '${kind}', values: ${values}, nulls: ${nulls} }`,
      };
    case 'ts':
      return {
        open: `const ${values} = new Float64Array(${capacity}); let ${nanos}, ${nulls};`,
        store: (code, at) => {
          const setNanos =
            code.nanos === '0'
              ? ''
              : ` { const w = ${code.nanos}; if (w !== 0) (${nanos} ?? (${nanos} = new Int32Array(${capacity})))[${at}] = w; }`;
          return guarded(code, at, `${values}[${at}] = ${code.val};${setNanos}`);
        },
        close: () => `{ kind: 'ts', ms: ${values}, nanos: ${nanos}, nulls: ${nulls} }`,
      };
    case 'str': {
      const column = g.bind(StringColumn, 'S');
      if (view) {
        return {
          open: `const ${values} = new Int32Array(${capacity}), ${nanos} = new Int32Array(${capacity}); let ${nulls};`,
          store: (code, at) => guarded(code, at, `${values}[${at}] = ${view.start}; ${nanos}[${at}] = ${view.end};`),
          close: (count) => `${column}.ofUtf8(${view.bytes}, ${values}, ${nanos}, ${count}, ${nulls})`,
        };
      }
      return {
        open: `const ${values} = new Array(${capacity}); let ${nulls};`,
        store: (code, at) => guarded(code, at, `${values}[${at}] = ${code.val};`),
        close: (count) => `(${values}.length = ${count}, ${column}.ofStrings(${values}, ${nulls}))`,
      };
    }
    case 'obj':
      return {
        open: `const ${values} = new Array(${capacity}).fill(null); let ${nulls};`,
        store: (code, at) => guarded(code, at, `${values}[${at}] = ${code.val};`),
        close: (count) => `(${values}.length = ${count}, { kind: 'obj', values: ${values}, nulls: ${nulls} })`,
      };
  }
}
