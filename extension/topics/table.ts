import * as vscode from 'vscode';
import { inferTable } from '../../topics/infer/table.ts';
import type { DecoderChoice } from '../../topics/types.ts';
import type { TableView } from '../../webviews/topics/messages.ts';
import { LANGUAGE, NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import type { KafkaLink } from './link.ts';
import { samplesOf } from './samples.ts';

/** The topic as a table, from its schemas or its messages. */
export async function tableOf(
  link: KafkaLink,
  topic: string,
  choice: DecoderChoice,
  signal?: AbortSignal,
): Promise<TableView> {
  const { samples, schemas } = await samplesOf(link, topic, choice, signal);
  const list = link.topics ?? (await link.listTopics(signal));
  const summary = list.items.find(({ name }) => name === topic);
  const { registry, bootstrap } = link.setting;
  const table = inferTable({
    topic,
    samples,
    bootstrap,
    isCompacted: summary?.cleanupPolicy?.includes('compact') === true,
    ...(registry ? { registryUrl: registry.url } : {}),
    ...(schemas ? { schemas } : {}),
  });
  return { name: table.name, ddl: table.ddl, notes: table.notes };
}

/** Opens a new notebook with the table, and a query of it. */
export async function openTableNotebook({ name, ddl }: TableView): Promise<void> {
  const { Code } = vscode.NotebookCellKind;
  const cells = [ddl.trim(), `SELECT * FROM \`${name.replaceAll('`', '``')}\`;`].map(
    (text) => new vscode.NotebookCellData(Code, text, LANGUAGE),
  );
  const notebook = await vscode.workspace.openNotebookDocument(NOTEBOOK_TYPE, new vscode.NotebookData(cells));
  await vscode.window.showNotebookDocument(notebook);
}
