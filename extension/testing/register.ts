import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import { diffTexts } from './failure-texts.ts';
import { type ReportedTest, runTests } from './test-process.ts';
import { TestTree } from './test-tree.ts';

/** A change of these below a workspace folder may change what tests give. */
const SOURCES = '**/*.{sql,jsonl,json,csv}';
const SETTLE_MS = 300;

export interface TestingParts {
  /** The CLI's bundle. */
  readonly script: string;
  readonly log: Log;
  /** The environment that is chosen, for the variables of scripts. */
  readonly environment: () => string | undefined;
}

/** SQL tests in the Test view: found as files `*.test.sql`, run by the CLI in a process of its own. */
export function registerTesting({ script, log, environment }: TestingParts): Disposable {
  const disposables = new DisposableList();
  const controller = disposables.add(vscode.tests.createTestController('millrace-sql-tests', 'Flink SQL Tests'));
  const tree = disposables.add(new TestTree(controller));

  const execute = async (request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> => {
    const run = controller.createTestRun(request);
    const abort = new AbortController();
    const cancelling = token.onCancellationRequested(() => abort.abort());
    try {
      for (const [file, wanted] of await testsOf(controller, tree, request)) {
        if (token.isCancellationRequested) break;
        await runFile(run, file, wanted, { script, environment: environment(), signal: abort.signal });
      }
    } catch (error) {
      log.error(`tests: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    } finally {
      cancelling.dispose();
      run.end();
    }
  };

  const profile = controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, async (request, token) => {
    if (!request.continuous) return execute(request, token);
    // Until the person turns it off: whenever something that tests depend on is saved.
    const watcher = vscode.workspace.createFileSystemWatcher(SOURCES);
    let timer: NodeJS.Timeout | undefined;
    const again = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void execute(request, token), SETTLE_MS);
    };
    const listening = [watcher.onDidChange(again), watcher.onDidCreate(again), watcher];
    token.onCancellationRequested(() => {
      clearTimeout(timer);
      for (const each of listening) each.dispose();
    });
    await execute(request, token);
  });
  profile.isDefault = true;
  profile.supportsContinuousRun = true;
  disposables.add(profile);
  return disposables;
}

/** The files of a request, each with the tests that are to run; undefined stands for all. */
async function testsOf(
  controller: vscode.TestController,
  tree: TestTree,
  { include, exclude }: vscode.TestRunRequest,
): Promise<Map<vscode.TestItem, vscode.TestItem[]>> {
  if (!include) await tree.discover();
  const chosen = include ?? [...controller.items].map(([, item]) => item);
  const files = new Map<vscode.TestItem, Set<vscode.TestItem>>();
  for (const item of chosen) {
    const file = item.parent ?? item;
    const tests = files.get(file) ?? new Set();
    files.set(file, tests);
    for (const test of item.parent ? [item] : [...item.children].map(([, child]) => child)) tests.add(test);
  }
  const isOut = (item: vscode.TestItem): boolean =>
    exclude?.some((each) => each === item || each === item.parent) ?? false;
  return new Map([...files].map(([file, tests]) => [file, [...tests].filter((test) => !isOut(test))]));
}

async function runFile(
  run: vscode.TestRun,
  file: vscode.TestItem,
  wanted: readonly vscode.TestItem[],
  { script, environment, signal }: { script: string; environment: string | undefined; signal: AbortSignal },
): Promise<void> {
  const { uri } = file;
  if (!uri) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(uri.fsPath);
  for (const test of wanted) run.started(test);
  const left = new Set(wanted);
  try {
    await runTests({
      script,
      cwd: folder,
      file: uri.fsPath,
      names: wanted.length === file.children.size ? undefined : wanted.map(({ id }) => id),
      environment,
      signal,
      onTest: (reported) => {
        const item = file.children.get(reported.name);
        const messages = messagesOf(reported, document);
        if (!item) {
          // What is wrong with the file concerns every test in it.
          run.errored(file, messages);
          return;
        }
        left.delete(item);
        if (reported.passed) run.passed(item, reported.milliseconds);
        else run.failed(item, messages, reported.milliseconds);
        for (const { text } of reported.failures)
          run.appendOutput(`${reported.name}\r\n${text.replaceAll('\n', '\r\n')}\r\n\r\n`, undefined, item);
      },
    });
    for (const test of left) run.skipped(test);
  } catch (error) {
    const message = new vscode.TestMessage(error instanceof Error ? error.message : String(error));
    for (const test of left) run.errored(test, message);
  }
}

function messagesOf({ failures }: ReportedTest, document: vscode.TextDocument): vscode.TestMessage[] {
  return failures.map((failure) => {
    const texts = diffTexts(failure);
    const message = texts
      ? vscode.TestMessage.diff(failure.message, texts.expected, texts.actual)
      : new vscode.TestMessage(failure.text);
    const { start, end } = failure.place;
    message.location = new vscode.Location(
      document.uri,
      new vscode.Range(document.positionAt(start), document.positionAt(end)),
    );
    return message;
  });
}
