import type uPlot from 'uplot';

/** The lines of a chart's grid. In a high contrast theme they are as bright as what is drawn: there they are dotted. */
export function gridLine(parent: HTMLElement): uPlot.Axis.Grid {
  const style = getComputedStyle(parent);
  const stroke = style.getPropertyValue('--vscode-panel-border').trim() || style.color;
  const isContrast = parent.closest('.vscode-high-contrast, .vscode-high-contrast-light') !== null;
  return { stroke, width: 1, ...(isContrast && { dash: [1, 5] }) };
}
