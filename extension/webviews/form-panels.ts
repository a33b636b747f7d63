import { relative } from 'node:path';
import * as vscode from 'vscode';
import { openPanel, type Panel } from './panel.ts';

/** What went wrong with what the form asked for. */
export interface FormProblem {
  readonly type: 'problem';
  readonly message: string;
}

/** A form as its panel is opened. */
export interface OpenedForm<From, To> {
  readonly viewType: string;
  readonly title: string;
  readonly script: string;
  readonly receive: (panel: Panel<To | FormProblem>, message: From) => Promise<void>;
}

/** Forms of named things in panels; one of a name is open at a time. */
export class FormPanels<From, To> {
  readonly #extension: vscode.Uri;
  readonly #open = new Map<string, Panel<To | FormProblem>>();

  constructor(extension: vscode.Uri) {
    this.#extension = extension;
  }

  /** Opens the form of a name, '' for what has none yet, or shows it where it is open. */
  open(name: string, { receive, ...options }: OpenedForm<From, To>): void {
    const opened = this.#open.get(name);
    if (opened) {
      opened.reveal();
      return;
    }
    const panel = openPanel<From, To | FormProblem>(this.#extension, {
      ...options,
      receive: (message) => {
        receive(panel, message).catch((error: unknown) => {
          panel.send({ type: 'problem', message: error instanceof Error ? error.message : String(error) });
        });
      },
      closed: () => this.#open.delete(name),
    });
    this.#open.set(name, panel);
  }

  dispose(): void {
    for (const panel of [...this.#open.values()]) panel.dispose();
  }
}

/** Asks for a file of keys or certificates; within `folder` its path is relative, so that it holds on other machines. */
export async function pickKeyFile(
  field: string,
  keyStores: readonly string[],
  folder: string | undefined,
): Promise<string | undefined> {
  const filters: Record<string, string[]> =
    field === 'keyStore'
      ? { [vscode.l10n.t('Key stores')]: [...keyStores] }
      : { [vscode.l10n.t('PEM files')]: ['pem', 'crt', 'cer', 'key'] };
  const [chosen] =
    (await vscode.window.showOpenDialog({ filters: { ...filters, [vscode.l10n.t('All files')]: ['*'] } })) ?? [];
  if (!chosen) return undefined;
  const inside = folder === undefined ? '..' : relative(folder, chosen.fsPath);
  return inside.startsWith('..') ? chosen.fsPath : inside;
}

/** How long a test of what a form says may take, ms. */
export const TEST_LIMIT_MS = 15_000;

/** The outcome of a test that failed. */
export function failedTest(error: unknown): { readonly kind: 'failed'; readonly lines: readonly string[] } {
  const late = error instanceof DOMException && error.name === 'TimeoutError';
  const words = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', lines: [late ? vscode.l10n.t('No answer within {0} s', TEST_LIMIT_MS / 1000) : words] };
}
