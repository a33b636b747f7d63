// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of SQL texts
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResultPanes } from '../harness/result-pane.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';

const NOTEBOOK = `-- %%
CREATE TABLE parcels (id INT, state STRING, depot STRING)
WITH ('connector' = 'filesystem', 'path' = '\${DATA}', 'format' = 'json');

-- %%
CREATE TABLE parcels_by_state (state STRING, parcels BIGINT, PRIMARY KEY (state) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'parcels.state', 'properties.bootstrap.servers' = 'kafka:9092',
  'properties.security.protocol' = 'SASL_PLAINTEXT', 'properties.sasl.mechanism' = 'PLAIN',
  'properties.sasl.jaas.config' = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="\${KAFKA_PASSWORD}";',
  'key.format' = 'json', 'value.format' = 'json');

-- %%
INSERT INTO parcels_by_state SELECT state, COUNT(*) FROM parcels GROUP BY state;

-- %%
SHOW CREATE TABLE parcels_by_state;
`;

describe('environments and previews', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-environments-'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    writeFileSync(join(folder, 'parcels.flinknb'), NOTEBOOK);
    const parcel = (id: number, state: string): string => JSON.stringify({ id, state, depot: 'north' });
    writeFileSync(join(folder, 'few.jsonl'), `${parcel(1, 'sent')}\n${parcel(2, 'sent')}\n`);
    writeFileSync(join(folder, 'more.jsonl'), `${[1, 2, 3].map((id) => parcel(id, 'lost')).join('\n')}\n`);
    // Nothing listens at kafka:9092: a preview asks no broker.
    const hosts = { 'kafka:9092': '127.0.0.1:1' };
    const environments = {
      local: { hosts, variables: { DATA: join(folder, 'few.jsonl') } },
      staging: { hosts, variables: { DATA: join(folder, 'more.jsonl') } },
    };
    writeFileSync(join(folder, 'millrace.json'), JSON.stringify({ environment: 'local', environments }, null, 2));
    writeFileSync(join(folder, '.env'), 'KAFKA_PASSWORD=tr0ub4dor\n');
    workbench = await launchWorkbench({ workspace: folder, size: { width: 1400, height: 1000 } });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const item = (text: string) =>
    workbench.page
      .locator('.statusbar-item')
      .filter({ hasText: new RegExp(`^\\s*${text}\\s*$`) })
      .first();

  async function preview(): Promise<void> {
    await workbench.codeCells().nth(2).locator('.monaco-editor .view-line').first().click();
    await workbench.command('Preview INSERT Without Writing');
  }

  async function previewed(): Promise<{ columns: string[]; rows: string[][] }> {
    const panes = await ResultPanes.of(workbench, 'INSERT INTO parcels_by_state');
    const result = await panes.result('INSERT INTO parcels_by_state');
    expect(await result.ended()).toBe('finished');
    return { columns: await result.columns(), rows: await result.rows() };
  }

  test('the status bar names the environment; a preview shows what would be written', async () => {
    await workbench.openFile('parcels.flinknb');
    await workbench.selectKernel('Local runtime');
    await until('the environment in the status bar', async () => (await workbench.statusBar()).includes('local'));
    await workbench.runCell(0);
    await workbench.runCell(1);
    await preview();
    const { columns, rows } = await previewed();
    expect(columns).toEqual(['sink', 'op', 'target', 'key', 'value']);
    expect(rows).toEqual([
      [
        'parcels_by_state',
        '+I',
        expect.stringContaining('parcels.state'),
        '{"state":"sent"}',
        '{"state":"sent","parcels":1}',
      ],
      [
        'parcels_by_state',
        '+U',
        expect.stringContaining('parcels.state'),
        '{"state":"sent"}',
        '{"state":"sent","parcels":2}',
      ],
    ]);
  });

  test('looks right in a light and a dark theme', async () => {
    await workbench.screenshot(`${pictures}/preview-light.png`);
    await workbench.setTheme('dark');
    await workbench.screenshot(`${pictures}/preview-dark.png`);
    await workbench.setTheme('light');
  });

  test('no result shows a secret', async () => {
    await workbench.runCell(3);
    const panes = await ResultPanes.of(workbench, 'SHOW CREATE TABLE');
    const shown = await panes.result('SHOW CREATE TABLE');
    expect(await shown.ended()).toBe('finished');
    const text = await until('the text', async () => {
      const all = await shown.text();
      return all.includes('sasl.jaas.config') && all;
    });
    expect(text).not.toContain('tr0ub4dor');
  });

  test('another environment is chosen in the status bar, and a new session begins', async () => {
    await workbench.pick(() => item('local').click(), 'staging');
    await until('the environment in the status bar', async () => (await workbench.statusBar()).includes('staging'));
    await workbench.screenshot(`test-results/environment-chosen.png`);
    await workbench.scrollTo(workbench.codeCells().first());
    await workbench.runCell(0);
    await workbench.runCell(1);
    await preview();
    // The earlier preview stands there until the new one has its first row.
    await until('the preview in the other environment', async () => {
      const last = (await previewed()).rows.at(-1)?.at(-1);
      return last === '{"state":"lost","parcels":3}';
    });
  });
});
