import { Deserializer, Serializer } from 'node:v8';
import { isUnchanging } from '../state/unchanging.ts';

/** Arrays up to this many bytes stand in the head; larger ones follow it. */
const INLINE = 256;

type ArrayType = new (buffer: ArrayBuffer) => NodeJS.ArrayBufferView;

/** The kinds of array that state is made of; the place in the list is what the file holds. */
const ARRAYS: readonly ArrayType[] = [
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

/** Node calls the two methods by these names; its types do not declare them. */
interface ViewsAsHostObjects {
  _setTreatArrayBufferViewsAsHostObjects(flag: boolean): void;
}

/** What stands for a large array that may change, in parts. */
type Keep = (bytes: Uint8Array) => readonly Uint8Array[];

class StateSerializer extends Serializer {
  readonly views: Uint8Array[] = [];
  private readonly keep: Keep;

  constructor(keep: Keep) {
    super();
    this.keep = keep;
    (this as unknown as ViewsAsHostObjects)._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(view: NodeJS.ArrayBufferView): void {
    const kind = ARRAYS.findIndex((type) => view.constructor === type || (type === Uint8Array && view instanceof type));
    if (kind < 0) throw new Error(`state cannot hold a ${view.constructor.name}`);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    this.writeUint32(kind);
    this.writeUint64(Math.floor(bytes.length / 2 ** 32), bytes.length >>> 0);
    if (bytes.length <= INLINE) this.writeRawBytes(bytes);
    else if (isUnchanging(view)) this.views.push(bytes);
    else this.views.push(...this.keep(bytes));
  }
}

class StateDeserializer extends Deserializer {
  private readonly large: Uint8Array;
  private at = 0;

  constructor(head: Uint8Array, large: Uint8Array) {
    super(head);
    this.large = large;
  }

  _readHostObject(): NodeJS.ArrayBufferView {
    const type = ARRAYS[this.readUint32()];
    if (!type) throw new Error('unknown kind of array');
    const [high, low] = this.readUint64();
    const length = (high as number) * 2 ** 32 + (low as number);
    // Each array gets a buffer of its own: operators grow and reinterpret them.
    if (length <= INLINE) return new type(Uint8Array.from(this.readRawBytes(length)).buffer);
    if (this.at + length > this.large.length) throw new Error('the data ends too early');
    const own = new Uint8Array(this.large.subarray(this.at, this.at + length));
    this.at += length;
    return new type(own.buffer);
  }
}

const itself: Keep = (bytes) => [bytes];

/**
 * State as bytes: the length of the head, the head (the object graph), then the large arrays one after the other. The arrays are not
 * copied, so what is given must be written before the operator goes on, unless `keep` makes copies.
 */
export function encodeState(state: unknown, keep = itself): Uint8Array[] {
  const out = new StateSerializer(keep);
  out.writeHeader();
  out.writeValue(state);
  const head = out.releaseBuffer();
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length, true);
  return [length, head, ...out.views];
}

/** Reads what `encodeState` wrote. Throws an Error that says what is wrong with the bytes. */
export function decodeState(bytes: Uint8Array): unknown {
  if (bytes.length < 4) throw new Error('the data ends too early');
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (4 + length > bytes.length) throw new Error('the data ends too early');
  const input = new StateDeserializer(bytes.subarray(4, 4 + length), bytes.subarray(4 + length));
  input.readHeader();
  return input.readValue();
}
