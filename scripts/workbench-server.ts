import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeServerEntry } from './code-server.ts';
import { endWithUs, run, signalGroup } from './run.ts';

// A quiet workbench: no prompts, experiments, AI panes or calls to a marketplace.
const quiet: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.confirmBeforeClose': 'never',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

export interface WorkbenchOptions {
  /** Where the profile, the installed extensions and the logs lie. Settings that are there already are kept. */
  readonly dataDir: string;
  /** The packaged extension to install first, as a user would. */
  readonly vsix: string;
  /** Other packages to install beside it. */
  readonly otherVsix?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface WorkbenchServer {
  /** The Unix socket that it listens on; nobody but this user can reach it. */
  readonly socket: string;
  readonly exited: Promise<void>;
  /** Opens a file in the window that has just connected, once its extensions are known. */
  open(file: string): Promise<void>;
  /** Ends the server and its extension hosts. */
  stop(): Promise<void>;
}

/**
 * Starts code-server on a private socket with the extension installed.
 * @throws when it does not come up in time, with the end of its log
 */
export async function startWorkbench(options: WorkbenchOptions): Promise<WorkbenchServer> {
  const { dataDir, vsix, otherVsix = [], settings = {}, timeoutMs = 60_000 } = options;
  const user = join(dataDir, 'user');
  mkdirSync(join(user, 'User'), { recursive: true, mode: 0o700 });
  const settingsFile = join(user, 'User', 'settings.json');
  if (!existsSync(settingsFile)) writeFileSync(settingsFile, JSON.stringify({ ...quiet, ...settings }, null, 2));
  writeFileSync(join(dataDir, 'config.yaml'), 'auth: none\n');

  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env, EXTENSIONS_GALLERY: '{}' };
  for (const key of Object.keys(env)) {
    if (/^(VSCODE_|ELECTRON_|CODE_SERVER_|npm_)|^(PORT|PASSWORD|HASHED_PASSWORD|NODE_OPTIONS|VITEST.*)$/.test(key))
      delete env[key];
  }
  const places = ['--config', join(dataDir, 'config.yaml'), '--user-data-dir', user];
  const common = [codeServerEntry(), ...places, '--extensions-dir', join(dataDir, 'extensions')];
  const packages = [vsix, ...otherVsix].flatMap((path) => ['--install-extension', path]);
  await run(process.execPath, [...common, ...packages, '--force'], { env, timeoutMs });

  // A socket's path may have about 100 characters: the data folder's may have more.
  const socketDir = mkdtempSync(join(tmpdir(), 'millrace-'));
  const socket = join(socketDir, 'workbench.sock');
  const flags = [
    '--auth',
    'none',
    '--socket',
    socket,
    '--socket-mode',
    '600',
    '--disable-telemetry',
    '--disable-update-check',
  ];
  const more = ['--disable-workspace-trust', '--disable-getting-started-override', '--disable-proxy'];
  const child = spawn(process.execPath, [...common, ...flags, ...more], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const release = endWithUs(child.pid);
  const log = createWriteStream(join(dataDir, 'server.log'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(-10_000);
      log.write(chunk);
    });
  }
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    for (const event of ['exit', 'error']) {
      child.on(event, () => {
        ended = true;
        resolve();
      });
    }
  });
  const stop = async () => {
    signalGroup(child.pid, 'SIGTERM');
    await Promise.race([exited, sleep(5000)]);
    // The extension hosts are of the same group and may need a moment more.
    for (let i = 0; i < 20 && signalGroup(child.pid, 0); i++) await sleep(100);
    signalGroup(child.pid, 'SIGKILL');
    release();
    log.end();
    rmSync(socketDir, { recursive: true, force: true });
  };
  const end = Date.now() + timeoutMs;
  while (!(await answers(socket))) {
    if (ended || Date.now() > end) {
      await stop();
      throw new Error(`code-server did not start:\n${text}`);
    }
    await sleep(50);
  }
  const open = async (file: string) => {
    // Asked before the window is known, code-server fails. A file in the page's address would open before the extensions are
    // known, and a notebook as plain text.
    for (let i = 0; i < 60 && !ended; i++) {
      try {
        await run(process.execPath, [...common, '--reuse-window', file], { env, timeoutMs: 10_000 });
        return;
      } catch {
        await sleep(500);
      }
    }
    throw new Error(`${file} did not open`);
  };
  return { socket, exited, open, stop };
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.on('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', () => resolve(false));
  });
}
