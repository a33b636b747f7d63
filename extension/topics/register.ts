import * as vscode from 'vscode';
import type { TopicRequest } from '../../webviews/topics/messages.ts';
import { registerCommand } from '../commands.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { ActiveEnvironment } from '../environments/active-environment.ts';
import type { Jobs } from '../jobs/register.ts';
import type { Log } from '../log.ts';
import type { ResultActions } from '../notebook/result-hub.ts';
import type { RowFilters } from '../results/row-filters.ts';
import { pickLink, pickTopic, topicOfMetric } from './ask.ts';
import { KafkaBook } from './book.ts';
import { kafkaCommands } from './commands.ts';
import { Conditions } from './conditions.ts';
import { writtenKafkaConnection } from './draft.ts';
import { KafkaForms } from './form-panel.ts';
import { JobLags } from './job-lags.ts';
import type { KafkaLink, LinkSources } from './link.ts';
import { KafkaPanels } from './panels.ts';
import { SCHEMA_SCHEME, SchemaDocuments } from './schemas.ts';
import { KafkaSecretBook } from './secrets.ts';
import { readKafkaConnections } from './settings.ts';
import { addPartitions, deleteTopic, purgeTopic } from './topic-actions.ts';
import type { TopicPanel } from './topic-panel.ts';
import { KafkaTree } from './tree.ts';
import { usageOf } from './workspace.ts';

const SETTING = 'kafkaConnections';

export interface TopicBrowserParts {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly environment: ActiveEnvironment;
  readonly jobs: Jobs;
  readonly actions: ResultActions;
  readonly filters: RowFilters;
  /** Path of the bundle that tests conditions over messages. */
  readonly filterScript: string;
}

/** What a connection's lists have, for completion. */
export interface KafkaNames {
  readonly topics: readonly string[];
  readonly subjects: readonly string[];
}

export interface TopicBrowser extends Disposable {
  /** Topics and subjects of all connections, as they were listed last. */
  names(): KafkaNames;
  onNames(listener: () => void): Disposable;
}

/** Kafka in the side bar: connections, topics, groups and schemas, their views and commands. What few need is loaded when it is used. */
export function registerTopics(parts: TopicBrowserParts): TopicBrowser {
  const { context, log, environment, jobs, actions, filters } = parts;
  const disposables = new DisposableList();
  const secrets = new KafkaSecretBook(context.secrets);
  const sources: LinkSources = {
    secrets,
    folder: () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
    hosts: async () => (await environment.surroundings()).environment.hosts,
    openAdmin: async ({ properties, hosts, isReadOnly }) => {
      const { connectionFromProperties, openKafkaAdmin } = await import('../../clients/kafka/index.ts');
      return openKafkaAdmin({ connection: connectionFromProperties(properties, 'millrace'), hosts, isReadOnly });
    },
    openDecoder: async (schemas) => (await import('../../topics/decode/decoder.ts')).messageDecoder(schemas),
  };
  const book = disposables.add(new KafkaBook(sources));
  const read = (): void => {
    book.read(vscode.workspace.getConfiguration('millrace').get(SETTING));
    for (const problem of book.problems) log.warn(problem);
    void vscode.commands.executeCommand('setContext', 'millrace.hasKafka', book.links.length > 0);
  };
  read();
  const tree = disposables.add(new KafkaTree(book));
  const forms = disposables.add(
    new KafkaForms({
      extension: context.extensionUri,
      log,
      store: context.secrets,
      sources,
      taken: (except) => book.settings.map(({ name }) => name).filter((name) => name !== except),
      save: async (setting, old) => {
        const at = book.settings.findIndex(({ name }) => name === old);
        await writeKafka(at < 0 ? [...book.settings, setting] : book.settings.with(at, setting));
        // Secrets may be others where nothing else is.
        book.find(setting.name)?.reset();
      },
      proposals: async () => (await import('./proposals.ts')).proposals(book.settings),
    }),
  );
  const conditions = disposables.add(new Conditions(parts.filterScript));
  const jobLags = disposables.add(new JobLags((signal) => jobs.look(signal)));
  const ask = async (panel: TopicPanel, request: TopicRequest): Promise<void> => {
    const { link, topic } = panel;
    switch (request.type) {
      case 'act':
        if (request.action === 'produce') await vscode.commands.executeCommand('millrace.produce', { link, topic });
        else if (request.action === 'addPartitions')
          await panel.busy(vscode.l10n.t('Adding partitions…'), () => addPartitions(link, topic));
        else if (request.action === 'purge') {
          // The rows that are shown are of messages that are no more.
          if (await panel.busy(vscode.l10n.t('Purging…'), () => purgeTopic(link, topic))) panel.readAgain();
        } else if (request.action === 'delete') {
          if (await panel.busy(vscode.l10n.t('Deleting…'), () => deleteTopic(link, topic))) panel.dispose();
        } else if (request.action === 'copyAll') {
          const { copyTopic } = await import('./copy-topic.ts');
          await copyTopic({ book, conditions }, link, topic, panel.query);
        } else {
          const { openTableNotebook, tableOf } = await import('./table.ts');
          await openTableNotebook(await tableOf(link, topic, panel.choice));
        }
        return;
      case 'messages':
        if (request.verb === 'copy') {
          const { copyMessages } = await import('./message-actions.ts');
          await copyMessages(book, link, topic, request.places);
        } else if (request.verb === 'redrive') {
          const { redriveMessages } = await import('./redrive.ts');
          await redriveMessages(book, link, topic, request.places);
        } else {
          const { editMessages } = await import('./edit-messages.ts');
          await editMessages(link, topic, request.places, panel.choice);
        }
        return;
      case 'openGroup':
        panels.group(link, request.group);
        return;
      case 'openTable': {
        const at = new vscode.Position(request.line, 0);
        const uri = vscode.Uri.parse(request.uri);
        if (uri.path.endsWith('.flinknb')) await vscode.commands.executeCommand('vscode.open', uri);
        else await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
        return;
      }
      case 'showJob': {
        const job = jobs.listed().find(({ id }) => id === request.job);
        if (!job) throw new Error(vscode.l10n.t('The job is no longer listed'));
        jobs.show(job);
        return;
      }
      case 'tab':
        panel.send({ type: 'usage', usage: await usageOf(topic, jobs.listed()) });
        try {
          const { tableOf } = await import('./table.ts');
          panel.send({ type: 'table', table: await tableOf(link, topic, panel.choice) });
        } catch (error) {
          panel.send({ type: 'table', table: error instanceof Error ? error.message : String(error) });
        }
        return;
      default:
    }
  };
  const panels: KafkaPanels = disposables.add(
    new KafkaPanels(
      { extension: context.extensionUri, log, actions, filters, conditions, jobLags, ask },
      {
        extension: context.extensionUri,
        log,
        unread: (link, topic, partition, offset) =>
          void panels.topic(link, topic, { from: 'offset', offset, partitions: [partition] }),
      },
    ),
  );
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`millrace.${SETTING}`)) read();
      if (change.affectsConfiguration('millrace.environment') || change.affectsConfiguration('millrace.environments'))
        book.reset();
    }),
  );
  disposables.add(
    vscode.workspace.registerTextDocumentContentProvider(SCHEMA_SCHEME, new SchemaDocuments((name) => book.find(name))),
  );
  disposables.add(
    registerCommand(log, 'millrace.addKafkaConnection', (begin?: unknown) => {
      const bootstrap = (begin as { bootstrap?: unknown } | undefined)?.bootstrap;
      forms.open(undefined, typeof bootstrap === 'string' ? { bootstrap } : {});
    }),
  );
  disposables.add(kafkaCommands({ log, book, tree, forms, panels, secrets, write: writeKafka }));
  disposables.add(
    registerCommand(log, 'millrace.showTopic', async (given: unknown) => {
      const { metric } = (given ?? {}) as { readonly metric?: unknown };
      if (typeof metric === 'string') {
        const found = await topicOfMetric(book, metric);
        if (found) panels.topic(found.link, found.name).show('consumers');
        return;
      }
      const node = given as
        | { readonly link?: KafkaLink; readonly topic?: { readonly name: string }; readonly newest?: boolean }
        | undefined;
      const link = node?.link ?? (await pickLink(book, vscode.l10n.t('Topic of which connection?')));
      if (!link) return;
      const name = node?.topic?.name ?? (await pickTopic(link, vscode.l10n.t('Topic of {0}', link.name)));
      if (name) panels.topic(link, name, node?.newest ? { from: 'newest' } : undefined);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.showTopics', async (given: unknown) => {
      const link =
        (given as { readonly link?: KafkaLink } | undefined)?.link ??
        (await pickLink(book, vscode.l10n.t('Topics of which connection?')));
      if (link) panels.topics(link);
    }),
  );
  return {
    names: () => namesOf(book),
    onNames: (listener) => ({ dispose: book.onChange(listener) }),
    dispose: () => disposables.dispose(),
  };
}

function namesOf(book: KafkaBook): KafkaNames {
  const topics = book.links.flatMap(({ topics: list }) =>
    (list?.items ?? []).filter(({ isInternal }) => !isInternal).map(({ name }) => name),
  );
  const subjects = book.links.flatMap(({ subjects: list }) => list?.items ?? []);
  return { topics: [...new Set(topics)].sort(), subjects: [...new Set(subjects)].sort() };
}

/** Writes the setting where it is: the workspace's wins over the user's. */
async function writeKafka(settings: KafkaBook['settings']): Promise<void> {
  const config = vscode.workspace.getConfiguration('millrace');
  const { workspaceValue } = config.inspect(SETTING) ?? {};
  const target =
    workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  // Entries that cannot be read are the person's to mend: they stay.
  const unread = (config.get<unknown[]>(SETTING) ?? []).filter(
    (entry) => readKafkaConnections([entry]).connections.length === 0,
  );
  await config.update(SETTING, [...settings.map(writtenKafkaConnection), ...unread], target);
}
