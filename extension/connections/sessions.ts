import * as vscode from 'vscode';
import { maskOptions } from '../../environments/secret-options.ts';
import type { Log } from '../log.ts';
import { type SessionMemory, sessionMemory } from './session-memory.ts';

const MOST_SHOWN = 12;

/** What each notebook's session leaves behind, in this workspace's state. */
export function notebookMemory(
  context: vscode.ExtensionContext,
  log: Log,
): (notebook: vscode.NotebookDocument) => SessionMemory {
  return ({ uri }) =>
    sessionMemory(uri.toString(), context.workspaceState, context.secrets, (message) => log.warn(message));
}

/** Asks whether a lost session is to be made anew by its statements. Throws when nothing is to be run at all. */
export async function confirmRebuild(
  statements: readonly string[],
  why: string,
  masker: { message(text: string): string },
): Promise<boolean> {
  const lines = statements.map((text) => masker.message(maskOptions(text.replace(/\s+/g, ' '))).slice(0, 80));
  const more = lines.length > MOST_SHOWN ? [vscode.l10n.t('… and {0} more', lines.length - MOST_SHOWN)] : [];
  const rebuild = vscode.l10n.t('Rebuild');
  const anew = vscode.l10n.t('Begin Anew');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('The session is gone. Rebuild it?'),
    {
      modal: true,
      detail: vscode.l10n.t(
        '{0}\n\nRebuilding runs again what made it:\n{1}',
        why,
        [...lines.slice(0, MOST_SHOWN), ...more].join('\n'),
      ),
    },
    rebuild,
    anew,
  );
  if (choice === undefined) throw new Error(vscode.l10n.t('The session is gone, and nothing was run. {0}', why));
  return choice === rebuild;
}
