import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostCommand } from './host-process.ts';
import { debugOf } from './settings.ts';

type Options = Readonly<Record<string, string>>;

/** The Python files of a session (`python.files`: paths with commas between them), as they are written. */
export const pythonFiles = (options: Options): string[] =>
  (options['python.files'] ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');

/** What starts Python with the host: the executable that the options name, else that of the `.venv` beside a file, else `python3`. */
export function pythonCommand(files: readonly string[], options: Options): HostCommand {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const host = ['host', 'udf-host'].map((name) => join(here, name, 'millrace_host.py')).find(existsSync);
  if (host === undefined) throw new Error(`the source of the Python host is missing beside ${here}`);
  const bin = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const own = files.flatMap((file) =>
    [file, dirname(file), dirname(dirname(file))].map((at) => join(at, '.venv', ...bin)),
  );
  const command =
    options['python.client.executable'] ?? options['python.executable'] ?? own.find(existsSync) ?? 'python3';
  const debug = debugOf(options);
  const listening = debug ? [`--debug=${debug.port}`, ...(debug.waits ? ['--debug-wait'] : [])] : [];
  // Breakpoints would be missed in modules that the interpreter has frozen.
  const flags = debug ? ['-B', '-Xfrozen_modules=off'] : ['-B'];
  return {
    command,
    args: [...flags, host, ...listening],
    title: 'Python',
    isDebugged: debug !== undefined,
    missing: `there is no ${command}; install Python with PyFlink (pip install apache-flink), or name one by SET 'python.executable' = '…'`,
  };
}
