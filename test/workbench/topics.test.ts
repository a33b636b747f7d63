import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka as IndependentKafka, logLevel } from 'kafkajs';
import type { Frame, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KafkaBrowser } from '../harness/kafka-browser.ts';
import { ResultPanes } from '../harness/result-pane.ts';
import { type Kafka, missingFor, type Registry, startKafka, startRegistry } from '../harness/services.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';
// Older messages would be deleted by the topic's retention.
const BEGIN = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
const ORDERS = 'shop-orders';
const STATUS = 'shop-status';
const GROUP = 'billing';
const MESSAGES = 400;

const sql = (bootstrap: string) => `CREATE TABLE orders (id BIGINT, amount DOUBLE)
WITH ('connector' = 'kafka', 'topic' = '${ORDERS}', 'properties.bootstrap.servers' = '${bootstrap}', 'format' = 'json');
`;

/** What kafkajs, not our client, writes: orders by the second, a compacted topic with a tombstone, a group that has read a part. */
async function fill(bootstrap: string): Promise<void> {
  const kafka = new IndependentKafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      { topic: ORDERS, numPartitions: 2 },
      { topic: STATUS, numPartitions: 1, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] },
    ],
  });
  // Otherwise it may write some twice, when it is not sure.
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  await producer.send({
    topic: ORDERS,
    messages: Array.from({ length: MESSAGES }, (_, i) => ({
      key: `customer-${i % 7}`,
      value: JSON.stringify({ id: i, amount: (i * 37) % 500, city: i % 3 === 0 ? 'Riga' : 'Graz', paid: i % 2 === 0 }),
      headers: { source: i % 10 === 0 ? 'shop' : 'app' },
      timestamp: String(BEGIN + i * 1000),
    })),
  });
  await producer.send({
    topic: STATUS,
    messages: [
      { key: 'a', value: '{"big": 9007199254740993}' },
      { key: 'b', value: null },
    ],
  });
  await producer.disconnect();
  await admin.setOffsets({
    groupId: GROUP,
    topic: ORDERS,
    partitions: [
      { partition: 0, offset: '10' },
      { partition: 1, offset: '20' },
    ],
  });
  await admin.disconnect();
}

describe.skipIf(missingFor('registry'))('topics in the workbench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-topics-'));
  let kafka: Kafka;
  let registry: Registry;
  let workbench: Workbench;
  let browser: KafkaBrowser;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    kafka = await startKafka();
    registry = await startRegistry();
    await fill(kafka.bootstrap);
    await fetch(`${registry.url}/subjects/${ORDERS}-value/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({
        schema: JSON.stringify({ type: 'record', name: 'Order', fields: [{ name: 'id', type: 'long' }] }),
      }),
    });
    writeFileSync(join(folder, 'orders.flink.sql'), sql(kafka.bootstrap));
    workbench = await launchWorkbench({
      workspace: folder,
      size: { width: 1500, height: 1000 },
    });
    browser = new KafkaBrowser(workbench);
  }, 300_000);
  afterAll(async () => {
    await workbench?.close();
    await registry?.stop();
    await kafka?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = (text: string | RegExp): Locator => browser.row(text);
  const topicFrame = (): Promise<Frame> => browser.view(ORDERS);

  test('a connection is proposed from the SQL, tested and saved; the tree shows topics, groups and schemas', async () => {
    await workbench.openFile('orders.flink.sql');
    await browser.show();
    await browser.pane().getByText('Topics, consumer groups and schemas of Kafka').waitFor();
    await browser.pane().getByText('Add Kafka Connection').click();
    const form = await workbench.frameWith('[data-testid="kafka-proposals"]');
    await form.getByRole('button', { name: kafka.bootstrap }).click();
    expect(await form.getByLabel('Bootstrap servers').inputValue()).toBe(kafka.bootstrap);
    await form.getByLabel('Name', { exact: true }).fill('shop');
    await form.getByLabel('Registry address').fill('http://127.0.0.1:1');
    await form.getByRole('button', { name: 'Test Connection' }).click();
    await form.getByText('The brokers answer, the registry does not').waitFor();
    await form.getByLabel('Registry address').fill(registry.url);
    await form.getByRole('button', { name: 'Test Connection' }).click();
    await form.getByText('The connection works').waitFor();
    expect(await form.getByTestId('connection-outcome').innerText()).toMatch(/Kafka 4\.\d.*\n1 broker: 127\.0\.0\.1:/);
    await workbench.screenshot(`${pictures}/kafka-form-light.png`);
    await form.getByRole('button', { name: 'Save' }).click();
    await row('shop').waitFor();
    for (const name of ['Topics', 'Consumer Groups', 'Schemas']) await browser.open(name);
    await row(ORDERS).filter({ hasText: '2 partitions' }).waitFor();
    await row(STATUS).filter({ hasText: 'compacted' }).waitFor();
    await row(GROUP).waitFor();
    await row(`${ORDERS}-value`).waitFor();
  });

  test('topics of the connection are completed in SQL', async () => {
    await workbench.openFile('orders.flink.sql');
    await workbench.page.locator('.editor-instance .monaco-editor .view-line').first().click();
    await browser.write(`CREATE TABLE t (a INT) WITH ('connector' = 'kafka', 'topic' = '`);
    expect(await workbench.complete()).toEqual(expect.arrayContaining([ORDERS, STATUS]));
    await workbench.page.keyboard.press('Escape');
    await browser.write(sql(kafka.bootstrap));
    await workbench.page.keyboard.press('Control+S');
  });

  test('the newest messages, one of them in full, and a filter with its place where it is wrong', async () => {
    await row(ORDERS).click();
    const view = await topicFrame();
    expect(await view.getByTestId('topic-facts').innerText()).toContain(`${MESSAGES} messages`);
    const rows = view.getByTestId('result-row');
    await rows.first().waitFor();
    const cells = await rows.first().getByTestId('result-cell').allInnerTexts();
    expect(cells[4]).toBe('{"id":399,"amount":263,"city":"Riga","paid":false}');
    await view.getByTestId('histogram').waitFor();
    expect(await view.getByTestId('histogram-words').innerText()).toContain(`${MESSAGES} from`);
    await rows.first().getByTestId('result-cell').nth(4).dblclick();
    const message = view.getByTestId('message-value');
    await message.waitFor();
    expect(await message.innerText()).toContain('"amount": 263');
    await message.getByText('Why not another format?').click();
    await workbench.screenshot(`${pictures}/topic-messages-light.png`);
    await view.getByRole('button', { name: 'Close the message' }).click();
    await view.getByLabel('WHERE').fill('value.amout > 100');
    await view.getByLabel('WHERE').press('Enter');
    await view.getByTestId('filter-problem').waitFor();
    expect(await view.getByTestId('filter-problem').locator('mark').innerText()).toContain('amout');
    await view.getByLabel('WHERE').fill("value.amount > 400 AND headers['source'] = 'shop'");
    await view.getByLabel('WHERE').press('Enter');
    await view.locator('[data-testid="reading"][data-phase="done"]').waitFor();
    const wanted = Array.from({ length: MESSAGES }, (_, i) => i).filter((i) => i % 10 === 0 && (i * 37) % 500 > 400);
    expect(await view.getByTestId('reading').innerText()).toContain(`${wanted.length} messages of`);
    await workbench.screenshot(`${pictures}/topic-filter-light.png`);
  });

  test('a range chosen in the histogram, by the pointer or by keys, is what is read', async () => {
    const view = await topicFrame();
    await view.getByRole('button', { name: 'Clear' }).click();
    await view.getByTestId('reading').filter({ hasText: 'done · 100 messages' }).waitFor();
    await view
      .getByTestId('histogram-words')
      .filter({ hasText: `${MESSAGES} from` })
      .waitFor();
    const bars = view.getByRole('slider', { name: /^Messages over time/ });
    const box = await bars.boundingBox();
    if (!box) throw new Error('the bars are not in sight');
    const { mouse } = workbench.page;
    await mouse.move(box.x + box.width * 0.2, box.y + 20);
    await mouse.down();
    await mouse.move(box.x + box.width * 0.3, box.y + 20, { steps: 4 });
    await mouse.move(box.x + box.width * 0.35, box.y + 20, { steps: 4 });
    await mouse.up();
    /** What the histogram says of the range: where it begins and ends, and how many messages it has. */
    const chosen = async (): Promise<[from: string, to: string, count: string]> => {
      const words = await until(
        'the words of the range',
        async () => /^(.+) to (.+): (\d+)$/.exec(await view.getByTestId('histogram-words').innerText()) ?? undefined,
      );
      return [words[1] ?? '', words[2] ?? '', words[3] ?? ''];
    };
    const [from, to, count] = await chosen();
    // A second has one message.
    expect(Number(count)).toBeGreaterThan(50);
    expect(Number(count)).toBeLessThan(75);
    await view
      .getByTestId('reading')
      .filter({ hasText: `done · ${count} messages` })
      .waitFor();
    expect(await view.getByLabel('Start').inputValue()).toBe('timestamp');
    const first = await view.locator('[data-index="0"]').getByTestId('result-cell').nth(2).innerText();
    expect(first >= from && first < to).toBe(true);
    await workbench.screenshot('test-results/topic-brush-light.png');
    await bars.focus();
    for (const key of ['ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Enter']) await bars.press(key);
    const [later, , few] = await chosen();
    expect(later > from).toBe(true);
    await view
      .getByTestId('reading')
      .filter({ hasText: `done · ${few} messages` })
      .waitFor();
    await view.getByLabel('Start').selectOption('newest');
    await view
      .getByTestId('histogram-words')
      .filter({ hasText: `${MESSAGES} from` })
      .waitFor();
  });

  test('partitions, consumers, the configuration changed alone, and the topic as a table', async () => {
    const view = await topicFrame();
    await view.getByRole('tab', { name: 'Partitions' }).click();
    await view.getByTestId('partitions').locator('tbody tr').nth(1).waitFor();
    await view.getByRole('tab', { name: 'Consumers' }).click();
    const lag = MESSAGES - 30;
    await view
      .getByTestId('consumers')
      .locator('tr')
      .filter({ hasText: GROUP })
      .filter({ hasText: String(lag) })
      .waitFor();
    await view.getByRole('tab', { name: 'Configuration' }).click();
    const config = (name: string): Locator => view.locator(`tr[data-config="${name}"]`);
    await config('retention.ms').getByRole('button', { name: 'Change retention.ms' }).click();
    await config('retention.ms').getByLabel('Value of retention.ms').fill('172800000');
    await config('retention.ms').getByRole('button', { name: 'Set', exact: true }).click();
    await config('retention.ms').locator('.mt-badge').waitFor();
    await config('max.message.bytes').getByRole('button', { name: 'Change max.message.bytes' }).click();
    await config('max.message.bytes').getByLabel('Value of max.message.bytes').fill('2000000');
    await config('max.message.bytes').getByRole('button', { name: 'Set', exact: true }).click();
    await config('max.message.bytes').locator('.mt-badge').waitFor();
    // The other one has not been reset.
    expect(await config('retention.ms').innerText()).toContain('172800000');
    await workbench.screenshot('test-results/topic-configuration-light.png');
    await config('retention.ms').getByRole('button', { name: 'Set retention.ms back to its default' }).click();
    await config('retention.ms').locator('.mt-badge').waitFor({ state: 'detached' });
    await view.getByRole('tab', { name: 'SQL' }).click();
    await view.getByTestId('usage').getByText('orders', { exact: true }).waitFor();
    await view.getByTestId('ddl').waitFor();
    expect(await view.getByTestId('ddl').innerText()).toMatch(/CREATE TABLE[\s\S]*amount[\s\S]*'json'/);
    await workbench.screenshot(`${pictures}/topic-sql-light.png`);
  });

  test('a group: lag, a reset that is shown before it is done, and what it has not read', async () => {
    await row(GROUP).click();
    const view = await workbench.frameWith('[data-testid="group-facts"]');
    expect(await view.getByTestId('group-facts').innerText()).toContain(`lag ${MESSAGES - 30}`);
    await view.getByRole('button', { name: 'Show What Changes' }).click();
    const plan = view.getByTestId('reset-plan');
    await plan.waitFor();
    expect(await plan.locator('tbody tr').first().innerText()).toMatch(/0\s+10\s+0\s+−10/);
    await workbench.screenshot(`${pictures}/group-reset-light.png`);
    await plan.getByRole('button', { name: 'Set Offsets of 2 Partitions' }).click();
    await browser.answer(`Set the offsets of ${GROUP}`, GROUP);
    await plan.waitFor({ state: 'detached' });
    await until('the lag of then', async () =>
      (await view.getByTestId('group-facts').innerText()).includes(`lag ${MESSAGES}`),
    );
    await view.getByRole('button', { name: new RegExp(`messages of ${ORDERS} partition 0 that`) }).click();
    const topic = await topicFrame();
    await until('messages from the offset on', async () => (await topic.getByLabel('Start').inputValue()) === 'offset');
  });

  test('messages are written from a document, with a tombstone, and read live', async () => {
    await row(STATUS).click();
    const view = await browser.view(STATUS);
    await view.getByLabel('Start').selectOption('live');
    await view.locator('[data-testid="reading"][data-phase="following"]').waitFor();
    await view.getByRole('button', { name: 'Produce…' }).click();
    await browser.send({
      connection: 'shop',
      topic: STATUS,
      messages: [
        { key: 'a', value: null },
        { key: 'c', value: { n: 1 } },
      ],
    });
    await browser.told('2 messages written');
    await row(STATUS).click();
    const rows = view.getByTestId('result-row');
    await rows.nth(1).waitFor();
    const first = await rows.first().getByTestId('result-cell').allInnerTexts();
    expect(first.slice(3, 5)).toEqual(['a', 'NULL']);
    await rows.first().getByTestId('result-cell').nth(3).dblclick();
    await view.getByTestId('tombstone').waitFor();
    await workbench.screenshot('test-results/topic-live-light.png');
    await view.getByRole('button', { name: 'Close the message' }).click();
    await view.getByRole('button', { name: 'Pause', exact: true }).first().click();
    await view.locator('[data-testid="reading"][data-phase="paused"]').waitFor();
    const client = new IndependentKafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
    const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    await producer.send({ topic: STATUS, messages: [{ key: 'd', value: 'in the pause' }] });
    await producer.disconnect();
    // The topic has it; the rows stand still.
    await view.getByTestId('topic-facts').filter({ hasText: '5 offsets' }).waitFor();
    expect(await view.getByTestId('reading').innerText()).toBe('paused · 2 messages');
    expect(await rows.count()).toBe(2);
    await view.getByRole('button', { name: 'Go On', exact: true }).click();
    await rows.filter({ hasText: 'in the pause' }).waitFor();
    await view.getByRole('button', { name: 'Stop', exact: true }).first().click();
  });

  test('a topic becomes a table in a new notebook, which runs', async () => {
    await browser.choose(row(ORDERS), 'Create Table for Topic');
    await workbench.codeCells().nth(1).waitFor();
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    const panes = await ResultPanes.of(workbench, 'SELECT * FROM');
    const result = await panes.result('SELECT * FROM');
    await until('all messages as rows', async () => (await result.count()).startsWith(`${MESSAGES} rows`));
    expect(await result.columns()).toEqual(expect.arrayContaining(['id', 'amount', 'city', 'paid']));
    await workbench.screenshot('test-results/topic-notebook-light.png');
    await result.stop();
    expect(await result.ended()).toBe('stopped');
  });

  test('a schema is edited, checked and registered; two versions are compared', async () => {
    await browser.open(`${ORDERS}-value`);
    await browser.choose(row(`${ORDERS}-value`), 'Edit Schema');
    const editor = workbench.page.locator('.editor-instance .monaco-editor').first();
    await editor.locator('.view-line').filter({ hasText: 'Order' }).first().click();
    const field = { name: 'note', type: ['null', 'string'], default: null };
    const next = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'long' }, field] };
    await browser.write(JSON.stringify(next));
    await workbench.page.getByRole('button', { name: 'Register Schema' }).first().click();
    await browser.notice('registered with id');
    await browser.choose(row(`${ORDERS}-value`), 'Compare Schema Versions');
    await workbench.page.locator('.monaco-diff-editor').first().waitFor();
    await workbench.screenshot('test-results/schema-diff-light.png');
  });

  test('in the dark, and read-only: what writes is not offered', async () => {
    await workbench.setTheme('dark');
    await browser.choose(row('shop'), 'Make Kafka Connection Read-Only');
    await row('shop').filter({ hasText: 'read-only' }).waitFor();
    await row(ORDERS).click();
    const view = await browser.view(ORDERS, 'read-only');
    expect(await view.getByRole('button', { name: 'Delete…' }).count()).toBe(0);
    await view.getByTestId('result-row').first().waitFor();
    await view.getByTestId('histogram').waitFor();
    await view.getByTestId('result-row').first().getByTestId('result-cell').nth(4).dblclick();
    await view.getByTestId('message-value').waitFor();
    await workbench.screenshot('test-results/topic-messages-dark.png');
    await row(ORDERS).click({ button: 'right' });
    const menu = workbench.page.locator('.context-view .action-label');
    await menu.filter({ hasText: 'Create Table for Topic' }).waitFor();
    for (const name of ['Delete Topic', 'Produce', 'Purge'])
      expect(await menu.filter({ hasText: name }).count()).toBe(0);
    await workbench.page.keyboard.press('Escape');
    // What is told of the topic would lie over the group.
    await workbench.page.mouse.move(800, 600);
    await workbench.page.locator('.monaco-hover:not(.hidden)').first().waitFor({ state: 'hidden' });
    await row(GROUP).click();
    const group = await browser.view(GROUP, 'read-only');
    await group.getByTestId('group-offsets').waitFor();
    expect(await group.getByRole('button', { name: 'Delete Group' }).count()).toBe(0);
    expect(await group.getByRole('button', { name: 'Show What Changes' }).count()).toBe(0);
    await workbench.screenshot('test-results/group-dark.png');
  });
});
