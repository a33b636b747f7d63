import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Admin } from 'kafkajs';
import type { Frame, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FOLLOWS_SYSTEM, KafkaBrowser } from '../harness/kafka-browser.ts';
import { independentKafka, readIndependently, type Witnessed } from '../harness/kafka-witness.ts';
import { type Kafka, missingFor, startKafka } from '../harness/services.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const TOPIC = 'admin-parcels';

// kafkajs, not our client, says what has become of the topic.
describe.skipIf(missingFor('kafka'))('topics made, filled, changed and deleted in the workbench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-topics-admin-'));
  let kafka: Kafka;
  let witness: Admin;
  let workbench: Workbench;
  let browser: KafkaBrowser;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    kafka = await startKafka();
    witness = independentKafka(kafka.bootstrap).admin();
    await witness.connect();
    workbench = await launchWorkbench({
      workspace: folder,
      size: { width: 1500, height: 1000 },
      settings: { ...FOLLOWS_SYSTEM, 'millrace.kafkaConnections': [{ name: 'depot', bootstrap: kafka.bootstrap }] },
    });
    browser = new KafkaBrowser(workbench);
  }, 300_000);
  afterAll(async () => {
    await workbench?.close();
    await witness?.disconnect();
    await kafka?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const view = (): Promise<Frame> => browser.view(TOPIC);
  const facts = async (text: string): Promise<void> => {
    const frame = await view();
    await until(`the topic with ${text}`, async () =>
      (await frame.getByTestId('topic-facts').innerText()).includes(text),
    );
  };
  const act = async (button: string): Promise<void> => {
    await (await view()).getByRole('button', { name: button, exact: true }).click();
  };
  const written = async (count: number): Promise<Witnessed[]> =>
    readIndependently(independentKafka(kafka.bootstrap), TOPIC, count);
  const offsets = async (): Promise<string[]> =>
    (await witness.fetchTopicOffsets(TOPIC)).sort((a, b) => a.partition - b.partition).map((o) => `${o.low}–${o.high}`);

  test('a topic is made, by name, partitions and cleanup policy', async () => {
    await browser.show();
    await browser.choose(browser.row('Topics'), 'Create Topic');
    await browser.answer('New topic on depot', 'no blanks');
    await workbench.page.locator('.quick-input-message').filter({ hasText: 'Letters, digits' }).waitFor();
    await browser.pictures('topics-create');
    await browser.answer('New topic on depot', TOPIC);
    await browser.answer(`Partitions of ${TOPIC}`, '2');
    await browser.take(`Cleanup policy of ${TOPIC}`, /^delete/);
    await facts('2 partitions · 0 messages');
    await (await view()).getByText('There are no messages here.').waitFor();
    await browser.open('Topics');
    await browser.row(TOPIC).filter({ hasText: '2 partitions' }).waitFor();
    const { topics } = await witness.fetchTopicMetadata({ topics: [TOPIC] });
    expect(topics[0]?.partitions).toHaveLength(2);
    await browser.pictures('topics-empty');
  });

  test('messages are written: one, some with a tombstone, and a template’s at a rate', async () => {
    await act('Produce…');
    const to = { connection: 'depot', topic: TOPIC };
    const one = { key: 'a', value: { id: 9007199254740993n }, headers: { from: 'hand' }, partition: 1 };
    // A number beyond 2^53 is not JSON.stringify's to write.
    const digits = JSON.stringify({ ...to, messages: [{ ...one, value: { id: '#' } }] }).replace(
      '"#"',
      String(one.value.id),
    );
    await browser.send(digits);
    expect(await browser.told('written to')).toBe(`1 message written to ${TOPIC} on depot`);
    await browser.send({
      ...to,
      messages: [
        { key: 'a', value: 'x', partition: 0 },
        { key: 'b', value: null, partition: 0 },
      ],
    });
    await browser.told('2 messages written');
    const template = { key: 'k#{index}', value: { id: '=#{index}', who: '#{Name.fullName}' }, partition: 1 };
    await browser.send({ ...to, template, count: 20, perSecond: 200 });
    await (await browser.notice('20 messages written')).getByRole('button', { name: 'Show Topic' }).click();
    // It was open, and empty when it was read.
    await (await view()).getByTestId('reading').filter({ hasText: 'done · 23 messages' }).waitFor();
    const all = await written(23);
    expect(all.map(({ at, key, headers }) => [at, key, headers]).slice(0, 4)).toEqual([
      ['0@0', 'a', ''],
      ['0@1', 'b', ''],
      ['1@0', 'a', 'from=hand'],
      ['1@1', 'k0', ''],
    ]);
    expect(all.slice(0, 3).map(({ value }) => value)).toEqual(['x', null, '{"id":9007199254740993}']);
    const last = JSON.parse(all.at(-1)?.value ?? '');
    expect(last).toEqual({ id: 19, who: expect.stringMatching(/\w+ \w+/) });
  });

  test('a document that is wrong is refused with the place, and nothing is sent', async () => {
    await workbench.page.locator('.tab').filter({ hasText: 'kafka-messages' }).click();
    const wrong = {
      connection: 'depot',
      topic: TOPIC,
      valueFormat: 'int32',
      messages: [{ value: 1 }, { value: 'many' }],
    };
    await browser.send(wrong);
    expect(await browser.told('messages[1]')).toContain('a whole number is wanted');
    await browser.send({ connection: 'elsewhere', topic: TOPIC, messages: [{ value: 1 }] });
    expect(await browser.told('elsewhere')).toContain('There is no connection to Kafka with the name elsewhere');
    expect(await offsets()).toEqual(['0–2', '0–21']);
    await browser.pictures('topics-produce');
  });

  test('a config is set alone; one that the broker refuses is told in its words', async () => {
    await browser.row(TOPIC).click();
    await facts('23 messages');
    const frame = await view();
    await frame.getByRole('tab', { name: 'Configuration' }).click();
    const config = (name: string): Locator => frame.locator(`tr[data-config="${name}"]`);
    const set = async (name: string, value: string): Promise<void> => {
      await config(name)
        .getByRole('button', { name: `Change ${name}` })
        .click();
      await config(name).getByLabel(`Value of ${name}`).fill(value);
      await config(name).getByRole('button', { name: 'Set', exact: true }).click();
    };
    await set('max.message.bytes', '54321');
    await config('max.message.bytes').locator('.mt-badge').waitFor();
    await set('retention.ms', 'soon');
    expect(await browser.told('retention.ms')).toMatch(/Invalid value soon for configuration retention\.ms/);
    await set('cleanup.policy', 'compact,delete');
    await config('cleanup.policy').locator('.mt-badge').waitFor();
    await frame.locator('header .mt-badge').filter({ hasText: 'compacted' }).waitFor();
    await frame.getByLabel('Only those set for this topic').check();
    await browser.pictures('topics-configuration');
    const { resources } = await witness.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: TOPIC }],
    });
    // 1: set for the topic.
    const own = (resources[0]?.configEntries ?? []).filter(({ configSource }) => configSource === 1);
    expect(own.map(({ configName, configValue }) => `${configName}=${configValue}`).sort()).toEqual([
      'cleanup.policy=compact,delete',
      'max.message.bytes=54321',
    ]);
  });

  test('partitions are added after a warning', async () => {
    await act('Add Partitions…');
    await browser.answer(`Partitions of ${TOPIC}: 2 now`, '2');
    await workbench.page.locator('.quick-input-message').filter({ hasText: 'A number from 3 on' }).waitFor();
    await browser.answer(`Partitions of ${TOPIC}: 2 now`, '3');
    expect(await browser.confirm('Add Partitions')).toContain('Kafka cannot take them away again');
    await facts('3 partitions');
    const { topics } = await witness.fetchTopicMetadata({ topics: [TOPIC] });
    expect(topics[0]?.partitions).toHaveLength(3);
    await (await view()).getByRole('tab', { name: 'Partitions' }).click();
    await browser.pictures('topics-partitions');
  });

  test('a purge wants the name, and leaves the topic without messages', async () => {
    await act('Purge…');
    await browser.answer(`Purge the topic ${TOPIC}`, 'admin-p');
    expect(await browser.told('Nothing was done')).toContain(`admin-p is not ${TOPIC}`);
    expect(await offsets()).toEqual(['0–2', '0–21', '0–0']);
    await act('Purge…');
    await browser.answer(`Purge the topic ${TOPIC}`, TOPIC);
    await facts('0 offsets');
    expect(await offsets()).toEqual(['2–2', '21–21', '0–0']);
    await (await view()).getByRole('tab', { name: 'Messages' }).click();
    await (await view()).getByText('There are no messages here.').waitFor();
    await browser.pictures('topics-purged');
  });

  test('read-only: writes are in no menu, and refused where they are asked for all the same', async () => {
    await browser.choose(browser.row('depot'), 'Make Kafka Connection Read-Only');
    await browser.row('depot').filter({ hasText: 'read-only' }).waitFor();
    expect(await browser.entries(browser.row(TOPIC), 'Show Topic')).toEqual([
      'Show Topic',
      'Create Table for Topic',
      'Copy Name',
    ]);
    await browser.row(TOPIC).click();
    const frame = await browser.view(TOPIC, 'read-only');
    expect(await frame.locator('.mt-actions button').count()).toBe(0);
    for (const [title, refused] of [
      ['Delete Topic', 'Deleting a topic is refused'],
      ['Purge Topic', 'Purging a topic is refused'],
      ['Add Partitions', 'Adding partitions is refused'],
      ['Produce Messages', 'Producing is refused'],
    ] as const) {
      await workbench.command(`Millrace: ${title}`);
      await browser.take('which topic', TOPIC);
      expect(await browser.told(refused)).toContain('the connection depot is read-only');
    }
    await workbench.command('Millrace: Create Topic');
    await browser.told('There is no connection to Kafka for that');
    await browser.pictures('topics-read-only');
    await browser.choose(browser.row('depot'), 'Allow Writes on Kafka Connection');
    await browser.row('depot').filter({ hasText: 'read-only' }).waitFor({ state: 'detached' });
  });

  test('a topic is deleted after its name was typed, and its view closes', async () => {
    await browser.row(TOPIC).click();
    await browser.view(TOPIC);
    await browser.choose(browser.row(TOPIC), 'Delete Topic');
    await browser.answer(`Delete the topic ${TOPIC} on depot`, 'other');
    await workbench.page
      .locator('.quick-input-message')
      .filter({ hasText: `Not ${TOPIC}` })
      .waitFor();
    await browser.pictures('topics-delete');
    await browser.answer(`Delete the topic ${TOPIC} on depot`, TOPIC);
    await browser.gone(TOPIC);
    await browser.row(TOPIC).waitFor({ state: 'detached' });
    expect(await witness.listTopics()).not.toContain(TOPIC);
  });
});
