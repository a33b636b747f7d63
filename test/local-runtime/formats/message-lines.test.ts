import { describe, expect, it } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import type { Decoder } from '../../../local-runtime/formats/format.ts';
import { MessageLines } from '../../../local-runtime/formats/message-lines.ts';

/** A decoder that must have been asked about a message before it gets it. */
class Careful implements Decoder {
  readonly known = new Set<string>();
  opened = 0;

  async open(): Promise<void> {
    this.opened++;
  }

  async prepare(messages: readonly (Uint8Array | null)[]): Promise<void> {
    for (const message of messages) if (message) this.known.add(text(message));
  }

  message(bytes: Uint8Array | null, out: Parameters<Decoder['message']>[1]): void {
    if (!bytes) return;
    if (!this.known.has(text(bytes))) throw new Error(`not prepared: ${text(bytes)}`);
    out.values([text(bytes)]);
  }
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

async function read(bytes: Buffer, step: number, header: number): Promise<unknown[]> {
  const decoder = new Careful();
  const lines = new MessageLines([{ name: 's', type: types.string() }], decoder, undefined, header);
  const out: unknown[] = [];
  const take = (batch: ReturnType<MessageLines['push']>) => {
    for (let i = 0; batch && i < batch.length; i++) out.push(valueAt(batch.columns[0] as never, i));
  };
  for (let at = 0; at < bytes.length; at += step) {
    const chunk = Uint8Array.from(bytes.subarray(at, at + step));
    await lines.ready(chunk);
    take(lines.push(chunk));
  }
  take(lines.end());
  expect(decoder.opened).toBe(1);
  return out;
}

describe('messages in the lines of a file', () => {
  it.each([1, 2, 3, 7, 100])('are prepared and decoded, in chunks of %i bytes', async (step) => {
    expect(await read(Buffer.from('one\ntwo\r\n\nlast'), step, 0)).toEqual(['one', 'two', '', 'last']);
  });

  it.each([1, 2, 5, 100])('may have a line feed in their header, in chunks of %i bytes', async (step) => {
    const bytes = Buffer.from('\0\0\0\0\n{"a":1}\n\0\n\n\n\n{"a":2}\n', 'latin1');
    expect(await read(bytes, step, 5)).toEqual(['\0\0\0\0\n{"a":1}', '\0\n\n\n\n{"a":2}']);
  });
});
