import * as vscode from 'vscode';
import { runnableFunctions, sampleRows } from './runnable-functions.ts';

/** "Run with sample rows" over the methods of functions in Java and Python sources. */
export class FunctionLenses implements vscode.CodeLensProvider {
  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return runnableFunctions(document.uri.path, document.getText()).map(({ className, line }) => {
      const command = 'millrace.udfRun';
      const title = vscode.l10n.t('Run with sample rows');
      return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
        command,
        title,
        arguments: [document.uri, className],
      });
    });
  }
}

/** The rows of the last time are offered again; undefined when the person turns back. */
export class SampleRows {
  readonly #last = new Map<string, string>();

  async ask(className: string): Promise<readonly string[] | undefined> {
    const text = await vscode.window.showInputBox({
      title: className,
      prompt: 'Arguments of each call, as JSON',
      placeHolder: '[1, "a"] [2, null]',
      value: this.#last.get(className) ?? '',
      validateInput: (typed) => {
        try {
          sampleRows(typed);
          return undefined;
        } catch (error) {
          return error instanceof Error ? error.message : String(error);
        }
      },
    });
    if (text === undefined) return undefined;
    this.#last.set(className, text);
    return sampleRows(text);
  }
}
