import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FOLLOWS_SYSTEM, KafkaBrowser } from '../harness/kafka-browser.ts';
import { type Kafka, missingFor, type Registry, startKafka, startRegistry } from '../harness/services.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const SUBJECT = 'schemas-parcels-value';

const record = (...fields: readonly object[]): object => ({ type: 'record', name: 'Parcel', fields });
const ID = { name: 'id', type: 'long' };
const NOTE = { name: 'note', type: ['null', 'string'], default: null };
const WEIGHT = { name: 'weight', type: 'double', default: 0 };
const MUST = { name: 'must', type: 'int' };

// What the registry itself answers, without our client, says what has become of the subject.
describe.skipIf(missingFor('registry'))('schemas in the workbench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-topics-schemas-'));
  let kafka: Kafka;
  let registry: Registry;
  let workbench: Workbench;
  let browser: KafkaBrowser;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    [kafka, registry] = await Promise.all([startKafka(), startRegistry()]);
    workbench = await launchWorkbench({
      workspace: folder,
      size: { width: 1500, height: 1000 },
      settings: {
        ...FOLLOWS_SYSTEM,
        'millrace.kafkaConnections': [{ name: 'depot', bootstrap: kafka.bootstrap, registry: { url: registry.url } }],
      },
    });
    browser = new KafkaBrowser(workbench);
    await browser.show();
    await browser.open('Schemas');
  }, 300_000);
  afterAll(async () => {
    await workbench?.close();
    await registry?.stop();
    await kafka?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (path: string): Promise<unknown> => (await fetch(`${registry.url}${path}`)).json();
  const versions = (more = ''): Promise<unknown> => ask(`/subjects/${SUBJECT}/versions${more}`);
  const press = (button: string): Promise<void> =>
    workbench.page.getByRole('button', { name: button, exact: false }).first().click();
  const register = async (schema: object): Promise<string> => {
    await browser.edit(schema);
    await press('Register Schema');
    return browser.told('registered with id');
  };
  const version = (n: number) => browser.row(new RegExp(`^Version ${n}$`));
  const tab = (name: string): Promise<void> =>
    workbench.page.locator('.tabs-container .tab').filter({ hasText: name }).first().click();

  test('a subject is made: checked, then registered', async () => {
    await browser.choose(browser.row('Schemas'), 'New Subject');
    await browser.answer('New subject on depot', SUBJECT);
    await browser.take('Type of the schema', 'AVRO');
    await workbench.page.locator('.view-line').filter({ hasText: '"record"' }).first().waitFor();
    await browser.edit(record(ID));
    await press('Check Schema Compatibility');
    await browser.told(`${SUBJECT} has no version yet: this may be the first`);
    await browser.pictures('schemas-draft');
    expect(await register(record(ID))).toMatch(new RegExp(`^${SUBJECT}: registered with id \\d+$`));
    await browser.row(SUBJECT).waitFor();
    expect(await versions()).toEqual([1]);
  });

  test('a level is set, of the subject and of the registry', async () => {
    await browser.choose(browser.row('Schemas'), 'Set Schema Compatibility');
    await browser.take('Compatibility of depot', 'FULL');
    await until('the level of the registry', async () => JSON.stringify(await ask('/config')).includes('"FULL"'));
    await browser.choose(browser.row(SUBJECT), 'Set Schema Compatibility');
    const title = `Compatibility of ${SUBJECT}`;
    await workbench.page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
    await browser.pictures('schemas-levels');
    await browser.take(title, /^BACKWARD(?!_)/);
    await until('the level of the subject', async () =>
      JSON.stringify(await ask(`/config/${SUBJECT}`)).includes('"BACKWARD"'),
    );
    await browser.choose(browser.row('Schemas'), 'Set Schema Compatibility');
    await browser.take('Compatibility of depot', 'NONE');
    await until('the level of the registry', async () => JSON.stringify(await ask('/config')).includes('"NONE"'));
  });

  test('what is not compatible is told with the reason, and refused', async () => {
    await tab('draft.json');
    await browser.edit(record(ID, MUST));
    await press('Check Schema Compatibility');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    await browser.pictures('schemas-refused');
    const words = await browser.confirm('OK');
    expect(words).toContain(`Not compatible with ${SUBJECT} (BACKWARD)`);
    expect(words).toMatch(/must/i);
    await press('Register Schema');
    expect(await browser.told(`${SUBJECT} refuses it`)).toContain('(BACKWARD)');
    expect(await versions()).toEqual([1]);
  });

  test('what is compatible becomes the next versions, which are compared', async () => {
    await browser.edit(record(ID, NOTE));
    await press('Check Schema Compatibility');
    await browser.told(`This may be the next version of ${SUBJECT} (BACKWARD)`);
    await register(record(ID, NOTE));
    await register(record(ID, NOTE, WEIGHT));
    expect(await versions()).toEqual([1, 2, 3]);
    await browser.open(SUBJECT);
    await version(3).waitFor();
    await browser.choose(version(3), 'Compare Schema Versions');
    await browser.take(`Compare version 3 of ${SUBJECT} with`, 'Version 1');
    const diff = workbench.page.locator('.monaco-diff-editor').first();
    await diff.locator('.editor.modified .view-line').filter({ hasText: 'weight' }).first().waitFor();
    expect(await diff.locator('.editor.original .view-line').filter({ hasText: 'note' }).count()).toBe(0);
    await workbench.page
      .locator('.tab')
      .filter({ hasText: `${SUBJECT}: 1 ↔ 3` })
      .waitFor();
    await browser.pictures('schemas-diff');
    await version(1).click();
    await workbench.page.locator('.tab').filter({ hasText: 'version 1.json' }).waitFor();
  });

  test('a version is deleted softly, and brought back as the newest', async () => {
    await browser.choose(version(2), 'Delete Subject or Version');
    await browser.answer(`Delete version 2 of ${SUBJECT}`, SUBJECT);
    await version(2).waitFor({ state: 'detached' });
    expect(await versions()).toEqual([1, 3]);
    await browser.choose(browser.row(SUBJECT), 'Restore Deleted Schema Version');
    await browser.take(`Restore which version of ${SUBJECT}?`, 'Version 2');
    expect(await browser.told('is the newest now')).toMatch(new RegExp(`^${SUBJECT}: version 2 is the newest now, id`));
    await version(4).waitFor();
    expect(await versions()).toEqual([1, 3, 4]);
  });

  test('read-only: what writes is not offered, and refused where it is asked for', async () => {
    await browser.choose(browser.row('depot'), 'Make Kafka Connection Read-Only');
    await browser.row('depot').filter({ hasText: 'read-only' }).waitFor();
    await browser.row(SUBJECT).waitFor();
    expect(await browser.entries(browser.row(SUBJECT), 'Show Schema')).toEqual([
      'Show Schema',
      'Compare Schema Versions',
      'Copy Name',
    ]);
    for (const [title, refused] of [
      ['Edit Schema', 'Registering a schema is refused'],
      ['Delete Subject or Version', 'Deleting a subject is refused'],
      ['Set Schema Compatibility', 'Setting a compatibility level is refused'],
    ] as const) {
      await workbench.command(`Millrace: ${title}`);
      await browser.take('which subject', SUBJECT);
      expect(await browser.told(refused)).toContain('the connection depot is read-only');
    }
    await browser.choose(browser.row('depot'), 'Allow Writes on Kafka Connection');
    await browser.row('depot').filter({ hasText: 'read-only' }).waitFor({ state: 'detached' });
  });

  test('a subject is deleted softly, then for good', async () => {
    const remove = async (kind: string): Promise<void> => {
      await browser.take(`Delete ${SUBJECT}`, kind);
      await browser.answer(`Delete the subject ${SUBJECT}`, SUBJECT);
      await browser.row(SUBJECT).waitFor({ state: 'detached' });
    };
    await browser.row(SUBJECT).waitFor();
    await browser.choose(browser.row(SUBJECT), 'Delete Subject or Version');
    await workbench.page
      .locator('.quick-input-title')
      .filter({ hasText: `Delete ${SUBJECT}` })
      .waitFor();
    await browser.pictures('schemas-delete');
    await remove('Softly');
    expect(await ask('/subjects')).not.toContain(SUBJECT);
    expect(await ask('/subjects?deleted=true')).toContain(SUBJECT);
    // It is in the tree no more, but in the palette's list.
    await workbench.command('Millrace: Delete Subject or Version');
    await browser.take('Delete which subject?', new RegExp(`${SUBJECT}.*softly deleted`));
    expect(await browser.offered(`Delete ${SUBJECT}`)).toEqual(['For good']);
    await remove('For good');
    await until(
      'the subject to be gone',
      async () => !((await ask('/subjects?deleted=true')) as string[]).includes(SUBJECT),
    );
  });
});
