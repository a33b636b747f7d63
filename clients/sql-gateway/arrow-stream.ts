const CONTINUATION = 0xffffffff;
const RECORD_BATCH = 3;

/**
 * The number of rows in an Arrow IPC stream, read from the headers of its messages alone, without decoding a column.
 * Throws RangeError when the bytes are not such a stream. Layout: each message is `FFFFFFFF`, the metadata's length,
 * a flatbuffer `Message {version, header_type, header, bodyLength}`, then the body.
 */
export function arrowRowCount(ipc: Uint8Array): number {
  const view = new DataView(ipc.buffer, ipc.byteOffset, ipc.byteLength);
  let rows = 0;
  for (let at = 0; at + 8 <= ipc.byteLength; ) {
    if (view.getUint32(at, true) !== CONTINUATION) throw new RangeError('not an Arrow IPC stream');
    const metadata = at + 8;
    const length = view.getInt32(at + 4, true);
    if (length === 0) break;
    const message = metadata + view.getUint32(metadata, true);
    const type = field(view, message, 1);
    const header = field(view, message, 2);
    const bodyLength = field(view, message, 3);
    if (type !== 0 && view.getUint8(type) === RECORD_BATCH && header !== 0) {
      const count = field(view, header + view.getUint32(header, true), 0);
      if (count !== 0) rows += Number(view.getBigInt64(count, true));
    }
    at = metadata + length + (bodyLength === 0 ? 0 : Number(view.getBigInt64(bodyLength, true)));
  }
  return rows;
}

/** Where a flatbuffer table keeps its n-th field, or 0 when the field has its default. */
function field(view: DataView, table: number, n: number): number {
  const vtable = table - view.getInt32(table, true);
  const slot = 4 + 2 * n;
  if (slot >= view.getUint16(vtable, true)) return 0;
  const offset = view.getUint16(vtable + slot, true);
  return offset === 0 ? 0 : table + offset;
}
