import { readWindow } from '../../webviews/results/row-window.ts';
import type { ResultSchema } from './arrow-rows.ts';
import { NUMERIC_TYPES } from './numeric-types.ts';

/** Makes the bytes of a file of chunks of rows, each an Arrow stream of the result's schema. */
export interface RowEncoder {
  chunk(ipc: Uint8Array): Uint8Array | Promise<Uint8Array>;
  end(): Uint8Array | Promise<Uint8Array>;
}

const NOTHING = new Uint8Array(0);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * Comma-separated values as RFC 4180 has them, with a head; NULL is nothing, the empty string `""`. Cells are what Flink prints.
 * @param kinds whether each line begins with the row's kind.
 */
export function csvEncoder(schema: ResultSchema, kinds: boolean): RowEncoder {
  let first = true;
  const quoted = (text: string): string =>
    text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return {
    chunk(ipc) {
      const { length, cells, kind } = readWindow(0, ipc);
      const lines = first
        ? [[...(kinds ? ['op'] : []), ...schema.fields.map(({ name }) => quoted(name))].join(',')]
        : [];
      first = false;
      for (let i = 0; i < length; i++) {
        const line = cells.map((cell) => {
          const text = cell(i);
          return text === null ? '' : quoted(text);
        });
        if (kinds) line.unshift(['+I', '-U', '+U', '-D'][kind(i)] ?? '');
        lines.push(line.join(','));
      }
      return encode(lines.map((line) => `${line}\r\n`).join(''));
    },
    end: () => NOTHING,
  };
}

/** A JSON object a line. Numbers are JSON numbers with all their digits; what JSON has no type for is the text that Flink prints. */
export function jsonLinesEncoder(schema: ResultSchema, kinds: boolean): RowEncoder {
  const names = schema.fields.map(({ name }) => JSON.stringify(name));
  const numeric = schema.types.map(({ type }) => NUMERIC_TYPES.has(type));
  const truth = schema.types.map(({ type }) => type === 'BOOLEAN');
  return {
    chunk(ipc) {
      const { length, cells, kind } = readWindow(0, ipc);
      let text = '';
      for (let i = 0; i < length; i++) {
        const members = cells.map(
          (cell, c) => `${names[c]}:${jsonValue(cell(i), numeric[c] === true, truth[c] === true)}`,
        );
        if (kinds) members.unshift(`"op":"${['+I', '-U', '+U', '-D'][kind(i)]}"`);
        text += `{${members.join(',')}}\n`;
      }
      return encode(text);
    },
    end: () => NOTHING,
  };
}

function jsonValue(text: string | null, numeric: boolean, truth: boolean): string {
  if (text === null) return 'null';
  if (truth) return text.toLowerCase();
  // NaN and infinity are no JSON.
  return numeric && /^-?\d/.test(text) ? text : JSON.stringify(text);
}

/**
 * One Arrow IPC stream of all chunks: the schema's message once, then the record batches. `end` closes it.
 */
export function arrowEncoder(): RowEncoder {
  let first = true;
  return {
    chunk(ipc) {
      const body = ipc.subarray(0, ipc.length - END_OF_STREAM.length);
      if (first) {
        first = false;
        return body;
      }
      const view = new DataView(ipc.buffer, ipc.byteOffset, ipc.byteLength);
      // The schema's message: a mark, the length of its metadata, the metadata; it has no body.
      return body.subarray(8 + view.getInt32(4, true));
    },
    end: () => END_OF_STREAM,
  };
}

const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
