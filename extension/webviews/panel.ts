import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { formStyles } from '../../webviews/shared/form-styles.ts';
import type { Disposable } from '../disposables.ts';
import { heldTexts } from './held-texts.ts';

export interface PanelOptions<In> {
  /** Ours, e.g. `millrace.connectionForm`. */
  readonly viewType: string;
  readonly title: string;
  /** Name of the bundle in dist/webviews, without its ending. */
  readonly script: string;
  readonly column?: vscode.ViewColumn;
  readonly receive: (message: In) => void;
  /** Told when the page comes into sight or is hidden. */
  readonly visible?: (visible: boolean) => void;
  readonly closed?: () => void;
}

export interface Panel<Out> extends Disposable {
  send(message: Out): void;
  reveal(): void;
  setTitle(title: string): void;
}

/** A webview panel with one script of ours and nothing from elsewhere: no network, no inline code. */
export function openPanel<In, Out>(extension: vscode.Uri, options: PanelOptions<In>): Panel<Out> {
  const root = vscode.Uri.joinPath(extension, 'dist', 'webviews');
  const column = options.column ?? vscode.ViewColumn.Active;
  const panel = vscode.window.createWebviewPanel(options.viewType, options.title, column, {
    enableScripts: true,
    localResourceRoots: [root],
    // What a person has typed is not lost when another tab comes to the front.
    retainContextWhenHidden: true,
  });
  panel.webview.onDidReceiveMessage((message) => options.receive(message as In));
  panel.onDidChangeViewState(() => options.visible?.(panel.visible));
  if (options.closed) panel.onDidDispose(options.closed);
  const script = panel.webview.asWebviewUri(vscode.Uri.joinPath(root, `${options.script}.js`));
  panel.webview.html = pageOf(options.title, script.toString());
  return {
    send: (message) => void panel.webview.postMessage(message),
    reveal: () => panel.reveal(),
    setTitle: (title) => {
      panel.title = title;
    },
    dispose: () => panel.dispose(),
  };
}

/** The page: its policy lets in this script and this style sheet, by a nonce. */
export function pageOf(title: string, script: string): string {
  const nonce = randomBytes(18).toString('base64url');
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}';`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title.replace(/[<&"]/g, '')}</title>
<style nonce="${nonce}">${formStyles}</style>
</head>
<body><div id="root"></div>${heldTexts()}<script type="module" nonce="${nonce}" src="${script}"></script></body>
</html>`;
}
