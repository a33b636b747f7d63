import type { RecordPage } from '../../clients/kafka/admin/types.ts';
import type { ThreadNeeds, ThreadPage } from '../filter-thread/protocol.ts';

const NONE = new Int32Array(0);

/** A page for the thread: what is needed of its bytes, copied, for the page's own are shared with others. */
export function sentPage(page: RecordPage, needs: ThreadNeeds): ThreadPage {
  const { count } = page;
  const places = [...(needs.key ? [page.keys] : []), ...(needs.value ? [page.values] : [])];
  let low = page.bytes.length;
  let high = 0;
  for (const list of places) {
    for (let i = 0; i < 2 * count; i += 2) {
      const [from, to] = [list[i] as number, list[i + 1] as number];
      if (to === 0) continue;
      if (from < low) low = from;
      if (to > high) high = to;
    }
  }
  if (needs.headers) {
    for (let i = 0; i < count; i++) low = Math.min(low, page.headers[i] as number);
    if (count > 0) high = Math.max(high, headersEnd(page));
  }
  // A stretch begins at 1 at the least: 0 and 0 is a null, and an empty text is none.
  const shift = Math.max(0, low - 1);
  const bytes = high > 0 ? page.bytes.slice(shift, high) : new Uint8Array(0);
  const moved = (list: Int32Array): Int32Array => {
    const out = list.slice(0, 2 * count);
    if (shift > 0)
      for (let i = 0; i < out.length; i += 2)
        if (out[i + 1] !== 0) {
          out[i] = (out[i] as number) - shift;
          out[i + 1] = (out[i + 1] as number) - shift;
        }
    return out;
  };
  return {
    count,
    partition: page.partition,
    baseOffset: page.baseOffset,
    offsetDeltas: page.offsetDeltas,
    baseTimestamp: page.baseTimestamp,
    timestampDeltas: page.timestampDeltas,
    bytes,
    keys: needs.key ? moved(page.keys) : NONE,
    values: needs.value ? moved(page.values) : NONE,
    headers: needs.headers ? page.headers.map((at) => at - shift) : NONE,
    kinds: page.kinds,
  };
}

/** Where the last record's headers end; a page's records follow each other, though not all of one buffer's pages do. */
function headersEnd({ bytes, headers, count }: RecordPage): number {
  let last = 0;
  for (let i = 0; i < count; i++) last = Math.max(last, headers[i] as number);
  let at = last;
  const int = (): number => {
    let byte = bytes[at++] as number;
    let raw = byte & 0x7f;
    for (let shift = 7; byte & 0x80; shift += 7) {
      byte = bytes[at++] as number;
      raw |= (byte & 0x7f) << shift;
    }
    return (raw >>> 1) ^ -(raw & 1);
  };
  for (let n = 2 * int(); n > 0; n--) {
    const length = int();
    at += Math.max(0, length);
  }
  return at;
}
