// npm start: builds, and opens VS Code with the extension and examples/ as the workspace: on the desktop where there is one, else
// in the browser.
//   npm start -- [--no-open] [--port N] [--browser]
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installCodeServer, missingForCodeServer } from './code-server.ts';
import { onPath, root } from './paths.ts';
import { CommandError, run } from './run.ts';
import { startTokenProxy } from './token-proxy.ts';
import { packVsix } from './vsix.ts';
import { startWorkbench } from './workbench-server.ts';

const oldestVsCode = [1, 101];
const workspace = join(root, 'examples');
const firstNotebook = join(workspace, 'orders.flinknb');

function note(text: string): void {
  process.stderr.write(`millrace: ${text}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'no-open': { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      browser: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${values.port}: not a port`);
  if (!existsSync(workspace)) throw new Error('the folder examples/ is missing: is the clone complete?');
  note('building …');
  const began = Date.now();
  await run(process.execPath, ['scripts/build.ts', '--production', '--quiet'], { cwd: root });
  note(`built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  if (!values.browser && !values['no-open'] && (await openDesktop())) return;
  await serveBrowser(port, !values['no-open']);
}

/** Opens the extension from this folder in the desktop's VS Code; false when there is none that can. */
async function openDesktop(): Promise<boolean> {
  const editor = onPath('code', 'codium', 'cursor');
  if (!editor) {
    note('no code, codium or cursor on the PATH: the workbench comes in the browser');
    return false;
  }
  try {
    const version = (await run(editor, ['--version'], { timeoutMs: 30_000 })).split('\n')[0] ?? '';
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < oldestVsCode[0]! || (major === oldestVsCode[0] && minor < oldestVsCode[1]!)) {
      note(
        `${editor} is version ${version}, and ${oldestVsCode.join('.')} is needed: the workbench comes in the browser`,
      );
      return false;
    }
    await run(editor, ['--new-window', `--extensionDevelopmentPath=${root}`, workspace], {
      timeoutMs: 60_000,
    });
    note(`opened ${workspace} in ${editor} ${version}`);
    return true;
  } catch (error) {
    const reason = error instanceof CommandError ? (error.message.split('\n').at(-1) ?? '') : String(error);
    note(`${editor} did not open (${reason}): the workbench comes in the browser`);
    return false;
  }
}

async function serveBrowser(port: number, open: boolean): Promise<void> {
  const missing = missingForCodeServer();
  if (missing) throw new Error(`neither VS Code on the PATH nor a browser workbench: ${missing}`);
  await installCodeServer(note);
  note('starting the workbench …');
  const server = await startWorkbench({ dataDir: join(root, '.cache', 'workbench'), vsix: packVsix() });
  let code = 0;
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await proxy?.close();
    await server.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
  let proxy: Awaited<ReturnType<typeof startTokenProxy>> | undefined;
  try {
    proxy = await startTokenProxy(server.socket, port, () => {
      server.open(firstNotebook).catch((error: Error) => {
        if (!ending) note(error.message);
      });
    });
  } catch (error) {
    note(`port ${port}: ${error instanceof Error ? error.message : String(error)}`);
    code = 1;
    return await end();
  }
  const url = proxy.url({ folder: workspace });
  note('VS Code is ready. Open this address (it is yours alone); Ctrl-C ends everything.');
  process.stdout.write(`${url}\n`);
  if (open) openBrowser(url);
  await server.exited;
  if (!ending) note('the workbench ended by itself; its log is .cache/workbench/server.log');
  code = 1;
  await end();
}

function openBrowser(url: string): void {
  const graphical = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (!graphical || !onPath(opener)) return;
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  child.on('error', (error) => note(`${opener}: ${error.message}`));
  child.unref();
}

try {
  await main();
} catch (error) {
  note(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
