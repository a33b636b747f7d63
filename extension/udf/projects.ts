import { dirname } from 'node:path';
import * as vscode from 'vscode';

/** Files by which a project of functions is known, as `millrace udf build` knows it. */
const SIGNS = ['pom.xml', 'requirements.txt', 'pyproject.toml'];

/** The folder of a project: that of the file given or being edited, else chosen among those of the workspace. */
export async function chooseProject(given: unknown): Promise<string | undefined> {
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  const around = uri && (await projectOf(uri));
  if (around) return around;
  const found = await vscode.workspace.findFiles(`**/{${SIGNS.join(',')}}`, '**/{node_modules,target,.venv}/**');
  const folders = [...new Set(found.map((file) => dirname(file.fsPath)))].sort();
  if (folders.length === 0)
    throw new Error(vscode.l10n.t('There is no project of functions here: "New UDF Project" makes one.'));
  if (folders.length === 1) return folders[0];
  const items = folders.map((folder) => ({ label: vscode.workspace.asRelativePath(folder), folder }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which project of functions?') }))?.folder;
}

/** The nearest folder above a file, or the folder itself, that is a project; within the workspace. */
async function projectOf(uri: vscode.Uri): Promise<string | undefined> {
  const root = vscode.workspace.getWorkspaceFolder(uri)?.uri;
  if (!root) return undefined;
  for (let folder = uri; folder.path.startsWith(root.path); folder = vscode.Uri.joinPath(folder, '..')) {
    for (const sign of SIGNS) if (await exists(vscode.Uri.joinPath(folder, sign))) return folder.fsPath;
    if (folder.path === root.path) break;
  }
  return undefined;
}

const exists = (uri: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );
