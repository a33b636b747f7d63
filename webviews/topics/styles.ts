/** Style sheet of the views of topics and groups: VS Code's theme variables only, so that every theme fits. */
export const topicStyles = `
html, body, #root { height: 100%; }
body { padding: 0 !important; }
.mt { padding: 14px 20px 32px; font-variant-numeric: tabular-nums; box-sizing: border-box; }
.mt-fills { height: 100%; display: flex; flex-direction: column; padding-bottom: 10px; min-height: 0; }
.mt header { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; margin-bottom: 8px; }
.mt h1 { font-size: 1.4em; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
.mt h2 { display: flex; align-items: baseline; gap: 8px; font-size: 1.05em; font-weight: 600; margin: 0 0 6px; }
.mt h2 .mt-link { font-weight: 400; font-size: 0.9em; }
.mt code { font-family: var(--vscode-editor-font-family, monospace); font-size: 0.95em; color: inherit; background: none; padding: 0; }
.mt p { margin: 0 0 10px; line-height: 1.5; }
.mt-quiet { color: var(--vscode-descriptionForeground); font-weight: 400; }
.mt-bad { color: var(--vscode-errorForeground); }
.mt-warn { color: var(--vscode-editorWarning-foreground, var(--vscode-list-warningForeground)); }
.mt-own { font-weight: 700; }
.mt-actions { display: flex; flex-wrap: wrap; gap: 6px; margin-left: auto; }
.mt-actions button, .mt-button {
  font: inherit; cursor: pointer; height: 26px; padding: 0 11px; border-radius: 2px; border: 1px solid var(--vscode-button-secondaryBorder, var(--vscode-button-border, transparent)); white-space: nowrap;
  color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground);
}
.mt-actions button:hover:not(:disabled), .mt-button:hover:not(:disabled) { background: var(--vscode-button-secondaryHoverBackground); }
.mt-actions button:disabled, .mt-button:disabled { opacity: 0.5; cursor: default; }
.mt-button.mt-primary { border-color: var(--vscode-button-border, transparent); color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
.mt-button.mt-primary:hover:not(:disabled) { background: var(--vscode-button-hoverBackground); }
.mt button:focus-visible, .mt summary:focus-visible, .mt pre:focus-visible, .mt-bars:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.mt-link { font: inherit; border: 0; padding: 0; cursor: pointer; background: none; color: var(--vscode-textLink-foreground); text-align: left; overflow-wrap: anywhere; }
.mt-link:hover { text-decoration: underline; }
.mt-table .mt-link + .mt-link { margin-left: 12px; }
.mt-badge { padding: 1px 7px; margin: 0 4px; border-radius: 8px; font-size: 0.85em; font-weight: 400; color: var(--vscode-badge-foreground); background: var(--vscode-badge-background); }
.mt-badge.mt-warn { color: var(--vscode-editor-background); background: var(--vscode-editorWarning-foreground); }
.mt-alert, .mt-note { padding: 7px 12px; margin: 0 0 10px; border-left: 3px solid var(--vscode-errorForeground); background: var(--vscode-textBlockQuote-background, transparent); overflow-wrap: anywhere; white-space: pre-wrap; }
.mt-note { border-left-color: var(--vscode-charts-blue); }
.mt-tabs { display: flex; flex-wrap: wrap; flex: none; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, transparent)); margin-bottom: 12px; }
.mt-tabs button { font: inherit; cursor: pointer; padding: 6px 12px; border: 0; border-bottom: 2px solid transparent; background: none; color: var(--vscode-descriptionForeground); }
.mt-tabs button:hover { color: var(--vscode-foreground); }
.mt-tabs button[aria-selected="true"] { color: var(--vscode-foreground); border-bottom-color: var(--vscode-focusBorder); }
.mt-messages:not([hidden]) { flex: 1; min-height: 0; display: flex; flex-direction: column; }
.mt-bar { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; margin-bottom: 8px; }
.mt-space { flex: 1; }
.mt-input, .mt-select select {
  box-sizing: border-box; height: 26px; padding: 2px 7px; font: inherit; border-radius: 2px;
  color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-input-border, var(--vscode-settings-textInputBorder, transparent));
}
.mt-input[type="datetime-local"] { color-scheme: light dark; }
body.vscode-dark .mt-input[type="datetime-local"], body.vscode-high-contrast:not(.vscode-high-contrast-light) .mt-input[type="datetime-local"] { color-scheme: dark; }
body.vscode-light .mt-input[type="datetime-local"] { color-scheme: light; }
.mt-select select { color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); border-color: var(--vscode-dropdown-border, transparent); }
.mt-input:focus-visible, .mt-select select:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.mt-input::placeholder { color: var(--vscode-input-placeholderForeground); }
.mt-input[aria-invalid="true"] { border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground)); }
.mt-short { width: 130px; }
.mt-select { display: flex; gap: 6px; align-items: center; }
.mt-select > span, .mt-filter label { color: var(--vscode-descriptionForeground); }
.mt-check { display: flex; gap: 6px; align-items: center; white-space: nowrap; }
.mt-check input { accent-color: var(--vscode-button-background); margin: 0; }
body.vscode-dark .mt-check input, body.vscode-high-contrast:not(.vscode-high-contrast-light) .mt-check input { color-scheme: dark; }
.mt-query { flex: none; }
.mt-filter .mt-bar { flex-wrap: nowrap; }
.mt-filter label { font-family: var(--vscode-editor-font-family, monospace); font-size: 0.92em; }
.mt-sql { flex: 1; min-width: 0; font-family: var(--vscode-editor-font-family, monospace); }
.mt-place { margin: 0; font-family: var(--vscode-editor-font-family, monospace); color: var(--vscode-foreground); white-space: pre-wrap; }
.mt-place mark { color: inherit; background: none; text-decoration: underline wavy var(--vscode-errorForeground); }
.mt-filter .mt-bad { margin: -2px 0 8px; }
.mt-pick { position: relative; }
.mt-pick summary { cursor: pointer; height: 26px; line-height: 26px; }
.mt-pop { position: absolute; z-index: 5; top: 28px; left: 0; max-height: 260px; overflow: auto; padding: 8px 14px; display: grid; gap: 6px; background: var(--vscode-menu-background, var(--vscode-editorWidget-background)); border: 1px solid var(--vscode-menu-border, var(--vscode-editorWidget-border, transparent)); box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent); }
.mt-histogram { margin: 0 0 8px; flex: none; }
.mt-bars { position: relative; cursor: crosshair; touch-action: none; border-bottom: 1px solid var(--vscode-panel-border, currentColor); }
.mt-bars svg { width: 100%; height: 100%; display: block; }
.mt-hit { fill: var(--vscode-charts-blue); }
.mt-all { fill: color-mix(in srgb, var(--vscode-descriptionForeground) 45%, transparent); }
.mt-brush { fill: var(--vscode-editor-selectionBackground); }
.mt-out { opacity: 0.35; }
.mt-histogram figcaption { font-size: 0.9em; margin-top: 3px; }
.mt-progress { flex: none; display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; margin-bottom: 4px; color: var(--vscode-descriptionForeground); }
.mt-meter { width: 120px; height: 4px; border-radius: 2px; overflow: hidden; background: color-mix(in srgb, var(--vscode-foreground) 18%, transparent); }
.mt-meter i { display: block; height: 100%; background: var(--vscode-progressBar-background, var(--vscode-charts-blue)); }
.mt-split { flex: 1; min-height: 120px; display: flex; gap: 14px; }
.mt-grid { flex: 1; min-width: 0; display: flex; flex-direction: column; position: relative; }
.mt-grid > .mr-result { flex: 1; min-height: 0; display: flex; flex-direction: column; }
.mt-grid .mr-grid { flex: 0 1 auto; min-height: 0; max-height: none !important; }
.mt-empty { padding: 18px; text-align: center; color: var(--vscode-descriptionForeground); }
.mt-detail { flex: none; width: min(46%, 620px); overflow: auto; padding-left: 14px; border-left: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, transparent)); }
.mt-detail section { margin-bottom: 14px; }
.mt-code { margin: 0; padding: 8px 10px; max-height: 420px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-family: var(--vscode-editor-font-family, monospace); font-size: 0.95em; background: var(--vscode-textCodeBlock-background, transparent); border-radius: 3px; }
.mt-why { margin: 4px 0 0; }
.mt-why div { display: grid; grid-template-columns: 100px 1fr; gap: 8px; padding: 2px 0; }
.mt-why dt { color: var(--vscode-descriptionForeground); }
.mt-why dd { margin: 0; overflow-wrap: anywhere; }
.mt summary { cursor: pointer; color: var(--vscode-descriptionForeground); }
.mt-section { margin: 16px 0 0; }
.mt-table { border-collapse: collapse; min-width: min(100%, 640px); }
.mt-configs, .mt-detail .mt-table { width: 100%; }
.mt-detail .mt-table th { width: 1%; }
.mt-table th { text-align: left; font-weight: 600; padding: 5px 24px 5px 0; border-bottom: 1px solid var(--vscode-panel-border, currentColor); vertical-align: top; }
.mt-table + .mt-bar, .mt-table + .mt-alert { margin-top: 10px; }
.mt-table tbody th { border: 0; font-weight: 400; white-space: nowrap; }
.mt-table td { padding: 4px 24px 4px 0; vertical-align: top; overflow-wrap: anywhere; }
.mt-sort { font: inherit; font-weight: 600; border: 0; padding: 0; cursor: pointer; background: none; color: inherit; white-space: nowrap; }
.mt-sort:hover { text-decoration: underline; }
.mt-topics { width: 100%; }
.mt-table .mt-number { text-align: right; white-space: nowrap; }
.mt-table tbody tr:hover { background: var(--vscode-list-hoverBackground); }
.mt-configs td:first-child { width: 46%; }
.mt-configs details:not([open]) { display: inline-block; margin-left: 12px; font-size: 0.9em; }
.mt-configs details p { margin: 4px 0; color: var(--vscode-descriptionForeground); }
.mt-edit { display: flex; gap: 6px; }
.mt-edit .mt-input { flex: 1; min-width: 120px; }
.mt-list { margin: 0; padding: 0 0 0 18px; line-height: 1.7; }
@media (max-width: 760px) { .mt-split { flex-direction: column; } .mt-detail { width: auto; border-left: 0; padding-left: 0; max-height: 50%; } }
`;
