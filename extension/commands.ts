import * as vscode from 'vscode';
import type { Disposable } from './disposables.ts';
import type { Log } from './log.ts';

/** Registers a command so that a failure is told to the user and logged, never lost. */
export function registerCommand<A extends readonly unknown[]>(
  log: Log,
  id: `millrace.${string}`,
  run: (...args: A) => unknown,
): Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      return await run(...(args as unknown as A));
    } catch (error) {
      report(log, error, id);
      return undefined;
    }
  });
}

/** Tells a failure in one notice, with the way to the log. */
export function report(log: Log, error: unknown, what: string): void {
  const message = error instanceof Error ? error.message : String(error);
  log.error(`${what}: ${error instanceof Error ? (error.stack ?? message) : message}`);
  void vscode.window.showErrorMessage(`Millrace: ${message}`, vscode.l10n.t('Show Log')).then((choice) => {
    if (choice) void vscode.commands.executeCommand('millrace.showLog');
  });
}
