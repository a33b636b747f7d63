import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Admin, Consumer, Producer } from 'kafkajs';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localInput } from '../../webviews/topics/format.ts';
import { startKafkaTool } from '../harness/kafka.ts';
import { FOLLOWS_SYSTEM, KafkaBrowser } from '../harness/kafka-browser.ts';
import { independentKafka } from '../harness/kafka-witness.ts';
import type { ServerProcess } from '../harness/processes.ts';
import { type Kafka, missingFor, startKafka } from '../harness/services.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

// Older messages would be deleted by the topics' retention.
const BEGIN = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
const TOPIC = 'groups-events';
const SHARED = 'groups-shared';
/** Messages of each of the two partitions. */
const EACH = 20;

// Members are kafkajs and Kafka's own console consumer; kafkajs says what a group has committed.
describe.skipIf(missingFor('kafka'))('groups in the workbench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-topics-groups-'));
  let kafka: Kafka;
  let admin: Admin;
  let producer: Producer;
  let live: Consumer | undefined;
  let sharing: ServerProcess | undefined;
  let workbench: Workbench;
  let browser: KafkaBrowser;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    kafka = await startKafka();
    const client = independentKafka(kafka.bootstrap);
    admin = client.admin();
    // Otherwise it may write some twice, when it is not sure.
    producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
    await Promise.all([admin.connect(), producer.connect()]);
    await admin.createTopics({
      topics: [
        { topic: TOPIC, numPartitions: 2 },
        { topic: SHARED, numPartitions: 1 },
      ],
    });
    // Message i of a partition is of second i.
    const messages = Array.from({ length: 2 * EACH }, (_, i) => ({
      value: `v${i}`,
      partition: i % 2,
      timestamp: String(BEGIN + Math.floor(i / 2) * 1000),
    }));
    await producer.send({ topic: TOPIC, messages });
    await producer.send({ topic: SHARED, messages: [{ value: 'first' }] });
    const partitions = [0, 1].map((partition) => ({ partition, offset: '5' }));
    await admin.setOffsets({ groupId: 'groups-idle', topic: TOPIC, partitions });
    live = client.consumer({ groupId: 'groups-live' });
    await live.connect();
    await live.subscribe({ topic: TOPIC, fromBeginning: true });
    await live.run({ eachMessage: () => Promise.resolve() });
    workbench = await launchWorkbench({
      workspace: folder,
      size: { width: 1500, height: 1000 },
      settings: { ...FOLLOWS_SYSTEM, 'millrace.kafkaConnections': [{ name: 'depot', bootstrap: kafka.bootstrap }] },
    });
    browser = new KafkaBrowser(workbench);
    await browser.show();
    await browser.open('Consumer Groups');
  }, 300_000);
  afterAll(async () => {
    await workbench?.close();
    await Promise.all([live?.disconnect(), sharing?.stop(2000), admin?.disconnect(), producer?.disconnect()]);
    await kafka?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const show = async (group: string): Promise<Frame> => {
    await browser.row(group).click();
    const view = await browser.view(group);
    await view.getByTestId('group-facts').waitFor();
    return view;
  };
  const facts = (view: Frame, text: string | RegExp): Promise<void> =>
    view.getByTestId('group-facts').filter({ hasText: text }).waitFor();
  const plan = async (view: Frame, to: string, value?: { readonly label: string; readonly text: string }) => {
    await view.getByRole('form', { name: 'Reset offsets' }).locator('select').last().selectOption(to);
    if (value) await view.getByLabel(value.label, { exact: true }).fill(value.text);
    await view.getByRole('button', { name: 'Show What Changes' }).click();
    const rows = view.getByTestId('reset-plan').locator('tbody tr');
    await rows.first().waitFor();
    const texts = await rows.allInnerTexts();
    return texts.map((text) =>
      text
        .split('\t')
        .slice(1)
        .map((cell) => cell.trim()),
    );
  };
  const committed = async (group: string): Promise<string[]> => {
    const [found] = await admin.fetchOffsets({ groupId: group, topics: [TOPIC] });
    return (found?.partitions ?? []).toSorted((a, b) => a.partition - b.partition).map(({ offset }) => offset);
  };

  test('lag by partition, charted as it changes', async () => {
    const view = await show('groups-idle');
    await facts(view, 'classic group · Empty · lag 30');
    const chart = view.getByRole('figure', { name: 'Lag over time' });
    await chart
      .locator('.mc-key')
      .filter({ hasText: `${TOPIC} 1 15` })
      .waitFor();
    const more = Array.from({ length: 7 }, () => ({ value: 'more', partition: 1, timestamp: String(BEGIN + 60_000) }));
    await producer.send({ topic: TOPIC, messages: more });
    await chart
      .locator('.mc-key')
      .filter({ hasText: `${TOPIC} 1 22` })
      .waitFor();
    await chart.locator('canvas').waitFor();
    await facts(view, 'lag 37');
    const rows = await view.getByTestId('group-offsets').locator('tbody tr').allInnerTexts();
    expect(rows.map((row) => row.split('\t').slice(0, 5))).toEqual([
      [TOPIC, '0', '5', '20', '15'],
      [TOPIC, '1', '5', '27', '22'],
    ]);
    await browser.pictures('groups-lag');
  });

  test('every kind of reset says first what it would do, and does nothing', async () => {
    const view = await show('groups-idle');
    expect(await plan(view, 'earliest')).toEqual([
      ['0', '5', '0', '−5', ''],
      ['1', '5', '0', '−5', ''],
    ]);
    expect(await plan(view, 'latest')).toEqual([
      ['0', '5', '20', '+15', ''],
      ['1', '5', '27', '+22', ''],
    ]);
    expect(await plan(view, 'offset', { label: 'Offset', text: '25' })).toEqual([
      ['0', '5', '20', '+15', '25 is after the end 20'],
      ['1', '5', '25', '+20', ''],
    ]);
    expect(await plan(view, 'shift', { label: 'Messages, negative for back', text: '-2' })).toEqual([
      ['0', '5', '3', '−2', ''],
      ['1', '5', '3', '−2', ''],
    ]);
    expect(await plan(view, 'timestamp', { label: 'Time', text: localInput(BEGIN + 8000) })).toEqual([
      ['0', '5', '8', '+3', ''],
      ['1', '5', '8', '+3', ''],
    ]);
    await browser.pictures('groups-plan');
    expect(await committed('groups-idle')).toEqual(['5', '5']);
  });

  test('what was planned is set once the name was typed', async () => {
    const view = await show('groups-idle');
    await plan(view, 'shift', { label: 'Messages, negative for back', text: '4' });
    await view.getByRole('button', { name: 'Set Offsets of 2 Partitions…' }).click();
    await browser.answer('Set the offsets of groups-idle', 'groups');
    await browser.told('Nothing was done');
    expect(await committed('groups-idle')).toEqual(['5', '5']);
    await view.getByRole('button', { name: 'Set Offsets of 2 Partitions…' }).click();
    await browser.answer('Set the offsets of groups-idle', 'groups-idle');
    await view.getByTestId('reset-plan').waitFor({ state: 'detached' });
    await facts(view, 'lag 29');
    expect(await committed('groups-idle')).toEqual(['9', '9']);
  });

  test('a group that lives is left alone, and says who is in it', async () => {
    const view = await show('groups-live');
    await facts(view, /Stable · lag 0/);
    await view.getByTestId('group-members').getByText('kafkajs').waitFor();
    expect(await view.getByRole('button', { name: 'Delete Group…' }).isDisabled()).toBe(true);
    await plan(view, 'earliest');
    const refusal = view.getByTestId('reset-refusal');
    expect(await refusal.innerText()).toMatch(
      /^The group 'groups-live' cannot be reset while a member is alive \(kafkajs.*state Stable\): stop them first\.$/,
    );
    expect(await view.getByRole('button', { name: /^Set Offsets of/ }).isDisabled()).toBe(true);
    await browser.pictures('groups-live');
    await browser.choose(browser.row('groups-live'), 'Delete Consumer Group');
    await browser.answer('Delete the group groups-live on depot', 'groups-live');
    expect(await browser.told('cannot be deleted')).toContain('kafkajs');
  });

  test('a group whose members have gone is deleted, and its view closes', async () => {
    await live?.disconnect();
    live = undefined;
    const view = await show('groups-live');
    await facts(view, 'Empty');
    await view.getByRole('button', { name: 'Delete Group…', disabled: false }).click();
    await browser.answer('Delete the group groups-live on depot', 'groups-live');
    await browser.gone('groups-live');
    await browser.row('groups-live').waitFor({ state: 'detached' });
    // From the tree, with its view open.
    await show('groups-idle');
    await browser.choose(browser.row('groups-idle'), 'Delete Consumer Group');
    await browser.answer('Delete the group groups-idle on depot', 'groups-idle');
    await browser.gone('groups-idle');
    const { groups } = await admin.listGroups();
    expect(groups.map(({ groupId }) => groupId).filter((id) => id.startsWith('groups-'))).toEqual([]);
  });

  test('a share group shows its start offsets and its member, and is reset when that has left', async () => {
    const args = ['--bootstrap-server', kafka.bootstrap, '--topic', SHARED, '--group', 'groups-share'];
    sharing = await startKafkaTool('org.apache.kafka.tools.consumer.ConsoleShareConsumer', args);
    await until('the share group in the tree', async () => {
      await workbench.command('Millrace: Refresh Kafka');
      return browser.row('groups-share').isVisible();
    });
    await browser.row('groups-share').filter({ hasText: 'share' }).waitFor();
    const view = await show('groups-share');
    await facts(view, 'share group · Stable');
    await view
      .getByTestId('group-members')
      .locator('tbody tr')
      .filter({ hasText: `${SHARED} 0` })
      .waitFor();
    // A new share group begins at the end, as soon as its member has asked: what comes then is read.
    const row = view.getByTestId('group-offsets').locator('tbody tr').first();
    await until(
      'offsets of the share group',
      async () => {
        await producer.send({ topic: SHARED, messages: [{ value: 'new' }] });
        const [, , start, end, lag] = (await row.innerText({ timeout: 5000 }).catch(() => '')).split('\t');
        return start !== undefined && /\d/.test(start) && /\d/.test(end ?? '') && lag === '0';
      },
      90_000,
    );
    expect(await view.getByTestId('group-offsets').locator('thead').innerText()).toContain('Start offset');
    await browser.pictures('groups-share');
    await plan(view, 'earliest');
    expect(await view.getByTestId('reset-refusal').innerText()).toContain('while a member is alive');
    await sharing.stop();
    sharing = undefined;
    await until(
      'the member to be gone',
      async () => (await view.getByTestId('group-facts').innerText()).includes('Empty'),
      90_000,
    );
    const [change] = await plan(view, 'offset', { label: 'Offset', text: '1' });
    expect(change?.slice(0, 1).concat(change.slice(2, 3))).toEqual(['0', '1']);
    await view.getByRole('button', { name: 'Set Offsets of 1 Partition…' }).click();
    await browser.answer('Set the offsets of groups-share', 'groups-share');
    await view.getByTestId('reset-plan').waitFor({ state: 'detached' });
    await until('the start offset', async () => (await row.innerText()).split('\t')[2] === '1');
    await view.getByRole('button', { name: 'Delete Group…' }).click();
    await browser.answer('Delete the group groups-share on depot', 'groups-share');
    await browser.gone('groups-share');
    await browser.row('groups-share').waitFor({ state: 'detached' });
  });
});
