import * as vscode from 'vscode';
import {
  type AttachConfiguration,
  attachConfiguration,
  DEBUGGERS,
  debuggerType,
  type FunctionLanguage,
} from './debugger.ts';

/** The debugger that is installed for a language; undefined: none is, which the person is told with the way to it. */
export function installedDebugger(language: FunctionLanguage): string | undefined {
  const type = debuggerType(
    language,
    vscode.extensions.all.map(({ packageJSON }) => packageJSON as unknown),
  );
  if (type !== undefined) return type;
  const { title, extension } = DEBUGGERS[language];
  const message = vscode.l10n.t(
    'Millrace: no debugger for these functions is installed. The extension "{0}" ({1}) brings one.',
    title,
    extension,
  );
  const show = vscode.l10n.t('Show Extension');
  void vscode.window.showErrorMessage(message, show).then((choice) => {
    if (choice === show) void vscode.commands.executeCommand('workbench.extensions.search', `@id:${extension}`);
  });
  return undefined;
}

/** Attaches VS Code's debugger to functions that wait for it. Throws where it does not start. */
export async function attach(
  target: { readonly type: string; readonly name: string; readonly port: number },
  folder: string,
): Promise<void> {
  const configuration: AttachConfiguration = attachConfiguration(target, folder);
  const workspace = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder));
  if (!(await vscode.debug.startDebugging(workspace, configuration))) {
    throw new Error(vscode.l10n.t('The debugger did not attach to 127.0.0.1:{0}.', target.port));
  }
}
