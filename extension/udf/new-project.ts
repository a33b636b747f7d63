import { join } from 'node:path';
import * as vscode from 'vscode';
import { FLINK_VERSIONS } from '../../clusters/index.ts';
import { JAVA_KINDS } from '../../udf/java-sources.ts';
import { functionNames } from '../../udf/names.ts';
import { PYTHON_KINDS } from '../../udf/scaffold-python.ts';

const kinds = (): Readonly<Record<string, string>> => ({
  scalar: vscode.l10n.t('a value for each row'),
  table: vscode.l10n.t('any number of rows for each row'),
  aggregate: vscode.l10n.t('a value for many rows'),
  async: vscode.l10n.t('a value for each row that comes later, as from a service'),
  process: vscode.l10n.t('rows with state and timers (Flink 2.1 and later)'),
});

/** What `millrace udf new` is asked for, and the folder that comes of it. */
export interface NewProject {
  readonly args: readonly string[];
  readonly folder: string;
}

/** Asks for a name, a language, a kind, and for Java the version of Flink; undefined when the person turns back. */
export async function askForProject(root: string): Promise<NewProject | undefined> {
  const title = vscode.l10n.t('New UDF Project');
  const name = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Name of the function, as in SQL'),
    placeHolder: 'normalize_name',
    validateInput: (text) =>
      functionNames(text.trim()) ? undefined : vscode.l10n.t("A function's name is made of letters, digits, - and _"),
  });
  const names = name === undefined ? undefined : functionNames(name.trim());
  if (!names) return undefined;
  const languages = [
    { label: 'Java', description: vscode.l10n.t('a Maven project'), language: 'java' },
    { label: 'Python', description: 'PyFlink', language: 'python' },
  ];
  const language = (await vscode.window.showQuickPick(languages, { title, placeHolder: vscode.l10n.t('Language') }))
    ?.language;
  if (!language) return undefined;
  const described = kinds();
  const items = (language === 'java' ? JAVA_KINDS : PYTHON_KINDS).map((label) => ({
    label,
    description: described[label] ?? '',
  }));
  const kind = (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Kind of function') }))
    ?.label;
  if (!kind) return undefined;
  const versions = FLINK_VERSIONS.map(({ version }) => ({ label: version })).filter(
    ({ label }) => kind !== 'process' || !label.startsWith('1.'),
  );
  const version = (
    await vscode.window.showQuickPick(versions, { title, placeHolder: vscode.l10n.t('Version of Flink') })
  )?.label;
  if (!version) return undefined;
  const folder = join(root, names.artifact);
  const args = ['udf', 'new', names.sql, '--language', language, '--kind', kind, '--flink', version, '--dir', folder];
  return { args, folder };
}
