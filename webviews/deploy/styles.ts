/** What the form of a deployment adds to the style sheet of forms. */
export const deployStyles = `
.md-plan { margin: 0 0 16px; padding: 10px 14px; background: var(--vscode-textBlockQuote-background, transparent); border-left: 3px solid var(--vscode-charts-blue); }
.md-plan code { display: block; font-family: var(--vscode-editor-font-family, monospace); font-size: 0.92em; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; color: var(--vscode-foreground); background: none; padding: 1px 0; }
.md-plan ul { margin: 6px 0 0; padding-left: 18px; color: var(--vscode-descriptionForeground); }
.md-problems { border-left-color: var(--vscode-errorForeground); }
.md-replaces { border-left-color: var(--vscode-charts-yellow); }
.md-steps { list-style: none; margin: 0 0 16px; padding: 0; }
.md-steps li { display: grid; grid-template-columns: 22px 1fr; padding: 5px 0; }
.md-steps .md-text { grid-column: 2; color: var(--vscode-descriptionForeground); overflow-wrap: anywhere; }
.md-mark { width: 14px; height: 14px; border-radius: 50%; margin-top: 2px; box-sizing: border-box; border: 2px solid var(--vscode-descriptionForeground); }
.md-running .md-mark { border-color: var(--vscode-charts-blue); border-right-color: transparent; }
.md-done .md-mark { border-color: var(--vscode-charts-green); background: var(--vscode-charts-green); }
.md-failed .md-mark { border-color: var(--vscode-errorForeground); background: var(--vscode-errorForeground); }
.md-waiting { opacity: 0.6; }
@media (prefers-reduced-motion: no-preference) { .md-running .md-mark { animation: md-turn 1s linear infinite; } }
@keyframes md-turn { to { transform: rotate(1turn); } }
.md-words { margin: 0 0 8px; white-space: pre-wrap; overflow-wrap: anywhere; font-family: var(--vscode-editor-font-family, monospace); font-size: 0.95em; }
.mf-found .mf-plain { margin-right: 12px; }
.mf select { width: 100%; }
`;
