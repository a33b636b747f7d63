import * as vscode from 'vscode';
import { askNumber, assertLinkWritable, typedName, withProgress } from './ask.ts';
import type { KafkaLink } from './link.ts';
import { countText, plural } from './words.ts';

/** Asks for what a new topic needs, and makes it. Gives its name. */
export async function createTopic(link: KafkaLink): Promise<string | undefined> {
  assertLinkWritable(link, vscode.l10n.t('Creating a topic'));
  const known = new Set((link.topics ?? (await link.listTopics())).items.map(({ name }) => name));
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('New topic on {0}', link.name),
    prompt: vscode.l10n.t('Name'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      known.has(text)
        ? vscode.l10n.t('There is a topic {0} already', text)
        : text === '' || /^[\w.-]{1,249}$/.test(text)
          ? undefined
          : vscode.l10n.t('Letters, digits, dots, dashes and underscores; at most 249'),
  });
  if (!name) return undefined;
  const partitions = await askNumber(vscode.l10n.t('Partitions of {0}', name), 1, 1);
  if (partitions === undefined) return undefined;
  const brokers = (await (await link.admin()).cluster()).brokers.length;
  const replicas =
    brokers === 1 ? 1 : await askNumber(vscode.l10n.t('Replicas of each partition'), Math.min(3, brokers), 1);
  if (replicas === undefined) return undefined;
  const policies = [
    { label: 'delete', description: vscode.l10n.t('old messages are deleted'), configs: {} },
    {
      label: 'compact',
      description: vscode.l10n.t('the last message of each key is kept'),
      configs: { 'cleanup.policy': 'compact' },
    },
    { label: 'compact,delete', description: vscode.l10n.t('both'), configs: { 'cleanup.policy': 'compact,delete' } },
  ];
  const policy = await vscode.window.showQuickPick(policies, {
    title: vscode.l10n.t('Cleanup policy of {0}', name),
    ignoreFocusOut: true,
  });
  if (!policy) return undefined;
  const admin = await link.admin();
  await withProgress(vscode.l10n.t('Creating {0}', name), () =>
    admin.createTopic({ name, partitions, replicas, configs: policy.configs as Record<string, string> }),
  );
  await link.listTopics();
  return name;
}

/** Gives whether the topic was deleted. */
export async function deleteTopic(link: KafkaLink, name: string): Promise<boolean> {
  assertLinkWritable(link, vscode.l10n.t('Deleting a topic'));
  const detail = vscode.l10n.t('The topic and all of its messages are lost.');
  if (!(await typedName(vscode.l10n.t('Delete the topic {0} on {1}', name, link.name), detail, name))) return false;
  const admin = await link.admin();
  await withProgress(vscode.l10n.t('Deleting {0}', name), () => admin.deleteTopic(name));
  await link.listTopics();
  return true;
}

export async function addPartitions(link: KafkaLink, name: string): Promise<void> {
  assertLinkWritable(link, vscode.l10n.t('Adding partitions'));
  const admin = await link.admin();
  const now = (await admin.topic(name)).partitions.length;
  const total = await askNumber(
    vscode.l10n.t('Partitions of {0}: {1} now, how many then?', name, now),
    now + 1,
    now + 1,
  );
  if (total === undefined) return;
  const add = vscode.l10n.t('Add Partitions');
  const detail = vscode.l10n.t(
    'Kafka cannot take them away again, and keys go to other partitions from then on: their order with earlier messages is lost.',
  );
  const question = vscode.l10n.t('Give {0} {1} partitions?', name, total);
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, add)) !== add) return;
  await admin.addPartitions(name, total);
  await link.listTopics();
}

/** Deletes the messages that are there now. Gives whether it did. */
export async function purgeTopic(link: KafkaLink, name: string): Promise<boolean> {
  assertLinkWritable(link, vscode.l10n.t('Purging a topic'));
  const admin = await link.admin();
  const { partitions } = await admin.topic(name);
  const there = partitions.reduce((sum, one) => sum + (one.latest ?? 0n) - (one.earliest ?? 0n), 0n);
  const detail = vscode.l10n.t('{0} are deleted; the topic stays.', plural(there, 'message'));
  if (!(await typedName(vscode.l10n.t('Purge the topic {0} on {1}', name, link.name), detail, name))) return false;
  const after = await withProgress(vscode.l10n.t('Purging {0}', name), () => admin.purge(name, 'latest'));
  const offsets = after.map(({ partition, earliest }) => `${partition}: ${countText(earliest)}`).join(', ');
  vscode.window.setStatusBarMessage(vscode.l10n.t('Millrace: {0} begins at {1}', name, offsets), 6000);
  await link.listTopics();
  return true;
}
