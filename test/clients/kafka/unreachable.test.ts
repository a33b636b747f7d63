import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectionFromProperties, openKafka } from '../../../clients/kafka/index.ts';

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

test('what is under way ends with the client, also where the broker takes all and answers nothing', async () => {
  server = createServer((socket) => void sockets.add(socket));
  const port = await new Promise<number>((resolve) => {
    server?.listen(0, '127.0.0.1', () => {
      const address = server?.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const client = await openKafka(connectionFromProperties({ 'bootstrap.servers': `127.0.0.1:${port}` }, 'test'));
  const sent = client.producer({}).send([{ topic: 't', key: null, value: new Uint8Array(1) }]);
  const failed = expect(sent).rejects.toMatchObject({
    code: 'CLOSED',
    message: `The client of Kafka at 127.0.0.1:${port} was closed while writing.`,
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const began = Date.now();
  await client.close();
  await failed;
  expect(Date.now() - began).toBeLessThan(8000);
});
