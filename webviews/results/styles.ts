/** The results' style sheet: VS Code's theme variables only, so that every theme fits. */
export const styles = `
.mr-output { padding: 8px !important; }
.mr-text { margin: 0; max-height: 420px; overflow: auto; white-space: pre; user-select: text; font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px); }
.mr-result, .mr-line {
  font-family: var(--vscode-font-family);
  font-size: var(--vscode-font-size, 13px);
  color: var(--vscode-foreground);
}
.mr-line, .mr-bar { display: flex; align-items: center; gap: 8px; min-height: 26px; }
.mr-bar { flex-wrap: wrap; padding-bottom: 4px; font-variant-numeric: tabular-nums; }
.mr-quiet { color: var(--vscode-descriptionForeground); font-variant-numeric: tabular-nums; }
.mr-space { flex: 1; }
.mr-mark { width: 8px; height: 8px; border-radius: 50%; flex: none; background: var(--vscode-descriptionForeground); }
.mr-starting, .mr-running { background: var(--vscode-charts-blue, var(--vscode-progressBar-background)); }
.mr-finished { background: var(--vscode-charts-green, var(--vscode-testing-iconPassed)); }
.mr-failed { background: var(--vscode-errorForeground); }
.mr-stopped { background: var(--vscode-charts-yellow, var(--vscode-editorWarning-foreground)); }
@media (prefers-reduced-motion: no-preference) {
  .mr-starting, .mr-running { animation: mr-pulse 1.2s ease-in-out infinite alternate; }
}
@keyframes mr-pulse { from { opacity: 1; } to { opacity: 0.35; } }
.mr-bar button {
  font: inherit; cursor: pointer; padding: 2px 10px; border: 1px solid var(--vscode-button-border, transparent);
  color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); border-radius: 2px;
}
.mr-bar button:hover { background: var(--vscode-button-secondaryHoverBackground); }
.mr-bar button:focus-visible, .mr-error summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.mr-views { display: flex; }
.mr-views button { border-radius: 0; }
.mr-views button:first-child { border-radius: 2px 0 0 2px; }
.mr-views button:last-child { border-radius: 0 2px 2px 0; }
.mr-views button[aria-checked="true"] { color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
.mr-bar .mr-stop::before {
  content: ""; display: inline-block; width: 9px; height: 9px; margin-right: 6px; background: var(--vscode-errorForeground); border-radius: 1px;
}
.mr-grid {
  position: relative; overflow: auto; width: 100%; box-sizing: border-box;
  border: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, transparent));
  font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px);
}
.mr-grid:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.mr-grid:focus .mr-active { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.mr-row { display: grid; height: 22px; line-height: 22px; min-width: max-content; width: 100%; }
.mr-body { position: relative; min-width: max-content; }
.mr-body .mr-row { position: absolute; top: 0; left: 0; }
.mr-body .mr-row:hover { background: var(--vscode-list-hoverBackground); }
.mr-head {
  position: sticky; top: 0; z-index: 1;
  background-color: var(--vscode-editor-background);
  background-image: linear-gradient(var(--vscode-keybindingTable-headerBackground), var(--vscode-keybindingTable-headerBackground));
  box-shadow: 0 1px 0 var(--vscode-panel-border, var(--vscode-editorWidget-border, transparent));
}
.mr-cell { padding: 0 8px; overflow: hidden; text-overflow: ellipsis; white-space: pre; }
.mr-body .mr-cell { user-select: none; cursor: default; }
.mr-selected { background: var(--vscode-editor-selectionBackground, var(--vscode-list-inactiveSelectionBackground)); color: var(--vscode-editor-selectionForeground, inherit); }
.mr-head .mr-cell { position: relative; }
.mr-handle { position: absolute; top: 0; right: 0; width: 7px; height: 100%; cursor: col-resize; touch-action: none; }
.mr-handle::after { content: ""; position: absolute; top: 5px; bottom: 5px; right: 0; width: 1px; background: transparent; }
.mr-head .mr-cell:hover .mr-handle::after { background: var(--vscode-panel-border, var(--vscode-editorWidget-border, currentColor)); }
.mr-head .mr-cell .mr-handle:hover::after, .mr-head .mr-cell .mr-handle:active::after { top: 0; bottom: 0; width: 2px; background: var(--vscode-sash-hoverBorder, var(--vscode-focusBorder)); }
.mr-number { text-align: right; }
.mr-name { font-weight: 600; }
.mr-type { color: var(--vscode-descriptionForeground); font-size: 0.85em; }
.mr-null { color: var(--vscode-disabledForeground, var(--vscode-descriptionForeground)); font-style: italic; }
.mr-kind { text-align: center; padding: 0; }
.mr-k0 .mr-kind { color: var(--vscode-charts-green, var(--vscode-gitDecoration-addedResourceForeground)); }
.mr-k1 .mr-kind { color: var(--vscode-editorWarning-foreground, var(--vscode-charts-orange)); }
.mr-k2 .mr-kind { color: var(--vscode-charts-blue, var(--vscode-gitDecoration-modifiedResourceForeground)); }
.mr-k3 .mr-kind { color: var(--vscode-charts-red, var(--vscode-gitDecoration-deletedResourceForeground)); }
.mr-k1, .mr-k3 { color: var(--vscode-descriptionForeground); }
.mr-error {
  margin-top: 4px; padding: 6px 10px; border-left: 3px solid var(--vscode-errorForeground);
  background: var(--vscode-inputValidation-errorBackground, transparent);
}
.mr-error pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px); }
.mr-place { color: var(--vscode-descriptionForeground); margin-top: 2px; }
.mr-error details { margin-top: 4px; }
.mr-error summary { cursor: pointer; color: var(--vscode-textLink-foreground); width: fit-content; }
.mr-error .mr-trace { max-height: 300px; overflow: auto; color: var(--vscode-descriptionForeground); padding-top: 4px; }
.mr-causes { margin: 4px 0; padding-left: 24px; }
`;
