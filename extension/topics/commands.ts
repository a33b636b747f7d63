import * as vscode from 'vscode';
import { registerCommand } from '../commands.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import { pickLink, pickTopic } from './ask.ts';
import type { KafkaBook } from './book.ts';
import type { KafkaForms } from './form-panel.ts';
import { deleteGroup } from './group-panel.ts';
import type { KafkaLink } from './link.ts';
import type { KafkaPanels } from './panels.ts';
import { probeKafka } from './probe.ts';
import { schemaCommands } from './schema-commands.ts';
import type { KafkaSecretBook } from './secrets.ts';
import type { KafkaSetting } from './settings.ts';
import { addPartitions, createTopic, deleteTopic, purgeTopic } from './topic-actions.ts';
import type { KafkaNode, KafkaTree } from './tree.ts';

export interface KafkaCommandParts {
  readonly log: Log;
  readonly book: KafkaBook;
  readonly tree: KafkaTree;
  readonly forms: KafkaForms;
  readonly panels: KafkaPanels;
  readonly secrets: KafkaSecretBook;
  readonly write: (settings: readonly KafkaSetting[]) => Promise<void>;
}

interface Named {
  readonly link: KafkaLink;
  readonly topic: string;
}

/** The commands of the tree of Kafka. */
export function kafkaCommands({ log, book, tree, forms, panels, secrets, write }: KafkaCommandParts): Disposable {
  const disposables = new DisposableList();
  const nodeOf = (given: unknown): Partial<KafkaNode> => (given ?? {}) as Partial<KafkaNode>;
  const linkOf = async (given: unknown, title: string): Promise<KafkaLink | undefined> =>
    nodeOf(given).link ?? pickLink(book, title);
  /** From the tree, from a topic's view, or chosen. */
  const topicOf = async (given: unknown, title: string): Promise<Named | undefined> => {
    const link = await linkOf(given, title);
    if (!link) return undefined;
    const { topic } = (given ?? {}) as { readonly topic?: string | { readonly name: string } };
    const name = typeof topic === 'string' ? topic : (topic?.name ?? (await pickTopic(link, title)));
    return name === undefined ? undefined : { link, topic: name };
  };
  const writable = (title: string) => pickLink(book, title, ({ readOnly }) => !readOnly);
  const setReadOnly = async (given: unknown, readOnly: boolean): Promise<void> => {
    const link = await linkOf(
      given,
      readOnly ? vscode.l10n.t('Make which connection read-only?') : vscode.l10n.t('Allow writes on which?'),
    );
    if (!link) return;
    await write(
      book.settings.map((one) => {
        const { readOnly: _, ...rest } = one;
        return one.name !== link.name ? one : readOnly ? { ...rest, readOnly } : rest;
      }),
    );
  };
  const all = [
    registerCommand(log, 'millrace.refreshKafka', () => tree.refresh()),
    registerCommand(log, 'millrace.editKafkaConnection', async (given: unknown) => {
      const link = await linkOf(given, vscode.l10n.t('Edit which connection?'));
      if (link) forms.open(link.setting);
    }),
    registerCommand(log, 'millrace.testKafkaConnection', async (given: unknown) => {
      const link = await linkOf(given, vscode.l10n.t('Test which connection?'));
      if (!link) return;
      const location = vscode.ProgressLocation.Notification;
      const { lines } = await vscode.window.withProgress(
        { location, title: vscode.l10n.t('Testing {0}…', link.name) },
        () => probeKafka(link, AbortSignal.timeout(15_000)),
      );
      void vscode.window.showInformationMessage(`${link.name}: ${lines.join('; ')}`);
    }),
    registerCommand(log, 'millrace.removeKafkaConnection', async (given: unknown) => {
      const link = await linkOf(given, vscode.l10n.t('Remove which connection?'));
      if (!link) return;
      const detail = vscode.l10n.t(
        'Nothing changes on the brokers. Its secrets are removed where no other connection needs them.',
      );
      const remove = vscode.l10n.t('Remove');
      const question = vscode.l10n.t('Remove the connection {0}?', link.name);
      if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) !== remove) return;
      const rest = book.settings.filter(({ name }) => name !== link.name);
      await write(rest);
      await secrets.forget(link.setting, rest);
    }),
    registerCommand(log, 'millrace.makeKafkaReadOnly', (given: unknown) => setReadOnly(given, true)),
    registerCommand(log, 'millrace.allowKafkaWrites', (given: unknown) => setReadOnly(given, false)),
    registerCommand(log, 'millrace.filterKafka', async () => {
      const typed = await vscode.window.showInputBox({
        title: vscode.l10n.t('Show only names with'),
        value: tree.filter,
        placeHolder: vscode.l10n.t('empty: all'),
      });
      if (typed !== undefined) tree.setFilter(typed);
    }),
    registerCommand(log, 'millrace.toggleInternalTopics', () => tree.toggleInternal()),
    registerCommand(log, 'millrace.createTopic', async (given: unknown) => {
      const link = nodeOf(given).link ?? (await writable(vscode.l10n.t('Create a topic on which connection?')));
      const name = link && (await createTopic(link));
      if (link && name) panels.topic(link, name);
    }),
    registerCommand(log, 'millrace.deleteTopic', async (given: unknown) => {
      const named = await topicOf(given, vscode.l10n.t('Delete which topic?'));
      if (named && (await deleteTopic(named.link, named.topic))) panels.closeTopic(named.link, named.topic);
    }),
    registerCommand(log, 'millrace.addPartitions', async (given: unknown) => {
      const named = await topicOf(given, vscode.l10n.t('Add partitions to which topic?'));
      if (named) await addPartitions(named.link, named.topic);
    }),
    registerCommand(log, 'millrace.purgeTopic', async (given: unknown) => {
      const named = await topicOf(given, vscode.l10n.t('Purge which topic?'));
      if (named && (await purgeTopic(named.link, named.topic))) panels.opened(named.link, named.topic)?.readAgain();
    }),
    registerCommand(log, 'millrace.createTableForTopic', async (given: unknown) => {
      const named = await topicOf(given, vscode.l10n.t('Table over which topic?'));
      if (!named) return;
      const { openTableNotebook, tableOf } = await import('./table.ts');
      await openTableNotebook(await tableOf(named.link, named.topic, { key: 'auto', value: 'auto' }));
    }),
    registerCommand(log, 'millrace.produce', async (given: unknown) => {
      const named = await topicOf(given, vscode.l10n.t('Write to which topic?'));
      if (!named) return;
      const { newProduceDocument } = await import('./produce-document.ts');
      await newProduceDocument(named.link, named.topic);
    }),
    registerCommand(log, 'millrace.sendMessages', async () => {
      const document = vscode.window.activeTextEditor?.document;
      if (!document) throw new Error(vscode.l10n.t('Open the document of messages that are to be sent'));
      const { sendDocument } = await import('./produce-document.ts');
      await sendDocument(book, document);
    }),
    registerCommand(log, 'millrace.showGroup', async (given: unknown) => {
      const node = nodeOf(given);
      const link = await linkOf(given, vscode.l10n.t('Group of which connection?'));
      if (!link) return;
      const id = node.kind === 'group' ? node.group?.id : await pickGroup(link);
      if (id !== undefined) panels.group(link, id);
    }),
    registerCommand(log, 'millrace.deleteGroup', async (given: unknown) => {
      const node = nodeOf(given);
      const link = await linkOf(given, vscode.l10n.t('Group of which connection?'));
      if (!link) return;
      const id = node.kind === 'group' ? node.group?.id : await pickGroup(link);
      if (id !== undefined && (await deleteGroup(link, id))) panels.closeGroup(link, id);
    }),
    registerCommand(log, 'millrace.copyKafkaName', async (given: unknown) => {
      const node = nodeOf(given);
      const name = node.kind === 'topic' ? node.topic?.name : node.kind === 'group' ? node.group?.id : subjectOf(given);
      if (name !== undefined) await vscode.env.clipboard.writeText(name);
    }),
    schemaCommands({ log, book }),
  ];
  for (const one of all) disposables.add(one);
  return disposables;
}

function subjectOf(given: unknown): string | undefined {
  const { subject } = (given ?? {}) as { readonly subject?: unknown };
  return typeof subject === 'string' ? subject : undefined;
}

async function pickGroup(link: KafkaLink): Promise<string | undefined> {
  const list = link.groups ?? (await link.listGroups());
  if (list.problem !== undefined) throw new Error(list.problem);
  const items = list.items.map(({ id, type, state }) => ({ label: id, description: `${type} · ${state}` }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Group of {0}', link.name) }))?.label;
}
