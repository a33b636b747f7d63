/** Style sheet of forms in panels: VS Code's theme variables only, so that every theme fits. */
export const formStyles = `
body { padding: 0; margin: 0; color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size, 13px); }
.mf { max-width: 640px; padding: 20px 28px 96px; }
.mf h1 { font-size: 1.5em; font-weight: 600; margin: 0 0 4px; }
.mf h2 { font-size: 1.1em; font-weight: 600; margin: 24px 0 8px; padding-top: 16px; border-top: 1px solid var(--vscode-settings-headerBorder, var(--vscode-panel-border)); }
.mf p { margin: 0 0 16px; color: var(--vscode-descriptionForeground); line-height: 1.5; }
.mf-field { margin: 0 0 14px; }
.mf-field > label, .mf-legend { display: block; font-weight: 600; margin-bottom: 4px; }
.mf-hint { color: var(--vscode-descriptionForeground); margin-top: 4px; line-height: 1.4; }
.mf-bad { color: var(--vscode-errorForeground); margin-top: 4px; }
.mf input[type="text"], .mf input[type="password"], .mf input[type="url"], .mf select {
  box-sizing: border-box; width: 100%; height: 28px; padding: 3px 8px; font: inherit; border-radius: 2px;
  color: var(--vscode-input-foreground); background: var(--vscode-input-background);
  border: 1px solid var(--vscode-input-border, var(--vscode-settings-textInputBorder, transparent));
}
.mf textarea {
  box-sizing: border-box; width: 100%; padding: 4px 8px; border-radius: 2px; resize: vertical; font-family: var(--vscode-editor-font-family, monospace); font-size: 0.95em;
  color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-input-border, var(--vscode-settings-textInputBorder, transparent));
}
.mf textarea:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.mf select { color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); border-color: var(--vscode-dropdown-border, transparent); }
.mf input::placeholder { color: var(--vscode-input-placeholderForeground); }
.mf input[aria-invalid="true"] { border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground)); }
.mf input:focus-visible, .mf select:focus-visible, .mf button:focus-visible, .mf summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.mf button:focus-visible, .mf summary:focus-visible { outline-offset: 2px; }
.mf-row { display: flex; gap: 8px; align-items: center; }
.mf-row > input { flex: 1; min-width: 0; }
.mf-two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 16px; }
@media (max-width: 520px) { .mf-two { grid-template-columns: 1fr; } }
.mf-check { display: flex; gap: 8px; align-items: flex-start; margin: 0 0 14px; }
.mf-check input { accent-color: var(--vscode-checkbox-selectBackground, var(--vscode-button-background)); margin: 2px 0 0; width: 16px; height: 16px; flex: none; }
.mf fieldset { border: 0; padding: 0; margin: 0 0 14px; min-width: 0; }
.mf legend { padding: 0; }
.mf-choice { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-bottom: 10px; }
.mf-choice label { display: flex; gap: 6px; align-items: center; }
.mf-choice input { accent-color: var(--vscode-button-background); margin: 0; }
.mf button {
  font: inherit; cursor: pointer; height: 28px; padding: 0 14px; border-radius: 2px; border: 1px solid var(--vscode-button-secondaryBorder, var(--vscode-button-border, transparent)); white-space: nowrap;
  color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground);
}
.mf button:hover:not(:disabled) { background: var(--vscode-button-secondaryHoverBackground); }
.mf button.mf-primary { border-color: var(--vscode-button-border, transparent); color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
.mf button.mf-primary:hover:not(:disabled) { background: var(--vscode-button-hoverBackground); }
.mf button:disabled { opacity: 0.5; cursor: default; }
.mf button.mf-plain { background: transparent; color: var(--vscode-textLink-foreground); padding: 0; border: 0; }
.mf button.mf-plain:hover:not(:disabled) { background: transparent; text-decoration: underline; }
.mf details { margin: 24px 0 0; padding-top: 16px; border-top: 1px solid var(--vscode-settings-headerBorder, var(--vscode-panel-border)); }
.mf summary { cursor: pointer; font-size: 1.1em; font-weight: 600; margin-bottom: 10px; }
.mf summary span { font-weight: 400; font-size: 0.9em; color: var(--vscode-descriptionForeground); margin-left: 8px; }
.mf-actions {
  position: fixed; bottom: 0; left: 0; right: 0; padding: 12px 28px; display: flex; gap: 8px; align-items: center;
  background: var(--vscode-editor-background); border-top: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, transparent));
}
/* What the browser draws itself: on a dark page a box that is not ticked is dark, and in high contrast a tick is no button's black. */
.vscode-dark .mf input, .vscode-high-contrast:not(.vscode-high-contrast-light) .mf input { color-scheme: dark; }
.vscode-high-contrast .mf-choice input, .vscode-high-contrast .mf-check input { accent-color: var(--vscode-focusBorder); }
.vscode-high-contrast .mf [aria-invalid="true"] { border-color: var(--vscode-errorForeground); border-width: 2px; }
.vscode-high-contrast .mf button.mf-primary { border-width: 2px; font-weight: 600; }
.mf-outcome { scroll-margin-bottom: 80px; }
.mf-found { margin: 24px 0 0; padding: 12px 14px; border-left: 3px solid var(--vscode-descriptionForeground); background: var(--vscode-textBlockQuote-background, transparent); line-height: 1.6; overflow-wrap: anywhere; }
.mf-found strong { display: block; }
.mf-ok { border-left-color: var(--vscode-charts-green, var(--vscode-testing-iconPassed)); }
.mf-partly { border-left-color: var(--vscode-charts-yellow, var(--vscode-editorWarning-foreground)); }
.mf-failed { border-left-color: var(--vscode-errorForeground); }
`;
