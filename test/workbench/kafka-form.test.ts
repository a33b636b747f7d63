import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Certificates } from '../harness/certificates.ts';
import { type Kafka, launchSecureKafka } from '../harness/kafka.ts';
import { FOLLOWS_SYSTEM, KafkaBrowser } from '../harness/kafka-browser.ts';
import { KAFKA_USER, type SecureListener } from '../harness/kafka-security.ts';
import { independentKafka } from '../harness/kafka-witness.ts';
import { missingFor } from '../harness/services.ts';
import { startTokenEndpoint, type TokenEndpoint } from '../harness/token-endpoint.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const { username, password } = KAFKA_USER;
const CLIENT_SECRET = 'client-secret';
const WRONG = 'hush-hush';

const JOB = 'reader of clicks';

const notebook = (bootstrap: string): string => `-- %%
CREATE TABLE clicks (v STRING) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = '${bootstrap}',
  'format' = 'raw', 'scan.startup.mode' = 'earliest-offset');

-- %%
CREATE TABLE hole (v STRING) WITH ('connector' = 'blackhole');

-- %%
SET 'pipeline.name' = '${JOB}';

-- %%
INSERT INTO hole SELECT v FROM clicks;
`;

describe.skipIf(missingFor('kafka'))('logins and certificates in the form, and the list of topics', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-form-'));
  let kafka: Kafka;
  let own: Certificates;
  let tokens: TokenEndpoint;
  let workbench: Workbench;
  let browser: KafkaBrowser;
  let form: Frame;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    kafka = await launchSecureKafka();
    if (!kafka.certificates) throw new Error('no certificates');
    own = kafka.certificates;
    tokens = await startTokenEndpoint(username, 'me', CLIENT_SECRET);
    const files = {
      'ca.pem': own.ca,
      'client.pem': own.client.cert,
      'client.key': own.encryptedKey,
      'client.p12': own.pfx,
      'stranger.pem': own.stranger.cert,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, 'readers.flinknb'), notebook(kafka.bootstrap));
    const admin = independentKafka(kafka.bootstrap).admin();
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        { topic: 'parcels', numPartitions: 6, configEntries: [{ name: 'retention.ms', value: '7200000' }] },
        { topic: 'prices', numPartitions: 1, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] },
        { topic: 'clicks', numPartitions: 3, configEntries: [{ name: 'retention.ms', value: '-1' }] },
      ],
    });
    await admin.disconnect();
    workbench = await launchWorkbench({
      workspace: folder,
      size: { width: 1300, height: 1000 },
      settings: FOLLOWS_SYSTEM,
    });
    browser = new KafkaBrowser(workbench);
    await browser.show();
    await browser.pane().getByText('Add Kafka Connection').click();
    form = await workbench.frameWith('form[aria-label="New Kafka connection"]');
    await form.getByLabel('Name', { exact: true }).fill('vault');
  }, 300_000);
  afterAll(async () => {
    await workbench?.close();
    tokens?.stop();
    await kafka?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const fill = async (fields: Readonly<Record<string, string>>): Promise<void> => {
    for (const [label, text] of Object.entries(fields)) await form.getByLabel(label, { exact: true }).fill(text);
  };
  const reach = (listener: SecureListener) =>
    fill({ 'Bootstrap servers': `127.0.0.1:${kafka.securePorts?.[listener]}` });
  const login = (mechanism: string) => form.getByRole('radio', { name: mechanism, exact: true }).first().check();
  /** Presses the button; what the test found. */
  const tried = async (): Promise<string> => {
    await form.getByRole('button', { name: 'Test Connection' }).click();
    const outcome = form.getByTestId('connection-outcome');
    await outcome.waitFor();
    return outcome.innerText();
  };
  const works = /^The connection works\nKafka 4\./;

  test('TLS and mTLS: certificates as PEM, and as a key store with a passphrase', async () => {
    await reach('mtls');
    await form.getByRole('checkbox', { name: 'TLS', exact: true }).check();
    expect(await tried()).toMatch(/its certificate comes from an authority that is not trusted/);
    await fill({ 'Trusted certificates': 'ca.pem' });
    expect(await tried()).toMatch(/it asks for a client certificate/);
    await fill({ 'Client certificate': 'client.pem' });
    await form.getByRole('button', { name: 'Test Connection' }).click();
    await form.getByText('A client certificate needs its key').waitFor();
    await fill({ 'Client key': 'client.key', Passphrase: WRONG });
    expect(await tried()).toMatch(/the passphrase of the key is wrong/);
    await fill({ Passphrase: own.passphrase });
    expect(await tried()).toMatch(works);
    await browser.pictures('kafka-form-mtls');
    await fill({ 'Client certificate': '', 'Client key': '', 'Client key store': 'client.p12', Passphrase: WRONG });
    expect(await tried()).toMatch(/client\.p12 cannot be read as a store of type PKCS12: the password is incorrect/);
    await fill({ Passphrase: own.passphrase });
    expect(await tried()).toMatch(works);
    await fill({ 'Client key store': '', Passphrase: '' });
  });

  test('OAUTHBEARER, PLAIN and SCRAM', async () => {
    await form.getByRole('checkbox', { name: 'TLS', exact: true }).uncheck();
    await reach('oauth');
    await login('OAUTHBEARER');
    await fill({ 'Token endpoint': tokens.url, 'Client ID': 'me', 'Client secret': WRONG });
    expect(await tried()).toMatch(/No token from http:\/\/127\.0\.0\.1:\d+\/token: it answered 401/);
    await fill({ 'Client secret': CLIENT_SECRET });
    expect(await tried()).toMatch(works);
    await reach('plain');
    await login('PLAIN');
    await fill({ User: username, Password: WRONG });
    expect(await tried()).toMatch(/refused the login .*Invalid username or password/);
    await fill({ Password: password });
    expect(await tried()).toMatch(works);
    await reach('scram');
    for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
      await login(mechanism);
      expect(await tried()).toMatch(works);
    }
  });

  test('what is saved connects, and the settings have no secret', async () => {
    await reach('saslTls');
    await form.getByRole('checkbox', { name: 'TLS', exact: true }).check();
    expect(await tried()).toMatch(works);
    await form.getByRole('button', { name: 'Save' }).click();
    await browser.row('vault').waitFor();
    await browser.open('Topics');
    await browser.row('parcels').filter({ hasText: '6 partitions' }).waitFor();
    const settings = workbench.userSettings();
    expect(settings).toContain('"sasl": "SCRAM-SHA-512"');
    for (const secret of [password, CLIENT_SECRET, WRONG, own.passphrase]) expect(settings).not.toContain(secret);
  });

  test('all topics in one list: sorted, searched, with the rate at which they are written', async () => {
    await browser.choose(browser.row('Topics'), 'Show All Topics');
    const list = await browser.view('Topics of vault');
    const names = (): Promise<string[]> => list.locator('[data-topic] .mt-link').allInnerTexts();
    const cells = async (topic: string): Promise<string[]> =>
      list.locator(`[data-topic="${topic}"] td`).allInnerTexts();
    await until('the topics', async () => (await names()).join() === 'clicks,parcels,prices');
    expect(await cells('parcels')).toMatchObject({ 1: '6', 2: '1', 6: '2 h', 7: 'delete' });
    expect(await cells('clicks')).toMatchObject({ 1: '3', 6: 'for ever', 7: 'delete' });
    expect(await cells('prices')).toMatchObject({ 1: '1', 6: '–', 7: 'compact' });

    const producer = independentKafka(kafka.bootstrap).producer();
    await producer.connect();
    let sent = 0;
    // Written until the list says so: how fast is the machine's business.
    await until('a rate', async () => {
      const messages = Array.from({ length: 50 }, () => ({ value: 'x' }));
      await producer.send({ topic: 'clicks', messages });
      sent += messages.length;
      return Number((await cells('clicks'))[5]?.replace(/[^\d.]/g, '')) > 0;
    });
    await producer.disconnect();
    expect((await cells('parcels'))[5]).toBe('0');
    await until('all that was written', async () => (await cells('clicks'))[4]?.replaceAll(',', '') === String(sent));

    await list.getByRole('button', { name: 'Messages/s' }).click();
    expect((await names())[0]).toBe('clicks');
    expect(await list.getByRole('columnheader', { name: 'Messages/s' }).getAttribute('aria-sort')).toBe('descending');
    await browser.pictures('topics-list');
    await list.getByRole('button', { name: 'Partitions' }).click();
    expect(await names()).toEqual(['parcels', 'clicks', 'prices']);
    await list.getByLabel('Find topics').fill('compact');
    expect(await names()).toEqual(['prices']);
    await list.getByLabel('Find topics').fill('');
    await list.getByText('prices').click();
    await browser.view('prices');
  });

  test('a job shows the topics that it reads, and the topic the job with its lag', async () => {
    await workbench.openFile('readers.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    await workbench.page.locator('.sidebar .pane-header').filter({ hasText: 'Jobs' }).first().click();
    const row = workbench.page.locator('.pane-body .monaco-list-row').filter({ hasText: JOB }).first();
    await row.waitFor({ timeout: 90_000 });
    await row.click();
    const job = await workbench.frameWith('main.mj');
    await job.getByTestId('job-topics').getByRole('button', { name: 'clicks' }).click({ timeout: 90_000 });

    const topic = await browser.view('clicks');
    const reading = topic.getByTestId('jobs-reading');
    await reading.getByRole('button', { name: JOB }).waitFor({ timeout: 90_000 });
    // All that the list of topics has counted is read: every partition's next offset is its end.
    await until('no lag', async () => {
      const lags = await reading.locator('tr td:last-child').allInnerTexts();
      return lags.length === 4 && lags.every((lag) => lag === '0');
    });
    await browser.pictures('topic-jobs');
    await reading.getByRole('button', { name: JOB }).click();
    await workbench.page.locator('.tab.active').filter({ hasText: JOB }).waitFor();
  });
});
