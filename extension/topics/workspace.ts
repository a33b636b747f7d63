import * as vscode from 'vscode';
import type { UsageView } from '../../webviews/topics/messages.ts';
import type { ListedJob } from '../jobs/job-list.ts';
import { jobUses, type TopicTable, topicTables } from './usage.ts';

/** Files of a workspace that are looked through. */
const MOST_FILES = 500;
const MOST_BYTES = 1_000_000;

export interface FoundTable extends TopicTable {
  readonly uri: vscode.Uri;
  readonly file: string;
  readonly line: number;
}

/** A text file of the workspace; unsaved changes count. */
export interface WorkspaceText {
  readonly uri: vscode.Uri;
  /** From the workspace's folder. */
  readonly path: string;
  readonly text: string;
}

/** The texts of files that a glob fits. */
export async function workspaceTexts(glob: string): Promise<WorkspaceText[]> {
  const files = await vscode.workspace.findFiles(glob, '**/{node_modules,target,build,dist,.git}/**', MOST_FILES);
  const open = new Map(vscode.workspace.textDocuments.map((document) => [document.uri.toString(), document]));
  const texts = await Promise.all(
    files.map(async (uri): Promise<WorkspaceText[]> => {
      const path = vscode.workspace.asRelativePath(uri, false);
      const document = open.get(uri.toString());
      if (document) return [{ uri, path, text: document.getText() }];
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > MOST_BYTES) return [];
      return [{ uri, path, text: Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8') }];
    }),
  );
  return texts.flat();
}

/** The Kafka tables of the workspace's SQL. */
export async function workspaceTables(): Promise<FoundTable[]> {
  const texts = await workspaceTexts('**/*.{sql,fsql,flinknb}');
  return texts.flatMap(({ uri, path, text }) =>
    topicTables(text).map((table) => ({
      ...table,
      uri,
      file: path,
      line: text.slice(0, table.start).split('\n').length - 1,
    })),
  );
}

/** What uses a topic: tables of the workspace, and jobs whose names have one of these. */
export async function usageOf(topic: string, jobs: readonly ListedJob[]): Promise<UsageView> {
  const tables = (await workspaceTables()).filter(({ topics }) => topics.includes(topic));
  const names = tables.map(({ name }) => name);
  return {
    tables: tables.map(({ name, file, line, uri }) => ({ name, file, line, uri: uri.toString() })),
    jobs: jobs.filter((job) => jobUses(job.name, names)).map(({ id, name, state }) => ({ id, name, state })),
  };
}
