import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Flink, missingFor, startFlink, startKafka } from '../harness/services.ts';

describe.skipIf(missingFor('kafka'))('the Kafka of the harness', () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  test('takes messages and gives them back', async () => {
    const client = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: 'harness', messages: [{ key: 'k', value: 'v' }] });
    await producer.disconnect();
    const consumer = client.consumer({ groupId: 'harness' });
    await consumer.connect();
    await consumer.subscribe({ topic: 'harness', fromBeginning: true });
    const value = await new Promise<string | undefined>((resolve, reject) => {
      consumer.run({ eachMessage: async ({ message }) => resolve(message.value?.toString()) }).catch(reject);
    });
    await consumer.disconnect();
    expect(value).toBe('v');
  });

  test('is one for the whole run', async () => {
    expect((await startKafka()).bootstrap).toBe(kafka.bootstrap);
  });
});

describe.skipIf(missingFor('flink'))('the Flink of the harness', () => {
  let flink: Flink;
  beforeAll(async () => {
    flink = await startFlink();
  });
  afterAll(() => flink?.stop());

  test('is the version whose answers the local runtime gives, with free slots', async () => {
    const info = await (await fetch(`${flink.gatewayUrl}/info`)).json();
    expect(info).toMatchObject({ productName: 'Apache Flink', version: expect.stringMatching(/^2\.2\./) });
    const overview = await (await fetch(`${flink.jobManagerUrl}/overview`)).json();
    expect(overview).toMatchObject({ taskmanagers: 1 });
  });
});
