import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka as IndependentKafka } from 'kafkajs';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchKafka } from '../harness/kafka.ts';
import { FOLLOWS_SYSTEM, KafkaBrowser } from '../harness/kafka-browser.ts';
import { independentKafka, readIndependently, type Witnessed } from '../harness/kafka-witness.ts';
import { type Kafka, missingFor, startKafka } from '../harness/services.ts';
import { launchWorkbench, pictureOfFailures, type Workbench } from '../harness/workbench.ts';

// Older messages would be deleted by the topics' retention.
const BEGIN = Date.now() - 3_600_000;
const SOURCE = 'copy-source';
const COUNT = 30;
const KEEPS = ['Keep the times', 'Keep the partitions'];

async function fill(near: IndependentKafka, far: IndependentKafka): Promise<void> {
  const [admin, other] = [near.admin(), far.admin()];
  // Otherwise it may write some twice, when it is not sure.
  const producer = near.producer({ idempotent: true, maxInFlightRequests: 1 });
  await Promise.all([admin.connect(), other.connect(), producer.connect()]);
  const topics = [SOURCE, 'copy-target', 'copy-origin-a', 'copy-origin-b'].map((topic) => ({
    topic,
    numPartitions: 2,
  }));
  await admin.createTopics({
    topics: [...topics, ...['copy-dead', 'copy-matches'].map((topic) => ({ topic, numPartitions: 1 }))],
  });
  await other.createTopics({ topics: [{ topic: 'copy-mirror', numPartitions: 2 }] });
  await producer.send({
    topic: SOURCE,
    messages: Array.from({ length: COUNT }, (_, i) => ({
      key: i === 3 ? null : `k${i}`,
      // A tombstone, and bytes that are no text.
      value: i === 4 ? null : i === 5 ? Buffer.from([0xff, 0x00, 0xfe]) : JSON.stringify({ id: i }),
      headers: { n: String(i), twice: ['a', 'b'] },
      partition: i % 2,
      timestamp: String(BEGIN + i * 1000),
    })),
  });
  const connect = (topic: string, i: number) => ({
    '__connect.errors.topic': topic,
    '__connect.errors.partition': '0',
    '__connect.errors.offset': String(i),
    '__connect.errors.exception.message': 'no number',
    own: `header ${i}`,
  });
  const ours = { 'millrace.topic': 'copy-origin-b', 'millrace.timestamp': String(BEGIN), 'millrace.error': 'broken' };
  await producer.send({
    topic: 'copy-dead',
    messages: [
      ...[0, 1, 2].map((i) => ({ key: `a${i}`, value: `{"a":${i}}`, headers: connect('copy-origin-a', i) })),
      ...[0, 1].map((i) => ({ key: `b${i}`, value: `{"b":${i}}`, headers: ours })),
      { key: 'lost', value: 'x' },
    ],
  });
  await Promise.all([admin.disconnect(), other.disconnect(), producer.disconnect()]);
}

// kafkajs, not our client, says what has arrived where, of two brokers that know nothing of each other.
describe.skipIf(missingFor('kafka'))('messages copied, sent again and redriven in the workbench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-topics-copy-'));
  let near: Kafka;
  let far: Kafka;
  let workbench: Workbench;
  let browser: KafkaBrowser;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    [near, far] = await Promise.all([startKafka(), launchKafka()]);
    await fill(independentKafka(near.bootstrap), independentKafka(far.bootstrap));
    workbench = await launchWorkbench({
      workspace: folder,
      size: { width: 1500, height: 1000 },
      settings: {
        ...FOLLOWS_SYSTEM,
        'millrace.kafkaConnections': [
          { name: 'near', bootstrap: near.bootstrap },
          { name: 'far', bootstrap: far.bootstrap },
        ],
      },
    });
    browser = new KafkaBrowser(workbench);
    await browser.show();
    await browser.open('Topics');
  }, 300_000);
  afterAll(async () => {
    await workbench?.close();
    await near?.stop();
    await far?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const inside = (kafka: Kafka, topic: string, count: number): Promise<Witnessed[]> =>
    readIndependently(independentKafka(kafka.bootstrap), topic, count);
  const show = async (topic: string): Promise<Frame> => {
    await browser.row(topic).click();
    const view = await browser.view(topic);
    await view.getByTestId('result-row').first().waitFor();
    await view.getByTestId('histogram').waitFor();
    return view;
  };
  /** Reads from the oldest on, so that rows are in the order in which they were written. */
  const oldestFirst = async (topic: string): Promise<Frame> => {
    const view = await show(topic);
    await view.getByLabel('Start').selectOption('oldest');
    await view.locator('[data-index="0"]').filter({ hasText: 'k0' }).waitFor();
    return view;
  };
  const more = async (view: Frame, entry: string): Promise<void> => {
    await view.getByTestId('tool-more').click();
    await view.getByRole('menuitem', { name: entry }).click();
  };

  test('chosen messages go to another topic as they are: keys, bytes, headers, times', async () => {
    const view = await oldestFirst(SOURCE);
    const cell = (row: number) => view.locator(`[data-index="${row}"]`).getByTestId('result-cell').nth(3);
    await cell(3).click();
    await cell(5).click({ modifiers: ['Shift'] });
    await view.getByTestId('tool-more').click();
    await browser.pictures('topics-copy-menu');
    await view.getByRole('menuitem', { name: 'Copy messages to a topic…' }).click();
    await browser.take('Copy 3 messages to', 'near');
    await browser.take('Copy 3 messages to', 'copy-target');
    await browser.tick('what is kept', ['Keep the times']);
    expect(await browser.told('written to')).toBe('3 messages written to copy-target on near');
    const expected = (await inside(near, SOURCE, COUNT)).filter(({ headers }) => /n=[345],/.test(headers));
    const arrived = await inside(near, 'copy-target', 3);
    const plain = (list: readonly Witnessed[]) => list.map(({ at: _, ...rest }) => rest).sort(byTime);
    expect(plain(arrived)).toEqual(plain(expected));
  });

  test('a whole topic goes to another cluster, each message to its own partition', async () => {
    const view = await show(SOURCE);
    await view.getByRole('button', { name: 'Copy Messages…' }).click();
    expect(await browser.offered('Copy which messages?')).toEqual([
      'The messages that are shown (oldest, at most 100)',
      `All messages of ${SOURCE}`,
    ]);
    await browser.take('Copy which messages?', 'All messages');
    await browser.take('Copy to', 'far');
    await browser.take('Copy to', 'Another topic…');
    await browser.answer('Copy to', 'copy-mirror');
    await browser.tick('what is kept', KEEPS);
    expect(await browser.told('written to')).toBe(`${COUNT} messages written to copy-mirror on far`);
    expect(await inside(far, 'copy-mirror', COUNT)).toEqual(await inside(near, SOURCE, COUNT));
  });

  test('what a filter lets through is copied, of the newest in the order in which they lie', async () => {
    const view = await oldestFirst(SOURCE);
    await view.getByLabel('Start').selectOption('newest');
    await view
      .locator('[data-index="0"]')
      .filter({ hasText: `k${COUNT - 1}` })
      .waitFor();
    await view.getByLabel('WHERE').fill("value.id >= 10 AND headers['twice'] = 'b'");
    await view.getByLabel('WHERE').press('Enter');
    await view.getByTestId('reading').filter({ hasText: '20 messages of' }).waitFor();
    await view.getByRole('button', { name: 'Copy Messages…' }).click();
    await browser.take('Copy which messages?', 'The messages that match the filter (newest, at most 100)');
    await browser.take('Copy to', 'near');
    await browser.take('Copy to', 'copy-matches');
    await browser.tick('what is kept', ['Keep the times']);
    expect(await browser.told('written to')).toBe('20 messages written to copy-matches on near');
    const ids = (await inside(near, 'copy-matches', 20)).map(({ key }) => Number(key?.slice(1)));
    // It has one partition: each partition's messages are in their order.
    expect(ids.toSorted((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, i) => i + 10));
    for (const parity of [0, 1]) {
      const own = ids.filter((id) => id % 2 === parity);
      expect(own).toEqual(own.toSorted((x, y) => x - y));
    }
    await view.getByRole('button', { name: 'Clear' }).click();
    await view
      .getByTestId('reading')
      .filter({ hasText: `done · ${COUNT} messages` })
      .waitFor();
  });

  test('a message is opened, changed and sent again', async () => {
    const view = await oldestFirst(SOURCE);
    await view.locator('[data-index="7"]').getByTestId('result-cell').nth(4).dblclick();
    await view.getByTestId('message-value').waitFor();
    await view.getByRole('button', { name: 'Edit and Produce…' }).click();
    const editor = workbench.page.locator('.editor-instance .monaco-editor').first();
    await editor.locator('.view-line').filter({ hasText: '"k7"' }).waitFor();
    await browser.pictures('topics-replay');
    await workbench.page.getByRole('button', { name: 'Send Messages' }).first().click();
    expect(await browser.told('written to')).toBe(`1 message written to ${SOURCE} on near`);
    const twice = (await inside(near, SOURCE, COUNT + 1)).filter(({ key }) => key === 'k7');
    expect(twice.map(({ value, headers }) => [value, headers])).toEqual(
      [0, 1].map(() => ['{"id":7}', 'n=7,twice=a,twice=b']),
    );
  });

  test('dead letters go back to their origins, without the headers that tell of the failure', async () => {
    const view = await show('copy-dead');
    await view.locator('[data-index="0"]').getByTestId('result-cell').nth(3).click();
    await workbench.page.keyboard.press('Control+A');
    await more(view, 'Send again to their origin…');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    await browser.pictures('topics-redrive');
    const words = await browser.confirm('Send');
    expect(words).toContain('Send these messages to their origin on near?');
    for (const line of [
      'copy-origin-a: 3 messages',
      'copy-origin-b: 2 messages',
      '1 message without an origin is left out',
    ])
      expect(words).toContain(line);
    const a = (await inside(near, 'copy-origin-a', 3)).sort(byKey);
    expect(a.map(({ key, value, headers }) => [key, value, headers])).toEqual(
      [0, 1, 2].map((i) => [`a${i}`, `{"a":${i}}`, `own=header ${i}`]),
    );
    const b = (await inside(near, 'copy-origin-b', 2)).sort(byKey);
    expect(b.map(({ key, value, headers, timestamp }) => [key, value, headers, timestamp])).toEqual(
      [0, 1].map((i) => [`b${i}`, `{"b":${i}}`, '', String(BEGIN)]),
    );
  });

  test('a message that does not tell where it came from goes nowhere', async () => {
    const view = await show('copy-dead');
    await view.getByTestId('result-row').filter({ hasText: 'lost' }).getByTestId('result-cell').nth(3).click();
    await more(view, 'Send again to their origin…');
    expect(await browser.told('No header of these messages')).toContain('millrace.topic');
  });

  test('from a read-only cluster messages go elsewhere, and only there', async () => {
    await browser.choose(browser.row('near'), 'Make Kafka Connection Read-Only');
    await browser.row('near').filter({ hasText: 'read-only' }).waitFor();
    await browser.row('copy-target').click();
    const view = await browser.view('copy-target', 'read-only');
    await view.getByTestId('result-row').first().waitFor();
    await view.locator('[data-index="0"]').getByTestId('result-cell').nth(3).click();
    await view.getByTestId('tool-more').click();
    expect(await view.getByRole('menuitem', { name: 'Edit and produce…' }).isDisabled()).toBe(true);
    await view.getByRole('menuitem', { name: 'Copy messages to a topic…' }).click();
    // There is but one that may be written to: it is not asked for.
    await browser.take('Copy 1 message to', 'copy-mirror');
    await browser.tick('what is kept', []);
    expect(await browser.told('written to')).toBe('1 message written to copy-mirror on far');
    await inside(far, 'copy-mirror', COUNT + 1);
  });
});

const byTime = (a: { readonly timestamp: string }, b: { readonly timestamp: string }) =>
  Number(a.timestamp) - Number(b.timestamp);
const byKey = (a: Witnessed, b: Witnessed) => (a.key ?? '').localeCompare(b.key ?? '');
