import * as vscode from 'vscode';
import type { LocalCluster, LocalClusters, Role } from '../../clusters/index.ts';
import { registerCommand } from '../commands.ts';
import type { ConnectionBook } from '../connections/connection-book.ts';
import { writeConnections } from '../connections/register.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import type { LogChannel } from './log-channel.ts';

/** A daemon that takes longer to answer is not offered. */
const DOCKER_MS = 2000;

/** Names of the clusters of which a server runs, or of which that is not known. */
async function running(all: LocalClusters): Promise<string[]> {
  const names = all.list().map(async (cluster) => {
    const alive = await all.alive(cluster).catch(() => ({ docker: true }));
    return Object.values(alive).some(Boolean) ? [cluster.name] : [];
  });
  return (await Promise.all(names)).flat();
}

/** Commands for Flink session clusters of this machine. A cluster outlives the window; each is a connection while it runs. */
export function registerClusters(log: Log, book: ConnectionBook): Disposable {
  const disposables = new DisposableList();
  const channels = new Map<string, LogChannel>();
  disposables.add({ dispose: () => [...channels.values()].map((channel) => channel.dispose()) });
  // Read when first used: most windows never start a cluster.
  let made: Promise<LocalClusters> | undefined;
  const clusters = (): Promise<LocalClusters> => {
    made ??= import('../../clusters/local-clusters.ts').then(({ LocalClusters: Made }) => new Made());
    return made;
  };

  const connect = async ({ name, gatewayUrl, jobManagerUrl }: LocalCluster): Promise<void> => {
    const others = book.settings.filter((setting) => setting.name !== name);
    await writeConnections([...others, { name, url: gatewayUrl, jobManager: jobManagerUrl }]);
  };
  const disconnect = async ({ name, gatewayUrl }: LocalCluster): Promise<void> => {
    const others = book.settings.filter((setting) => setting.name !== name || setting.url !== gatewayUrl);
    if (others.length < book.settings.length) await writeConnections(others);
  };
  const chosen = async (title: string): Promise<LocalCluster | undefined> => {
    const all = (await clusters()).list();
    if (all.length === 0)
      throw new Error(vscode.l10n.t('No local Flink cluster runs: "Millrace: Start Local Flink Cluster" starts one'));
    if (all.length === 1) return all[0];
    const items = all.map((cluster) => ({ label: cluster.name, description: `Flink ${cluster.version}`, cluster }));
    return (await vscode.window.showQuickPick(items, { title }))?.cluster;
  };
  const showLog = async (cluster: LocalCluster, role: Role): Promise<void> => {
    const file = (await clusters()).log(cluster, role);
    let channel = channels.get(file);
    if (!channel) {
      const { LogChannel: Channel } = await import('./log-channel.ts');
      channel = new Channel(`${cluster.name} ${role}`, file);
      channels.set(file, channel);
    }
    channel.show();
  };

  disposables.add(
    registerCommand(log, 'millrace.startLocalCluster', async () => {
      const all = await clusters();
      const { askForCluster } = await import('./ask.ts');
      const { missingDocker } = await import('../../clusters/containers.ts');
      const docker = async (): Promise<boolean> => (await missingDocker(AbortSignal.timeout(DOCKER_MS))) === undefined;
      const wanted = await askForCluster(await running(all), () => docker().catch(() => false));
      if (!wanted) return;
      const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
      const title = vscode.l10n.t('Local Flink cluster {0}', wanted.name);
      const location = vscode.ProgressLocation.Notification;
      let given = false;
      const cluster = await vscode.window.withProgress(
        { location, title, cancellable: true },
        async (progress, token) => {
          const abort = new AbortController();
          token.onCancellationRequested(() => {
            given = true;
            abort.abort(new Error(vscode.l10n.t('Cancelled')));
          });
          const tell = (text: string): void => {
            log.info(`${wanted.name}: ${text}`);
            progress.report({ message: text });
          };
          try {
            return await all.start({ ...wanted, cwd, progress: tell, signal: abort.signal });
          } catch (error) {
            if (given) return undefined;
            throw error;
          }
        },
      );
      if (!cluster) return;
      await connect(cluster);
      const [ui, logs] = [vscode.l10n.t('Open Flink UI'), vscode.l10n.t('Show Log')];
      const words = vscode.l10n.t(
        'Flink {0} runs with {1} slots; it is the connection {2}.',
        cluster.version,
        cluster.slots,
        cluster.name,
      );
      void vscode.window.showInformationMessage(words, ui, logs).then((choice) => {
        if (choice === ui) void vscode.env.openExternal(vscode.Uri.parse(cluster.jobManagerUrl));
        if (choice === logs) void showLog(cluster, 'jobmanager');
      });
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.stopLocalCluster', async () => {
      const cluster = await chosen(vscode.l10n.t('Stop which cluster?'));
      if (!cluster) return;
      const stop = vscode.l10n.t('Stop Cluster');
      const detail = vscode.l10n.t('Its jobs end without savepoints. Its savepoints and logs stay.');
      const message = vscode.l10n.t('Stop the Flink cluster {0}?', cluster.name);
      if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, stop)) !== stop) return;
      const location = vscode.ProgressLocation.Notification;
      const all = await clusters();
      await vscode.window.withProgress({ location, title: vscode.l10n.t('Stopping {0}', cluster.name) }, () =>
        all.stop(cluster.name),
      );
      await disconnect(cluster);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.showClusterLog', async () => {
      const cluster = await chosen(vscode.l10n.t('Log of which cluster?'));
      if (!cluster) return;
      const alive = await (await clusters()).alive(cluster);
      const items = (['jobmanager', 'taskmanager', 'gateway'] as const).map((role) => ({
        label: role,
        description: alive[role] ? vscode.l10n.t('running') : vscode.l10n.t('not running'),
      }));
      const role = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Log of {0}', cluster.name) });
      if (role) await showLog(cluster, role.label);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.openClusterUi', async () => {
      const cluster = await chosen(vscode.l10n.t('Web page of which cluster?'));
      if (cluster) await vscode.env.openExternal(vscode.Uri.parse(cluster.jobManagerUrl));
    }),
  );
  return disposables;
}
