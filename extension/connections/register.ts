import * as vscode from 'vscode';
import { registerCommand } from '../commands.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import type { Kernels } from '../notebook/kernels.ts';
import { NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import { type Connection, GatewayConnection, type LocalConnection } from './connection.ts';
import { ConnectionBook, keyOf } from './connection-book.ts';
import { ConnectionForms } from './form-panel.ts';
import { describeFindings } from './probe.ts';
import { ConnectionSecrets } from './secrets.ts';
import { type ConnectionSetting, readConnections, writtenConnection } from './settings.ts';
import { exportConnections, importConnections } from './transfer.ts';
import { ConnectionTree } from './tree.ts';

const SETTING = 'connections';
const DEFAULT = 'defaultConnection';

/** The connections of this window, as the settings have them now. */
export function connectionBook(context: vscode.ExtensionContext, local: LocalConnection): ConnectionBook {
  return new ConnectionBook(local, { secrets: new ConnectionSecrets(context.secrets), folder: workspaceFolder });
}

/** Name of the connection on which notebooks begin; empty: the local runtime. */
export function defaultConnection(): string {
  return vscode.workspace.getConfiguration('millrace').get<string>(DEFAULT, '');
}

/** The tree, the form and the commands of connections; kernels follow the settings. */
export function registerConnections(
  context: vscode.ExtensionContext,
  log: Log,
  book: ConnectionBook,
  kernels: Kernels,
): Disposable {
  const disposables = new DisposableList();
  const read = (): void => {
    book.read(vscode.workspace.getConfiguration('millrace').get(SETTING));
    for (const problem of book.problems) log.warn(problem);
    kernels.setConnections(
      book.remote.map((connection) => ({ key: keyOf(connection.setting), create: () => connection })),
    );
  };
  read();
  const tree = disposables.add(new ConnectionTree(book, defaultConnection));
  const forms = disposables.add(
    new ConnectionForms({
      extension: context.extensionUri,
      log,
      secrets: context.secrets,
      folder: workspaceFolder,
      taken: (except) => [book.local.label, ...book.settings.map(({ name }) => name)].filter((name) => name !== except),
      save: async (setting, old) => {
        const at = book.settings.findIndex(({ name }) => name === old);
        const list = at < 0 ? [...book.settings, setting] : book.settings.with(at, setting);
        await writeConnections(list);
        if (old !== undefined && old !== setting.name && defaultConnection() === old) await writeDefault(setting.name);
      },
    }),
  );
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`millrace.${SETTING}`)) {
        read();
        if (tree.view.visible) void book.checkAll();
      }
      if (change.affectsConfiguration(`millrace.${DEFAULT}`)) tree.update();
    }),
  );

  /** The connection that a command of the tree is about, else one that the person picks. */
  const chosen = async (given: unknown, title: string, all: readonly Connection[]): Promise<Connection | undefined> => {
    const known = all.find((connection) => connection === given);
    if (known) return known;
    if (all.length === 0) throw new Error(vscode.l10n.t('The setting millrace.connections has no connection'));
    const items = all.map((connection) => ({
      label: connection.label,
      description: connection.description,
      connection,
    }));
    return (await vscode.window.showQuickPick(items, { title }))?.connection;
  };
  const chosenSetting = async (given: unknown, title: string): Promise<ConnectionSetting | undefined> => {
    const connection = await chosen(given, title, book.remote);
    return connection instanceof GatewayConnection
      ? book.settings.find(({ name }) => name === connection.setting.name)
      : undefined;
  };
  const setReadOnly = async (given: unknown, readOnly: boolean): Promise<void> => {
    const setting = await chosenSetting(
      given,
      readOnly ? vscode.l10n.t('Make which connection read-only?') : vscode.l10n.t('Allow writes on which?'),
    );
    if (!setting) return;
    await writeConnections(book.settings.map((one) => (one.name === setting.name ? { ...one, readOnly } : one)));
  };

  disposables.add(registerCommand(log, 'millrace.refreshConnections', () => tree.refresh()));
  disposables.add(
    registerCommand(
      log,
      'millrace.addConnection',
      (begin?: { url?: unknown; jobManager?: unknown; name?: unknown }) => {
        const text = (value: unknown, other: string): string => (typeof value === 'string' ? value : other);
        forms.open(undefined, {
          name: text(begin?.name, ''),
          url: text(begin?.url, 'http://localhost:8083'),
          jobManager: text(begin?.jobManager, 'http://localhost:8081'),
        });
      },
    ),
  );
  disposables.add(
    registerCommand(log, 'millrace.editConnection', async (given: unknown) => {
      const setting = await chosenSetting(given, vscode.l10n.t('Edit which connection?'));
      if (setting) forms.open(setting);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.removeConnection', async (given: unknown) => {
      const setting = await chosenSetting(given, vscode.l10n.t('Remove which connection?'));
      if (!setting) return;
      const detail = vscode.l10n.t(
        'Its sessions are closed. Its secrets are removed too, where no other connection needs them.',
      );
      const remove = vscode.l10n.t('Remove');
      const question = vscode.l10n.t('Remove the connection {0}?', setting.name);
      if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) !== remove) return;
      const rest = book.settings.filter(({ name }) => name !== setting.name);
      await writeConnections(rest);
      if (defaultConnection() === setting.name) await writeDefault('');
      const secrets = new ConnectionSecrets(context.secrets);
      const needed = new Set(rest.flatMap(({ url, jobManager = url }) => [url, jobManager].map(originOf)));
      for (const url of [setting.url, setting.jobManager ?? setting.url]) {
        if (!needed.has(originOf(url))) await secrets.set(url, {});
      }
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.testConnection', async (given: unknown) => {
      const connection = await chosen(given, vscode.l10n.t('Test which connection?'), book.all);
      if (!connection) return;
      const state = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Testing {0}…', connection.label) },
        () => book.check(connection),
      );
      if (state.kind === 'failed') throw new Error(`${connection.label}: ${state.message}`);
      if (state.kind === 'ok') {
        void vscode.window.showInformationMessage(
          `${connection.label}: ${describeFindings(state.findings).join('; ')}`,
        );
      }
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.setDefaultConnection', async (given: unknown) => {
      const connection = await chosen(given, vscode.l10n.t('On which connection shall notebooks begin?'), book.all);
      if (connection) await writeDefault(connection === book.local ? '' : connection.label);
    }),
  );
  disposables.add(registerCommand(log, 'millrace.makeReadOnly', (given: unknown) => setReadOnly(given, true)));
  disposables.add(registerCommand(log, 'millrace.allowWrites', (given: unknown) => setReadOnly(given, false)));
  disposables.add(
    registerCommand(log, 'millrace.exportConnections', async () => {
      if (book.settings.length === 0) throw new Error(vscode.l10n.t('There is no connection to export'));
      const target = await vscode.window.showSaveDialog({
        title: vscode.l10n.t('Export connections (without secrets)'),
        defaultUri: vscode.Uri.joinPath(
          vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/'),
          'connections.json',
        ),
        filters: { JSON: ['json'] },
      });
      if (!target) return;
      await vscode.workspace.fs.writeFile(target, Buffer.from(exportConnections(book.settings)));
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('Millrace: {0} connections exported, without secrets', book.settings.length),
        5000,
      );
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.importConnections', async () => {
      const [source] =
        (await vscode.window.showOpenDialog({
          title: vscode.l10n.t('Import connections'),
          filters: { JSON: ['json'] },
        })) ?? [];
      if (!source) return;
      const imported = importConnections(Buffer.from(await vscode.workspace.fs.readFile(source)).toString('utf8'));
      const names = new Set(imported.map(({ name }) => name));
      const known = book.settings.filter(({ name }) => names.has(name)).map(({ name }) => name);
      const replace = vscode.l10n.t('Replace');
      if (known.length > 0) {
        const question = vscode.l10n.t('Replace {0}?', known.join(', '));
        const detail = vscode.l10n.t('There are connections of these names already.');
        if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, replace)) !== replace) return;
      }
      await writeConnections([...book.settings.filter(({ name }) => !names.has(name)), ...imported]);
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('Millrace: {0} connections imported; secrets are to be set', imported.length),
        5000,
      );
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.setConnectionToken', async (given: unknown) => {
      const setting = await chosenSetting(given, vscode.l10n.t('Token of which connection?'));
      if (!setting) return;
      const token = await vscode.window.showInputBox({
        title: vscode.l10n.t('Token of {0}', setting.name),
        prompt: vscode.l10n.t('Sent as bearer token; leave empty to remove it'),
        password: true,
        ignoreFocusOut: true,
      });
      if (token === undefined) return;
      const secrets = new ConnectionSecrets(context.secrets);
      for (const url of new Set([setting.url, setting.jobManager ?? setting.url])) await secrets.change(url, { token });
      if (token !== '' && setting.auth !== undefined && setting.auth !== 'bearer') {
        await writeConnections(
          book.settings.map((one) => (one.name === setting.name ? { ...one, auth: 'bearer' } : one)),
        );
      }
      if (tree.view.visible) void book.checkAll();
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.useConnection', async (given: unknown) => {
      const connection = await chosen(given, vscode.l10n.t('Where shall the notebook run?'), book.all);
      if (connection) await select(context, kernels, connection);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.selectConnection', async () => {
      const notebook = vscode.window.activeNotebookEditor?.notebook;
      if (notebook?.notebookType !== NOTEBOOK_TYPE) throw new Error(vscode.l10n.t('No Flink SQL notebook is open'));
      const current = kernels.of(notebook).connection;
      const items = book.all.map((connection) => ({
        label: connection.label,
        description: connection.id === current.id ? 'current' : '',
        detail: connection.readOnly ? `${connection.description}, read-only` : connection.description,
        connection,
      }));
      const add = {
        label: vscode.l10n.t('$(add) Add SQL Gateway Connection…'),
        description: '',
        detail: '',
        connection: undefined,
      };
      const picked = await vscode.window.showQuickPick([...items, add], {
        title: vscode.l10n.t('Where shall the notebook run?'),
      });
      if (!picked) return;
      if (picked.connection === undefined) await vscode.commands.executeCommand('millrace.addConnection');
      else await select(context, kernels, picked.connection);
    }),
  );
  return disposables;
}

async function select(context: vscode.ExtensionContext, kernels: Kernels, connection: Connection): Promise<void> {
  if (vscode.window.activeNotebookEditor?.notebook.notebookType !== NOTEBOOK_TYPE) {
    throw new Error(vscode.l10n.t('No Flink SQL notebook is open'));
  }
  const kernel = kernels.all.find((one) => one.connection === connection);
  if (!kernel) throw new Error(vscode.l10n.t('There is no connection {0} any more', connection.label));
  const { id } = kernel.controller;
  await vscode.commands.executeCommand('notebook.selectKernel', { id, extension: context.extension.id });
}

/** Writes the setting where it is: the workspace's wins over the user's. */
/** Makes these the connections of the settings. */
export async function writeConnections(settings: readonly ConnectionSetting[]): Promise<void> {
  const config = vscode.workspace.getConfiguration('millrace');
  const { workspaceValue } = config.inspect(SETTING) ?? {};
  const target =
    workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  // Entries that cannot be read are the person's to mend: they stay.
  const unread = (config.get<unknown[]>(SETTING) ?? []).filter(
    (entry) => readConnections([entry]).connections.length === 0,
  );
  await config.update(SETTING, [...settings.map(writtenConnection), ...unread], target);
}

async function writeDefault(name: string): Promise<void> {
  const config = vscode.workspace.getConfiguration('millrace');
  const { workspaceValue } = config.inspect(DEFAULT) ?? {};
  const target =
    workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await config.update(DEFAULT, name === '' ? undefined : name, target);
}

function workspaceFolder(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}

function originOf(url: string): string {
  return new URL(url).origin;
}
