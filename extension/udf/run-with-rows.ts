import * as vscode from 'vscode';
import { runnableFunctions, sampleRows } from './runnable-functions.ts';

/** "Run" and "Debug with sample rows" over the methods of functions in Java and Python sources. */
export class FunctionLenses implements vscode.CodeLensProvider {
  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const commands = [
      { command: 'millrace.udfRun', title: vscode.l10n.t('Run with sample rows') },
      { command: 'millrace.udfDebug', title: vscode.l10n.t('Debug') },
    ];
    return runnableFunctions(document.uri.path, document.getText()).flatMap(({ className, line }) => {
      const range = new vscode.Range(line, 0, line, 0);
      return commands.map((each) => new vscode.CodeLens(range, { ...each, arguments: [document.uri, className] }));
    });
  }
}

/** The rows of the last time are offered again; undefined when the person turns back. */
export class SampleRows {
  readonly #last = new Map<string, string>();

  async ask(className: string): Promise<readonly string[] | undefined> {
    const text = await vscode.window.showInputBox({
      title: className,
      prompt: vscode.l10n.t('Arguments of each call, as JSON'),
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
