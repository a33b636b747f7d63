/** Style sheet of Graph. */
export const graphStyles = `
.mg { position: relative; }
.mg-tools { display: flex; gap: 2px; justify-content: flex-end; margin-bottom: 4px; }
.mg-tools button {
  font: inherit; min-width: 26px; height: 24px; padding: 0 6px; cursor: pointer; border-radius: 2px; border: 1px solid var(--vscode-button-secondaryBorder, var(--vscode-button-border, transparent));
  color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground);
}
.mg-tools button:hover { background: var(--vscode-button-secondaryHoverBackground); }
.mg-tools button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.mg-frame {
  overflow: auto; max-height: 460px; border: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border, transparent)); border-radius: 4px;
  background: var(--vscode-editorWidget-background, transparent);
}
.mg-scene { position: relative; transform-origin: 0 0; }
.mg-scene svg { position: absolute; inset: 0; }
.mg-edge path { fill: none; stroke: var(--vscode-descriptionForeground); stroke-width: 1.5; opacity: 0.7; }
.mg-edge text { fill: var(--vscode-descriptionForeground); font-size: 10px; font-family: var(--vscode-font-family); }
.mg-near path { stroke: var(--vscode-focusBorder); stroke-width: 2; opacity: 1; }
#mg-arrow path { fill: var(--vscode-descriptionForeground); stroke: none; }
.mg-node {
  position: absolute; box-sizing: border-box; padding: 8px 10px; text-align: left; font: inherit; overflow: hidden; cursor: pointer; border-radius: 4px;
  color: var(--vscode-foreground); background: var(--vscode-editor-background);
  border: 1px solid var(--vscode-contrastBorder, color-mix(in srgb, var(--vscode-foreground) 30%, transparent));
}
.vscode-high-contrast .mg-edge path { stroke: var(--vscode-foreground); opacity: 1; }
.vscode-high-contrast #mg-arrow path { fill: var(--vscode-foreground); }
.mg-node:hover { border-color: var(--vscode-focusBorder); }
.mg-node:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 1px; }
.mg-node[aria-pressed="true"] { border-color: var(--vscode-focusBorder); box-shadow: 0 0 0 1px var(--vscode-focusBorder); }
`;
