import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cacheDir, onPath, root } from './paths.ts';
import { run } from './run.ts';

const version = '4.139.1'; // VS Code 1.139.1; runs on Node 24 and refuses every other
const watcherVersion = '2.5.6'; // of the binary that @parcel/watcher, which code-server has, loads

/** Why code-server cannot be installed here, in one line; undefined when it can, or is there already. */
export function missingForCodeServer(): string | undefined {
  if (existsSync(codeServerEntry())) return undefined;
  if (process.platform === 'win32') return 'the browser workbench (code-server) does not run on Windows';
  if (!onPath('npm')) return 'npm is not on the PATH';
  return undefined;
}

/** The script to run with our Node. */
export function codeServerEntry(): string {
  return join(home(), 'node_modules', 'code-server', 'out', 'node', 'entry.js');
}

function home(): string {
  return join(cacheDir('millrace'), `code-server-${version}`);
}

/**
 * Installs code-server (VS Code's own workbench and extension host, for a browser) into the user's cache, once.
 * No install script of a package is run: the modules of the workbench are installed one level after the other, and the two
 * small native ones (log files, the extension host's watchdog) are compiled where there is a compiler.
 */
export async function installCodeServer(note: (text: string) => void): Promise<void> {
  if (existsSync(codeServerEntry())) return;
  const missing = missingForCodeServer();
  if (missing) throw new Error(missing);
  const began = Date.now();
  note(`installing the browser workbench, code-server ${version} (0.5 GB, once) …`);
  const part = `${home()}.part-${process.pid}`;
  try {
    mkdirSync(part, { recursive: true });
    const libc = process.platform === 'linux' ? '-glibc' : '';
    const dependencies = {
      'code-server': version,
      [`@parcel/watcher-${process.platform}-${process.arch}${libc}`]: watcherVersion,
    };
    writeFileSync(join(part, 'package.json'), JSON.stringify({ private: true, dependencies }));
    await npm(part, 'install', '--ignore-scripts');
    const vscode = join(part, 'node_modules', 'code-server', 'lib', 'vscode');
    note('installing the modules of the workbench …');
    await npm(vscode, 'install', '--omit=dev', '--omit=optional', '--ignore-scripts');
    await npm(join(vscode, 'extensions'), 'install', '--omit=dev', '--ignore-scripts');
    note('compiling its two native modules …');
    await npm(vscode, 'rebuild', '@vscode/spdlog', '@vscode/native-watchdog').catch(() => {
      note('they were not compiled (python3, make and g++ are needed); the workbench works without them');
    });
    renameSync(part, home());
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  note(`code-server installed in ${((Date.now() - began) / 1000).toFixed(0)} s`);
}

async function npm(cwd: string, ...args: string[]): Promise<void> {
  const headers = nodeHeaders();
  const env = {
    ...process.env,
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    ...(headers && { npm_config_nodedir: headers }),
  };
  // The settings that our own npm run passes on are not meant for another package.
  for (const key of Object.keys(env))
    if (/^npm_(package|lifecycle|command)/.test(key)) delete env[key as keyof typeof env];
  await run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, env });
}

/** The headers of our Node come with its package; where they lie depends on how npm placed it. */
function nodeHeaders(): string | undefined {
  const name = `node-${process.platform}-${process.arch}`;
  for (const folder of ['node_modules/node/node_modules', 'node_modules']) {
    const found = existsSync(join(root, folder)) && readdirSync(join(root, folder)).includes(name);
    if (found && existsSync(join(root, folder, name, 'include', 'node', 'node.h'))) return join(root, folder, name);
  }
  return undefined;
}
