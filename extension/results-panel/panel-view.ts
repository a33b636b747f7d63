import * as vscode from 'vscode';
import type { HostToPanel, PanelToHost } from '../../webviews/results-panel/messages.ts';
import type { Disposable } from '../disposables.ts';
import { pageOf } from '../webviews/panel.ts';

export const RESULTS_VIEW = 'millrace.results';

/** The view beside the terminal in which results of files are shown. Messages to a page that is not there are not sent. */
export class PanelView implements vscode.WebviewViewProvider, Disposable {
  readonly #extension: vscode.Uri;
  readonly #receive: (message: PanelToHost, page: vscode.Webview) => void;
  readonly #left: (page: vscode.Webview) => void;
  readonly #registration: Disposable;
  #view: vscode.WebviewView | undefined;

  constructor(
    extension: vscode.Uri,
    receive: (message: PanelToHost, page: vscode.Webview) => void,
    left: (page: vscode.Webview) => void,
  ) {
    this.#extension = extension;
    this.#receive = receive;
    this.#left = left;
    this.#registration = vscode.window.registerWebviewViewProvider(RESULTS_VIEW, this, {
      // Where one has scrolled to is still there when the terminal was looked at meanwhile.
      webviewOptions: { retainContextWhenHidden: true },
    });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { webview } = view;
    const root = vscode.Uri.joinPath(this.#extension, 'dist', 'webviews');
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    webview.onDidReceiveMessage((message) => this.#receive(message as PanelToHost, webview));
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
      this.#left(webview);
    });
    this.#view = view;
    const script = webview.asWebviewUri(vscode.Uri.joinPath(root, 'results-panel.js'));
    webview.html = pageOf(vscode.l10n.t('Flink SQL Results'), script.toString());
  }

  /** Brings it to the front and leaves the focus where it is. */
  async show(): Promise<void> {
    if (this.#view) this.#view.show(true);
    else await vscode.commands.executeCommand(`${RESULTS_VIEW}.focus`, { preserveFocus: true });
  }

  send(message: HostToPanel): void {
    void this.#view?.webview.postMessage(message);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
