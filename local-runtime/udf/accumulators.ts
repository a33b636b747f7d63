import { ByteReader, ByteWriter } from './bytes.ts';

/** The accumulators of a function's groups as Flink's serializer wrote them: the host works with them, the runtime's snapshots keep them. */
export class Accumulators {
  private readonly byGroup = new Map<number, Uint8Array>();
  byteLength = 0;

  /** Takes the accumulators that a call changed; one without bytes is gone. */
  take(answer: ByteReader): void {
    for (let n = answer.int(); n > 0; n--) {
      const group = answer.int();
      const bytes = answer.sized();
      this.byteLength -= this.byGroup.get(group)?.length ?? 0;
      if (bytes.length === 0) this.byGroup.delete(group);
      else {
        this.byGroup.set(group, Uint8Array.from(bytes));
        this.byteLength += bytes.length;
      }
    }
  }

  entries(): (readonly [number, Uint8Array])[] {
    return [...this.byGroup];
  }

  snapshot(): Uint8Array {
    const out = new ByteWriter(this.byteLength + 8 * this.byGroup.size + 4);
    out.int(this.byGroup.size);
    for (const [group, bytes] of this.byGroup) {
      out.int(group);
      out.sized(bytes);
    }
    return Uint8Array.from(out.take());
  }

  restore(state: Uint8Array): void {
    this.byGroup.clear();
    this.byteLength = 0;
    this.take(new ByteReader(Buffer.from(state.buffer, state.byteOffset, state.length)));
  }
}
