import { chartStyles } from '../chart/styles.ts';
import { graphStyles } from '../graph/styles.ts';

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
  font: inherit; cursor: pointer; padding: 2px 10px; border: 1px solid var(--vscode-button-secondaryBorder, var(--vscode-button-border, transparent));
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
.mr-box { position: relative; }
.mr-fill { flex: 1; min-height: 0; display: flex; flex-direction: column; overflow-y: auto; }
.mr-fill > * { flex: none; }
.mr-split { display: flex; min-height: 0; gap: 8px; align-items: stretch; }
.mr-fill > .mr-split { flex: 1 1 130px; min-height: 130px; align-items: flex-start; }
.mr-fill > .mr-plan, .mr-fill > .mr-text { flex: 1 1 auto; min-height: 0; }
.mr-split > .mr-grid { flex: 1; min-width: 0; }
.mr-fill .mr-split > .mr-grid, .mr-fill .mr-detail { max-height: 100%; }
.mr-pinned { position: sticky; z-index: 1; background: var(--vscode-editor-background); }
.mr-pinned.mr-selected { background: color-mix(in srgb, var(--vscode-editor-selectionBackground) 100%, var(--vscode-editor-background)); }
.mr-sort { font-size: 0.8em; color: var(--vscode-textLink-foreground); }
.mr-head .mr-cell { cursor: pointer; }
.mr-empty { opacity: 0.8; }
.mr-cell mark { background: var(--vscode-editor-findMatchHighlightBackground, Highlight); color: inherit; outline: 1px solid var(--vscode-editor-findMatchHighlightBorder, transparent); }
.mr-bar .mr-on { color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
.mr-bar .mr-link { padding: 0; border: 0; background: none; color: var(--vscode-textLink-foreground); }
.mr-bar .mr-link:hover { background: none; text-decoration: underline; }
.mr-field { display: flex; align-items: center; gap: 6px; padding-bottom: 4px; }
.mr-field input {
  flex: 0 1 420px; min-width: 80px; box-sizing: border-box; height: 24px; padding: 2px 6px; font: inherit; border-radius: 2px;
  color: var(--vscode-input-foreground); background: var(--vscode-input-background);
  border: 1px solid var(--vscode-input-border, var(--vscode-settings-textInputBorder, transparent));
}
.mr-field input.mr-code { font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px); flex-basis: 520px; }
.mr-field input::placeholder { color: var(--vscode-input-placeholderForeground); }
.mr-field input:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.mr-field input[aria-invalid="true"] { border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground)); }
.mr-bad { color: var(--vscode-errorForeground); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.mr-icon { font: inherit; cursor: pointer; min-width: 24px; height: 24px; border: 0; border-radius: 3px; color: inherit; background: transparent; }
.vscode-high-contrast .mr-icon { border: 1px solid var(--vscode-contrastBorder, currentColor); }
.mr-icon:hover { background: var(--vscode-toolbar-hoverBackground); }
.mr-icon:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.mr-menu {
  position: absolute; z-index: 10; min-width: 180px; padding: 4px; border-radius: 5px; max-height: 330px; overflow: auto;
  color: var(--vscode-menu-foreground); background: var(--vscode-menu-background, var(--vscode-editorWidget-background));
  border: 1px solid var(--vscode-menu-border, var(--vscode-widget-border, transparent)); box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
}
.mr-menu button { display: flex; gap: 4px; width: 100%; font: inherit; text-align: left; cursor: pointer; padding: 3px 12px 3px 4px; border: 0; border-radius: 3px; color: inherit; background: transparent; white-space: nowrap; }
.mr-menu button:hover:not(:disabled), .mr-menu button:focus { color: var(--vscode-menu-selectionForeground); background: var(--vscode-menu-selectionBackground); outline: 1px solid var(--vscode-menu-selectionBorder, transparent); outline-offset: -1px; }
.mr-menu button:disabled { color: var(--vscode-disabledForeground); cursor: default; }
.mr-menu hr { border: 0; border-top: 1px solid var(--vscode-menu-separatorBackground, currentColor); margin: 4px 0; }
.mr-check { width: 14px; }
.mr-detail {
  flex: none; width: 300px; max-height: 380px; overflow: auto; box-sizing: border-box; padding: 4px 10px 8px;
  border: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, transparent));
}
.mr-detail-head { display: flex; align-items: center; gap: 8px; }
.mr-detail dl { margin: 0; }
.mr-detail dt { font-weight: 600; margin-top: 6px; }
.mr-detail dt .mr-type { font-weight: 400; }
.mr-detail dd { margin: 0; overflow-wrap: anywhere; user-select: text; font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px); }
.mr-detail pre { margin: 0; white-space: pre-wrap; font: inherit; }
.mr-detail ul { margin: 0; padding-left: 14px; list-style: none; }
.mr-detail summary { cursor: pointer; }
.mr-bar .mr-on:hover, .mr-bar button[aria-pressed="true"]:hover, .mr-views button[aria-checked="true"]:hover { background: var(--vscode-button-hoverBackground); }
.mr-bar button[aria-pressed="true"] { color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
.mr-bar button:disabled { opacity: 0.5; cursor: default; }
.mr-sort { margin-left: 4px; }
.mr-chart { margin: 0 0 6px; }
.mr-chart figcaption { display: flex; gap: 14px; align-items: baseline; }
.mr-chart figcaption i { display: inline-block; width: 10px; height: 3px; border-radius: 1px; vertical-align: middle; }
.mr-chart select { font: inherit; height: 24px; border-radius: 2px; color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); border: 1px solid var(--vscode-dropdown-border, transparent); }
.mr-chart select:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.mr-value { display: flex; align-items: baseline; gap: 10px; padding: 12px 0; font-size: 42px; font-variant-numeric: tabular-nums; line-height: 1.1; }
.mr-value small { font-size: 13px; color: var(--vscode-descriptionForeground); }
.mr-detail table { width: 100%; table-layout: fixed; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.mr-detail th, .mr-detail td { padding: 1px 4px 1px 0; text-align: left; font-weight: 400; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; background: none; }
.mr-detail th { color: var(--vscode-descriptionForeground); }
.mr-detail td { text-align: right; }
.mr-bars { display: flex; align-items: flex-end; gap: 1px; height: 60px; margin: 8px 0; }
.mr-bars i { flex: 1; background: var(--vscode-charts-blue); }
@media (forced-colors: active) { .mr-bars i { background: Highlight; } }
.mr-plan { display: flex; gap: 8px; align-items: flex-start; min-height: 0; overflow: auto; }
.mr-plan > .mg { flex: 1; min-width: 0; }
.mr-plan-box { display: flex; flex-direction: column; gap: 2px; }
.mr-plan-box > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.mr-mode { font-size: 0.85em; padding: 0 5px; margin-right: 6px; border-radius: 8px; border: 1px solid var(--vscode-charts-green, currentColor); }
.mr-mode.mr-changes { border-color: var(--vscode-charts-orange, currentColor); }
.mr-keeps { font-size: 0.85em; color: var(--vscode-descriptionForeground); }
.mr-bar button[aria-pressed="true"], .mr-views button[aria-checked="true"] { box-shadow: inset 0 0 0 2px var(--vscode-contrastActiveBorder, transparent); }
.mr-detail .mr-link { font: inherit; padding: 0; border: 0; background: none; cursor: pointer; color: var(--vscode-textLink-foreground); }
.mr-detail .mr-link:hover { text-decoration: underline; }
.mr-detail .mr-link:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.mr-late { color: var(--vscode-editorWarning-foreground, var(--vscode-charts-orange)); }
.mr-line { flex-wrap: wrap; }
.mr-wide { flex-basis: 100%; }
.mr-hot-mark { margin-left: 6px; padding: 0 5px; border-radius: 8px; font-size: 0.85em; border: 1px solid var(--vscode-charts-red, currentColor); color: var(--vscode-charts-red, inherit); }
.mg-node:has(.mr-hot) { border-color: var(--vscode-charts-red, currentColor); border-width: 2px; }
.mr-live { font-variant-numeric: tabular-nums; font-size: 0.9em; }
.mr-load { display: flex; height: 4px; margin-top: 2px; border-radius: 2px; overflow: hidden; background: var(--vscode-scrollbarSlider-background, transparent); }
.mr-busy { background: var(--vscode-charts-orange, currentColor); }
.mr-pressed { background: repeating-linear-gradient(90deg, var(--vscode-charts-red, currentColor) 0 3px, transparent 3px 5px); }
.mr-figures { margin: 4px 0; padding-left: 16px; }
@media (forced-colors: active) { .mr-busy { background: Highlight; } .mr-pressed { background: LinkText; } }
${chartStyles}${graphStyles}`;
