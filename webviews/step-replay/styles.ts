/** Style sheet of the step replay. */
export const replayStyles = `
body { margin: 0; padding: 0 !important; font-family: var(--vscode-font-family, system-ui, sans-serif); font-size: var(--vscode-font-size, 13px); color: var(--vscode-foreground); background: var(--vscode-editor-background); }
.sr { display: flex; flex-direction: column; height: 100vh; box-sizing: border-box; padding: 10px 14px; gap: 8px; }
.sr pre { margin: 0; max-height: 84px; overflow: auto; white-space: pre-wrap; font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px); color: var(--vscode-descriptionForeground); }
.sr-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; }
.sr-bar button, .sr-bar select { font: inherit; height: 26px; padding: 0 10px; cursor: pointer; border-radius: 2px; border: 1px solid var(--vscode-button-secondaryBorder, var(--vscode-button-border, transparent)); color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
.sr-bar select { padding: 0 4px; color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); border-color: var(--vscode-dropdown-border, transparent); }
.sr-bar button:hover:not(:disabled) { background: var(--vscode-button-secondaryHoverBackground); }
.sr-bar .sr-main { border-color: var(--vscode-button-border, transparent); color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
.sr-bar .sr-main:hover:not(:disabled) { background: var(--vscode-button-hoverBackground); }
.sr-bar button:disabled { opacity: 0.5; cursor: default; }
.sr-bar :focus-visible, .sr-steps:focus-visible, .sr-scroll:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.sr-bar input[type="range"] { flex: 1 1 160px; min-width: 100px; accent-color: var(--vscode-focusBorder); }
.sr-at { min-width: 96px; font-variant-numeric: tabular-nums; }
.sr-body { display: grid; grid-template-columns: minmax(190px, 1fr) minmax(320px, 2fr) minmax(250px, 1.3fr); gap: 12px; flex: 1; min-height: 0; }
.sr-body > section { display: flex; flex-direction: column; min-height: 0; min-width: 0; }
.sr h2 { font-size: 1em; font-weight: 600; margin: 0 0 4px; }
.sr-scroll { overflow: auto; flex: 1; min-height: 0; border: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, currentColor)); border-radius: 3px; }
.sr-steps { list-style: none; margin: 0; padding: 0; font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px); }
.sr-steps > div { display: flex; gap: 6px; padding: 2px 8px; cursor: pointer; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.sr-steps > div:hover { background: var(--vscode-list-hoverBackground); }
.sr-steps > div[aria-selected="true"] { color: var(--vscode-list-activeSelectionForeground); background: var(--vscode-list-activeSelectionBackground); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
.sr-steps .sr-no { min-width: 26px; text-align: right; opacity: 0.7; }
.sr-card { overflow-x: auto; margin: 0 0 8px; padding: 6px 10px; border: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, currentColor)); border-radius: 4px; }
.sr-scroll > .sr-card { margin: 8px; }
.sr-card.sr-busy { border-color: var(--vscode-focusBorder); }
.sr-head { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; }
.sr-quiet { color: var(--vscode-descriptionForeground); font-size: 0.92em; }
.sr-moved { color: var(--vscode-charts-blue, inherit); font-weight: 600; }
.sr-late { color: var(--vscode-editorWarning-foreground, inherit); font-weight: 600; }
.sr table { border-collapse: collapse; margin: 4px 0 2px; font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px); }
.sr th { text-align: left; font-weight: 600; color: var(--vscode-descriptionForeground); padding: 1px 10px 1px 0; }
.sr td { padding: 1px 10px 1px 0; white-space: pre; }
.sr-title { margin-top: 6px; }
.sr-new td:first-child { box-shadow: inset 3px 0 0 var(--vscode-charts-green, currentColor); }
.sr-new td { background: var(--vscode-diffEditor-insertedTextBackground, transparent); }
.sr-gone td { text-decoration: line-through; opacity: 0.6; background: var(--vscode-diffEditor-removedTextBackground, transparent); }
.sr td:first-child, .sr th:first-child { padding-left: 8px; }
.sr-null { color: var(--vscode-disabledForeground, var(--vscode-descriptionForeground)); font-style: italic; }
.sr-plus { color: var(--vscode-charts-green, inherit); }
.sr-minus { color: var(--vscode-charts-red, inherit); }
.sr-out { flex: none; max-height: 40%; overflow: auto; margin-bottom: 8px; }
.sr-empty { margin: 8px; color: var(--vscode-descriptionForeground); }
.sr-error { padding: 6px 10px; border-left: 3px solid var(--vscode-errorForeground); background: var(--vscode-inputValidation-errorBackground, transparent); white-space: pre-wrap; }
@media (max-width: 760px) { .sr { height: auto; } .sr-body { grid-template-columns: 1fr; } .sr-scroll { max-height: 320px; } }
`;
