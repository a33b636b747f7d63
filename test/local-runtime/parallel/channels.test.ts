import { expect, it } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { unpackBatch } from '../../../local-runtime/parallel/batch-transfer.ts';
import { Outbound } from '../../../local-runtime/parallel/channels.ts';
import type { ChannelMessage } from '../../../local-runtime/parallel/messages.ts';

function rows(from: number, to: number): Batch {
  const builder = new BatchBuilder([types.int()]);
  for (let i = from; i < to; i++) builder.values([i]);
  return builder.take();
}

function channel() {
  const sent: ChannelMessage[] = [];
  const outbound = new Outbound({ exchange: 1, from: 0, to: 1 }, (message) => void sent.push(message));
  return { sent, outbound };
}

const lengths = (messages: readonly ChannelMessage[]) =>
  messages.map((message) => (message.kind === 'batch' ? unpackBatch(message.batch).length : message.kind));

it('collects rows until there are many', () => {
  const { sent, outbound } = channel();
  for (let i = 0; i < 5; i++) outbound.receive(rows(0, 2000));
  expect(lengths(sent)).toEqual([10_000]);
  outbound.receive(rows(0, 3));
  expect(sent).toHaveLength(1);
  outbound.flush();
  outbound.flush();
  expect(lengths(sent)).toEqual([10_000, 3]);
});

it('sends some rows of a batch with others that wait', () => {
  const { sent, outbound } = channel();
  outbound.receive(rows(0, 3));
  outbound.receiveRows(rows(10, 20), Int32Array.of(2, 5, 9));
  outbound.flush();
  const [message] = sent;
  if (message?.kind !== 'batch') throw new Error('no rows were sent');
  const [column] = unpackBatch(message.batch).columns;
  expect(column).toMatchObject({ values: Int32Array.of(0, 1, 2, 12, 15, 19) });
});

it('lets nothing overtake rows', () => {
  const { sent, outbound } = channel();
  outbound.receive(rows(0, 3));
  outbound.receiveIdle(0, true);
  outbound.receive(rows(3, 5));
  outbound.end();
  expect(lengths(sent)).toEqual([3, 'idle', 2, 'end']);
  expect(outbound.sent).toBe(4);
});

it('is full when messages are under way that nobody has taken', () => {
  const { outbound } = channel();
  let messages = 0;
  while (!outbound.isFull) {
    outbound.receive(rows(0, 1));
    outbound.flush();
    messages++;
  }
  expect(messages).toBeGreaterThan(1);
  outbound.credit();
  expect(outbound.isFull).toBe(false);
});
