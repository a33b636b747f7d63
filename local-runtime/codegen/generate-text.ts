import type { RexCall } from '../../flink-sql/plan/rex.ts';
import { decodeUtf8 } from '../batch/string-column.ts';
import type { Code, Generator } from './generator.ts';

/** JavaScript of a text's bytes where it is not NULL: `bytes[start..end)`. `bytes` is a name that holds for the whole loop. */
export interface TextView {
  readonly bytes: string;
  readonly start: string;
  readonly end: string;
}

/** Where the last part that was asked for ends. */
interface Found {
  end: number;
}

/**
 * Where part `index` of `bytes[from..to)` begins, split at each `separator`; -1 when there are fewer. An empty text has none
 * (StringUtils.splitByWholeSeparatorPreserveAllTokens).
 */
function part(bytes: Uint8Array, from: number, to: number, separator: number, index: number, found: Found): number {
  if (from === to) return -1;
  let start = from;
  let left = index;
  for (let i = from; i < to; i++) {
    if (bytes[i] !== separator) continue;
    if (left === 0) {
      found.end = i;
      return start;
    }
    left--;
    start = i + 1;
  }
  found.end = to;
  return left === 0 ? start : -1;
}

/** Calls that can be made on the bytes of a text, without a string; undefined for all others. */
export function generateText(g: Generator, rex: RexCall): Code | undefined {
  if (rex.fn !== 'SPLIT_INDEX') return undefined;
  const [text, separator, index] = rex.operands;
  if (text?.kind !== 'InputRef' || separator?.kind !== 'Literal' || index?.kind !== 'Literal') return undefined;
  const mark = separator.value;
  const at = index.value;
  // In UTF-8 a byte below 128 is a character of its own.
  if (typeof mark !== 'string' || mark.length !== 1 || mark.charCodeAt(0) > 127) return undefined;
  if (typeof at !== 'number' || at < 0) return undefined;
  const code = g.generate(text);
  const view = g.views.get(code);
  if (view === undefined) return undefined;
  const found: Found = { end: 0 };
  const [split, range] = [g.bind(part, 'p'), g.bind(found, 'r')];
  const [start, end] = [g.temp(), g.temp()];
  const call = `${split}(${view.bytes}, ${view.start}, ${view.end}, ${mark.charCodeAt(0)}, ${at}, ${range})`;
  g.emit(`const ${start} = ${code.nul === 'false' ? call : `${code.nul} ? -1 : ${call}`}, ${end} = ${range}.end;`);
  return g.viewed({ bytes: view.bytes, start, end }, `${start} < 0`, rex.type, decodeUtf8);
}
