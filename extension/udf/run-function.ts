import * as vscode from 'vscode';
import { attach, installedDebugger } from './attach.ts';
import { chooseFunction } from './choose-function.ts';
import { DEBUG_OPTIONS, debuggerPort, languageOf } from './debugger.ts';
import { chooseProject } from './projects.ts';
import type { SampleRows } from './run-with-rows.ts';
import { lastLine, type UdfTools } from './udf-tools.ts';

/** A function in a source file. */
export interface SourceFunction {
  readonly uri: vscode.Uri;
  readonly className: string;
}

/** The function that a command is given, or that the person chooses. */
async function functionOf(uri: unknown, className: unknown): Promise<SourceFunction | undefined> {
  if (uri instanceof vscode.Uri && typeof className === 'string') return { uri, className };
  return chooseFunction();
}

/**
 * Builds the project of a function and calls it with rows that the person gives, on the local runtime; `isDebugged`: with VS Code's
 * debugger attached before the first call. What it gives is shown as output.
 */
export async function runFunction(
  tools: UdfTools,
  samples: SampleRows,
  { uri, className, isDebugged }: { readonly uri: unknown; readonly className: unknown; readonly isDebugged: boolean },
): Promise<void> {
  const fn = await functionOf(uri, className);
  if (!fn) return;
  const type = isDebugged ? installedDebugger(languageOf(fn.uri.path)) : undefined;
  if (isDebugged && type === undefined) return;
  const rows = await samples.ask(fn.className);
  const folder = rows && (await chooseProject(fn.uri));
  if (!rows || !folder) return;
  // What is run is what was built of the text as it stands.
  if ((await tools.work('build', folder)) === undefined) return;
  const path = fn.uri.path.endsWith('.py') ? fn.uri.fsPath : folder;
  const args = ['udf', 'run', path, '--class', fn.className, ...rows.flatMap((row) => ['--row', row])];
  const title =
    type === undefined ? vscode.l10n.t('Running {0}', fn.className) : vscode.l10n.t('Debugging {0}', fn.className);
  const result =
    type === undefined
      ? await tools.run(title, folder, args)
      : await debugged(tools, { title, folder, args, type, name: fn.className });
  if (!result) return;
  tools.tell(`${fn.className} ${rows.join(' ')}\n${result.stdout}${result.stderr}`);
  if (result.status !== 0) throw new Error(lastLine(result.stderr) || vscode.l10n.t('{0} has failed.', title));
}

interface DebugRun {
  readonly title: string;
  readonly folder: string;
  readonly args: readonly string[];
  /** Of the debugger. */
  readonly type: string;
  readonly name: string;
}

/** Runs with a debugger that is attached when the functions wait for it; one that does not attach ends the run. */
async function debugged(tools: UdfTools, { title, folder, args, type, name }: DebugRun) {
  const options = DEBUG_OPTIONS.flatMap((option) => ['--set', option]);
  let attaching: Promise<void> | undefined;
  let failure: unknown;
  const stop = new AbortController();
  const onSaid = (line: string): void => {
    const port = debuggerPort(line);
    if (port === undefined || attaching) return;
    attaching = attach({ type, name, port }, folder).catch((error: unknown) => {
      failure = error;
      stop.abort();
    });
  };
  const result = await tools.run(title, folder, [...args, ...options], { onSaid, stop: stop.signal });
  await attaching;
  if (failure) throw failure;
  return result;
}
