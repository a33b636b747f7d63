import { basename } from 'node:path';
import * as vscode from 'vscode';
import { runnableFunctions } from './runnable-functions.ts';

/** Sources of people: not what was built or installed. */
const OTHERS = '**/{node_modules,target,.venv,venv,site-packages}/**';
/** Of a workspace that is large for other reasons. */
const MOST_FILES = 2000;

interface SourceItem extends vscode.QuickPickItem {
  readonly uri: vscode.Uri;
  readonly className: string;
}

/** A function of the source in front, or of the workspace's sources where that has none; undefined when the person turns back. */
export async function chooseFunction(): Promise<SourceItem | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  const here = document ? itemsOf(document.uri, document.getText()) : [];
  const items = here.length > 0 ? here : await ofWorkspace();
  if (items.length === 0) {
    throw new Error(
      vscode.l10n.t('There are no functions here that run with sample rows: "New UDF Project" makes one.'),
    );
  }
  if (items.length === 1) return items[0];
  return vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which function?'), matchOnDescription: true });
}

async function ofWorkspace(): Promise<SourceItem[]> {
  const files = await vscode.workspace.findFiles('**/*.{java,py}', OTHERS, MOST_FILES);
  const found: SourceItem[] = [];
  for (const uri of files.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    found.push(...itemsOf(uri, Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8')));
  }
  return found;
}

/** A class with several methods is one function. */
function itemsOf(uri: vscode.Uri, text: string): SourceItem[] {
  if (!/\.(?:java|py)$/.test(uri.path)) return [];
  const names = new Set(runnableFunctions(uri.path, text).map(({ className }) => className));
  const description = vscode.workspace.asRelativePath(uri);
  return [...names].map((className) => ({
    label: className.split('.').at(-1) ?? basename(uri.path),
    description,
    uri,
    className,
  }));
}
