/** Style sheet of the view of a job: VS Code's theme variables only, so that every theme fits. */
export const jobStyles = `
.mj { padding: 16px 24px 40px; font-variant-numeric: tabular-nums; }
.mj header { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; margin-bottom: 12px; }
.mj h1 { font-size: 1.4em; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
.mj h2 { font-size: 1.05em; font-weight: 600; margin: 0 0 2px; overflow-wrap: anywhere; }
.mj code { font-family: var(--vscode-editor-font-family, monospace); font-size: 0.92em; color: inherit; background: none; padding: 0; }
.mj p { margin: 0 0 10px; line-height: 1.5; }
.mj-quiet { color: var(--vscode-descriptionForeground); }
.mj-actions { display: flex; flex-wrap: wrap; gap: 6px; margin-left: auto; }
.mj-actions button {
  font: inherit; cursor: pointer; height: 26px; padding: 0 12px; border-radius: 2px; border: 1px solid var(--vscode-button-secondaryBorder, var(--vscode-button-border, transparent));
  color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground);
}
.mj-actions button:hover:not(:disabled) { background: var(--vscode-button-secondaryHoverBackground); }
.mj-actions button:disabled { opacity: 0.5; cursor: default; }
.mj button:focus-visible, .mj summary:focus-visible, .mj pre:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.mj-link { font: inherit; border: 0; padding: 0 2px; cursor: pointer; background: none; color: var(--vscode-textLink-foreground); }
.mj-link:hover { text-decoration: underline; }
.mj-state { font-weight: 600; }
.mj-dot { display: inline-block; width: 8px; height: 8px; border-radius: 50%; background: var(--vscode-descriptionForeground); }
.mj-dot.mj-running, .mj-dot.mj-in_progress { background: var(--vscode-charts-blue); }
.mj-dot.mj-finished, .mj-dot.mj-completed { background: var(--vscode-charts-green); }
.mj-dot.mj-failed, .mj-dot.mj-failing, .mj-dot.mj-restarting { background: var(--vscode-errorForeground); }
.mj-state.mj-running { color: var(--vscode-charts-blue); }
.mj-state.mj-finished { color: var(--vscode-charts-green); }
.mj-state.mj-failed, .mj-state.mj-failing, .mj-state.mj-restarting { color: var(--vscode-errorForeground); }
.mj-alert, .mj-note { padding: 8px 12px; margin: 0 0 12px; border-left: 3px solid var(--vscode-errorForeground); background: var(--vscode-textBlockQuote-background, transparent); overflow-wrap: anywhere; }
.mj-note { border-left-color: var(--vscode-charts-blue); }
.mj-tabs { display: flex; flex-wrap: wrap; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, transparent)); margin-bottom: 14px; }
.mj-tabs button { font: inherit; cursor: pointer; padding: 6px 12px; border: 0; border-bottom: 2px solid transparent; background: none; color: var(--vscode-descriptionForeground); }
.mj-tabs button:hover { color: var(--vscode-foreground); }
.mj-tabs button[aria-selected="true"] { color: var(--vscode-foreground); border-bottom-color: var(--vscode-focusBorder); }
.mj-badge { margin-left: 6px; padding: 1px 6px; border-radius: 8px; font-size: 0.85em; color: var(--vscode-badge-foreground); background: var(--vscode-badge-background); }
.mj-name { display: block; font-weight: 600; line-height: 1.25; max-height: 2.5em; overflow: hidden; overflow-wrap: anywhere; }
.mj-line { display: flex; gap: 10px; align-items: center; margin-top: 4px; color: var(--vscode-descriptionForeground); white-space: nowrap; }
.mj-line .mj-dot { margin-right: -5px; }
.mj-load { position: absolute; left: 10px; right: 10px; bottom: 8px; height: 4px; border-radius: 2px; overflow: hidden; display: flex; background: color-mix(in srgb, var(--vscode-foreground) 18%, transparent); }
.mj-busy { background: var(--vscode-charts-blue); }
.mj-pressed { background: repeating-linear-gradient(90deg, var(--vscode-charts-yellow) 0 3px, transparent 3px 5px); }
@media (forced-colors: active) { .mj-busy { background: Highlight; } .mj-pressed { background: LinkText; } }
.mj-details { margin: 12px 0 0; padding: 12px 14px; border: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, transparent)); border-radius: 4px; }
.mj-details dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 8px 16px; margin: 0 0 10px; }
.mj-details dt { color: var(--vscode-descriptionForeground); }
.mj-details dd { margin: 0; }
.mj-details pre, .mj-trace, .mj-log pre { margin: 0; overflow: auto; max-height: 360px; white-space: pre-wrap; overflow-wrap: anywhere; font-family: var(--vscode-editor-font-family, monospace); font-size: 0.92em; }
.mj-charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 16px 24px; margin: 16px 0; }
.mj-table { border-collapse: collapse; width: 100%; }
.mj-table th { text-align: left; font-weight: 600; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--vscode-panel-border, currentColor); }
.mj-table td { padding: 4px 14px 4px 0; vertical-align: top; white-space: nowrap; }
.mj-table td:last-child { white-space: normal; overflow-wrap: anywhere; width: 100%; }
.mj-table tbody tr:hover { background: var(--vscode-list-hoverBackground); }
.mj-exception { padding: 10px 14px; margin-bottom: 12px; border-left: 3px solid var(--vscode-errorForeground); background: var(--vscode-textBlockQuote-background, transparent); }
.mj-words { margin: 4px 0 8px; white-space: pre-wrap; overflow-wrap: anywhere; font-family: var(--vscode-editor-font-family, monospace); }
.mj summary { cursor: pointer; }
.mj details { margin-top: 4px; }
.mj-server { margin-bottom: 20px; }
.mj-logs { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; }
.mj-log { margin: 10px 0 0; padding: 10px; border: 1px solid var(--vscode-panel-border, transparent); border-radius: 4px; }
.mj-log figcaption { color: var(--vscode-descriptionForeground); margin-bottom: 6px; }
`;
