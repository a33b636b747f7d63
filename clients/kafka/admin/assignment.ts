/**
 * What a classic consumer is assigned, from the bytes that its leader wrote (ConsumerProtocol: version, then topics with partitions, then
 * the assignor's own). Bytes that are not as expected give nothing: they are another program's.
 */
export function readAssignment(bytes: Buffer): { topic: string; partitions: number[] }[] {
  try {
    let at = 2;
    const int = () => {
      at += 4;
      return bytes.readInt32BE(at - 4);
    };
    const out: { topic: string; partitions: number[] }[] = [];
    if (bytes.length < 6) return out;
    for (let topics = int(); topics > 0; topics--) {
      const length = bytes.readInt16BE(at);
      const topic = bytes.toString('utf8', at + 2, at + 2 + length);
      at += 2 + length;
      const partitions: number[] = [];
      for (let n = int(); n > 0; n--) partitions.push(int());
      out.push({ topic, partitions: partitions.sort((a, b) => a - b) });
    }
    return out;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
