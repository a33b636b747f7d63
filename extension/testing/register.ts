import * as vscode from 'vscode';
import { registerCommand } from '../commands.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import { CoverageFiles, loadDetails } from './coverage.ts';
import { folderOf, runFile } from './run-tests.ts';
import { TestTree } from './test-tree.ts';

/** A change of these below a workspace folder may change what tests give. */
const SOURCES = '**/*.{sql,flinknb,jsonl,json,csv}';
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
  const controller = disposables.add(
    vscode.tests.createTestController('millrace-sql-tests', vscode.l10n.t('Flink SQL Tests')),
  );
  const tree = disposables.add(new TestTree(controller));

  const execute = async (
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
    { update = false, coverage }: { readonly update?: boolean; readonly coverage?: CoverageFiles } = {},
  ): Promise<void> => {
    const run = controller.createTestRun(request);
    const abort = new AbortController();
    const cancelling = token.onCancellationRequested(() => abort.abort());
    try {
      for (const [file, wanted] of await testsOf(controller, tree, request)) {
        if (token.isCancellationRequested) break;
        const report = await coverage?.next();
        const parts = { script, environment: environment(), signal: abort.signal, update, coverage: report };
        await runFile(run, file, wanted, parts);
        if (coverage && report !== undefined && file.uri) await coverage.take(report, folderOf(file.uri));
      }
      await coverage?.show(run);
    } catch (error) {
      log.error(`tests: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    } finally {
      cancelling.dispose();
      await coverage?.close();
      run.end();
    }
  };

  const profile = controller.createRunProfile(
    vscode.l10n.t('Run'),
    vscode.TestRunProfileKind.Run,
    async (request, token) => {
      if (!request.continuous) return execute(request, token);
      // Until the person turns it off: whenever something that tests depend on is saved.
      const watcher = vscode.workspace.createFileSystemWatcher(SOURCES);
      let timer: NodeJS.Timeout | undefined;
      const again = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          // The editor takes no results for a request that has been answered once.
          const { include, exclude, profile } = request;
          void execute(new vscode.TestRunRequest(include, exclude, profile, true), token);
        }, SETTLE_MS);
      };
      const listening = [watcher.onDidChange(again), watcher.onDidCreate(again), watcher];
      token.onCancellationRequested(() => {
        clearTimeout(timer);
        for (const each of listening) each.dispose();
      });
      await execute(request, token);
    },
  );
  profile.isDefault = true;
  profile.supportsContinuousRun = true;
  disposables.add(profile);

  const covering = controller.createRunProfile(
    vscode.l10n.t('Run with Coverage'),
    vscode.TestRunProfileKind.Coverage,
    (request, token) => execute(request, token, { coverage: new CoverageFiles() }),
  );
  covering.isDefault = true;
  covering.loadDetailedCoverage = async (_, coverage) => [...loadDetails(coverage)];
  disposables.add(covering);

  const updating = controller.createRunProfile(
    vscode.l10n.t('Update Expected Rows'),
    vscode.TestRunProfileKind.Run,
    (request, token) => execute(request, token, { update: true }),
  );
  disposables.add(updating);
  disposables.add(
    registerCommand(log, 'millrace.updateExpectedRows', async (given?: unknown) => {
      const uri = given instanceof vscode.Uri ? given : fileInFront();
      if (!uri) throw new Error(vscode.l10n.t('Open a file of SQL tests, or a notebook with test cells.'));
      await tree.read(uri);
      const file = controller.items.get(uri.toString());
      if (!file) throw new Error(vscode.l10n.t('{0} has no tests.', vscode.workspace.asRelativePath(uri)));
      const source = new vscode.CancellationTokenSource();
      try {
        await execute(new vscode.TestRunRequest([file]), source.token, { update: true });
      } finally {
        source.dispose();
      }
    }),
  );
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

/** The file of tests, or the notebook, that is being edited. */
function fileInFront(): vscode.Uri | undefined {
  return vscode.window.activeNotebookEditor?.notebook.uri ?? vscode.window.activeTextEditor?.document.uri;
}
