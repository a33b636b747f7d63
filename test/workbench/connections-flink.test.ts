import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificates } from '../harness/certificates.ts';
import { type RunningProxy, startReverseProxy } from '../harness/proxies.ts';
import { ResultPanes } from '../harness/result-pane.ts';
import { type Flink, missingFor, startFlink } from '../harness/services.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';

const NOTEBOOK = `-- %%
CREATE TABLE clicks (n BIGINT)
WITH ('connector' = 'datagen', 'rows-per-second' = '20', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '1000000');

-- %%
SELECT n FROM clicks;

-- %%
SHOW TABLES;

-- %%
INSERT INTO clicks SELECT 1;
`;

describe.skipIf(missingFor('flink'))('connections to a real Flink', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cluster-'));
  let flink: Flink;
  let gateway: RunningProxy;
  let jobManager: RunningProxy;
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    const made = makeCertificates();
    writeFileSync(join(folder, 'clicks.flinknb'), NOTEBOOK);
    writeFileSync(join(folder, 'ca.pem'), made.ca);
    writeFileSync(join(folder, 'client.p12'), made.pfx);
    flink = await startFlink();
    const authorization = `Basic ${Buffer.from('me:tr0ub4dor').toString('base64')}`;
    const tls = { ...made.server, ca: made.ca };
    gateway = await startReverseProxy({ target: flink.gatewayUrl, tls, authorization });
    jobManager = await startReverseProxy({ target: flink.jobManagerUrl, tls, authorization });
    workbench = await launchWorkbench({ workspace: folder, size: { width: 1400, height: 1000 } });
  });
  afterAll(async () => {
    await workbench?.close();
    await gateway?.stop();
    await jobManager?.stop();
    await flink?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = (text: string | RegExp) =>
    workbench.page.locator('.pane .monaco-list-row').filter({ hasText: text }).first();

  test('a connection with a password and a client certificate is made in the form', async () => {
    await workbench.openFile('clicks.flinknb');
    await workbench.page.locator('.activitybar [aria-label="Millrace"]').first().click();
    await workbench.command('Add SQL Gateway Connection');
    const form = await workbench.frameWith('.mf form');
    await form.getByLabel('Name', { exact: true }).fill('staging');
    await form.getByLabel('SQL Gateway address').fill(gateway.url);
    await form.getByLabel('JobManager address').fill(jobManager.url);
    await form.getByLabel('User and password').check();
    await form.getByLabel('User', { exact: true }).fill('me');
    await form.getByLabel('Password', { exact: true }).fill('wrong');
    await form.getByLabel('Trusted certificates', { exact: true }).fill('ca.pem');
    await form.getByLabel('Client key store', { exact: true }).fill('client.p12');
    await form.getByLabel('Passphrase', { exact: true }).fill('only for tests');
    await form.getByRole('button', { name: 'Test Connection' }).click();
    await form.getByText('refused the credentials (HTTP 401)').waitFor();
    await form.getByLabel('Password', { exact: true }).fill('tr0ub4dor');
    await form.getByRole('button', { name: 'Test Connection' }).click();
    await form.getByText(/slots free$/).waitFor();
    expect(await form.getByTestId('connection-outcome').innerText()).toMatch(
      /^The connection works\nApache Flink SQL Gateway 2\.2\.\d at .*\nREST API v1, v2, v3, v4; v4 is spoken\nJobManager 2\.2\.\d at .*\n1 task manager, \d of 8 slots free/,
    );
    await workbench.screenshot(`${pictures}/connection-tested-light.png`);
    await form.getByRole('button', { name: 'Save' }).click();
    await row('staging')
      .filter({ hasText: /Flink 2\.2\.\d · \d\/8 slots free/ })
      .waitFor();
  });

  test('a query runs on while the window is loaded anew, and so does the session', async () => {
    await workbench.selectKernel('staging');
    await workbench.runCell(0);
    await workbench.runCell(1);
    const streaming = async () => {
      const panes = await ResultPanes.of(workbench, 'SELECT n FROM clicks');
      const pane = await panes.result('SELECT n FROM clicks');
      return Number((await pane.rows()).at(-1)?.[0]);
    };
    const before = await streaming();
    expect(before).toBeGreaterThan(0);
    // The rows have been told to the workspace's state by then.
    await workbench.page.reload({ waitUntil: 'domcontentloaded' });
    await workbench.codeCells().first().waitFor({ timeout: 60_000 });
    await until(
      'the connection in the status bar',
      async () => (await workbench.statusBar()).includes('staging'),
      60_000,
    );
    const after = await until(
      'the rows that came since',
      async () => {
        const seen = await streaming();
        return seen > before && seen;
      },
      60_000,
    );
    expect(after).toBeGreaterThan(before);
    await workbench.screenshot('test-results/reloaded.png');
    const panes = await ResultPanes.of(workbench, 'SELECT n FROM clicks');
    await (await panes.result('SELECT n FROM clicks')).stop();
    await workbench.runCell(2);
    const tables = await (await ResultPanes.of(workbench, 'SHOW TABLES')).result('SHOW TABLES');
    expect(await tables.rows()).toEqual([['clicks']]);
  });

  test('read-only: an INSERT is refused, and what writes is not offered', async () => {
    await row('staging').click({ button: 'right' });
    await workbench.page
      .locator('.context-view .action-label')
      .filter({ hasText: 'Make Connection Read-Only' })
      .click();
    await row('staging').filter({ hasText: 'read-only' }).waitFor();
    await workbench.runCell(3);
    const insert = await (await ResultPanes.of(workbench, 'INSERT INTO clicks')).result('INSERT INTO clicks');
    expect(await insert.ended()).toBe('failed');
    expect(await insert.errorMessage()).toContain('INSERT is refused: the connection staging is read-only');
    await row(/^clicks/).click({ button: 'right' });
    const menu = workbench.page.locator('.context-view .action-label');
    await menu.filter({ hasText: 'Show CREATE Statement' }).waitFor();
    expect(await menu.filter({ hasText: 'Drop' }).count()).toBe(0);
    await workbench.page.keyboard.press('Escape');
  });

  test('a gateway that goes away is told, and the tree mends itself when it is back', async () => {
    await gateway.stop();
    await workbench.command('Refresh Connections');
    await row('staging').filter({ hasText: 'connection refused' }).waitFor();
    await workbench.screenshot('test-results/gateway-away.png');
    await gateway.restart();
    await row('staging').filter({ hasText: 'slots free' }).waitFor({ timeout: 40_000 });
  });
});
