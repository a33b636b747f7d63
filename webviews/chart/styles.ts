/** Style sheet of Chart: what uPlot's own style sheet would say, as far as it is used, in VS Code's colours. */
export const chartStyles = `
.mc { margin: 0; min-width: 0; }
.mc figcaption { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; margin-bottom: 2px; }
.mc-key { display: inline-flex; gap: 5px; align-items: center; color: var(--vscode-descriptionForeground); white-space: nowrap; }
.mc-mark { flex: none; }
.mc-key output { color: var(--vscode-foreground); font-variant-numeric: tabular-nums; }
.mc-empty { display: flex; align-items: center; justify-content: center; color: var(--vscode-descriptionForeground); border: 1px dashed var(--vscode-panel-border, currentColor); border-radius: 4px; box-sizing: border-box; }
.mc-plot { position: relative; overflow: hidden; }
.uplot, .uplot *, .uplot *::before, .uplot *::after { box-sizing: border-box; }
.uplot { width: min-content; }
.u-wrap { position: relative; user-select: none; }
.u-over, .u-under, .u-axis { position: absolute; }
.u-under { overflow: hidden; }
.uplot canvas { display: block; position: relative; width: 100%; height: 100%; }
.u-cursor-x, .u-cursor-y { position: absolute; left: 0; top: 0; pointer-events: none; will-change: transform; }
.u-cursor-x { height: 100%; border-right: 1px dashed var(--vscode-descriptionForeground); }
.u-cursor-pt { position: absolute; top: 0; left: 0; border-radius: 50%; border: 0 solid; pointer-events: none; will-change: transform; background-clip: padding-box; }
.u-select { position: absolute; pointer-events: none; background: var(--vscode-editor-selectionBackground); opacity: 0.4; }
.u-off { display: none; }
`;
