/** Style sheet of the results panel, beside that of the results. */
export const panelStyles = `
body { padding: 0 !important; height: 100vh; overflow: hidden; }
#root { height: 100%; }
.mp { display: flex; height: 100%; }
.mp-list { flex: none; width: 230px; overflow-y: auto; border-right: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, transparent)); padding: 4px 0; box-sizing: border-box; }
.mp-item { display: flex; align-items: stretch; }
.mp-item button { font: inherit; color: inherit; background: transparent; border: 0; cursor: pointer; }
.mp-item > button:first-child { flex: 1; min-width: 0; display: grid; grid-template-columns: 16px minmax(0, 1fr); align-items: center; text-align: left; padding: 3px 4px 3px 12px; }
.mp-title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-family: var(--vscode-editor-font-family, monospace); font-size: 0.92em; }
.mp-file { grid-column: 2; font-size: 0.85em; color: var(--vscode-descriptionForeground); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.mp-item:hover { background: var(--vscode-list-hoverBackground); }
.mp-item:has([aria-selected="true"]) { background: var(--vscode-list-inactiveSelectionBackground); color: var(--vscode-list-inactiveSelectionForeground, inherit); }
.mp-item:has([aria-selected="true"]:focus) { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
.mp-item button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.mp-close { width: 26px; opacity: 0; font-size: 15px !important; }
.mp-item:hover .mp-close, .mp-item:focus-within .mp-close { opacity: 1; }
.mp-shown { flex: 1; min-width: 0; padding: 4px 12px 8px; display: flex; flex-direction: column; }
.mp-shown > .mr-result { flex: 1; min-height: 0; display: flex; flex-direction: column; }
.mp-shown .mr-text, .mp-shown .mr-grid { flex: 0 1 auto; min-height: 0; max-height: none !important; }
.mp-shown .mr-error { overflow: auto; }
.mp-empty { padding: 24px; color: var(--vscode-descriptionForeground); text-align: center; }
.mp-empty kbd { font-family: inherit; border: 1px solid var(--vscode-keybindingLabel-border, currentColor); border-radius: 3px; padding: 0 4px; }
@media (max-width: 560px) { .mp-list { width: 120px; } }
`;
