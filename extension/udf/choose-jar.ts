import * as vscode from 'vscode';

/** What jars of others lie in. */
const OTHERS = '**/{node_modules,.venv,venv,site-packages,.git}/**';
const MOST = 200;

interface JarItem extends vscode.QuickPickItem {
  readonly uri?: vscode.Uri;
}

/** A jar of the workspace, or one that is looked for elsewhere; undefined when the person turns back. */
export async function chooseJar(): Promise<string | undefined> {
  const found = await vscode.workspace.findFiles('**/*.jar', OTHERS, MOST);
  if (found.length === 0) return browse();
  const items: JarItem[] = found
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), iconPath: new vscode.ThemeIcon('file-zip'), uri }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
  const elsewhere: JarItem = {
    label: vscode.l10n.t('Browse for a Jar or a Python Module…'),
    iconPath: new vscode.ThemeIcon('folder-opened'),
    alwaysShow: true,
  };
  const chosen = await vscode.window.showQuickPick([...items, elsewhere], {
    title: vscode.l10n.t('Which jar?'),
    placeHolder: vscode.l10n.t('Jars of this workspace'),
  });
  if (!chosen) return undefined;
  return chosen.uri ? chosen.uri.fsPath : browse();
}

async function browse(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Jar or Python module with functions'),
    filters: { [vscode.l10n.t('Jars and Python modules')]: ['jar', 'py'] },
  });
  return chosen?.[0]?.fsPath;
}
