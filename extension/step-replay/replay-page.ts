import { createHash } from 'node:crypto';
import type { StepTrace } from '../../webviews/step-replay/trace.ts';
import { heldTexts } from '../webviews/held-texts.ts';

/** Colours of an exported page, which no editor gives: those of VS Code's modern themes. */
const LIGHT = {
  foreground: '#3b3b3b',
  'editor-background': '#ffffff',
  descriptionForeground: '#616161',
  errorForeground: '#c72e0f',
  focusBorder: '#005fb8',
  'panel-border': '#d4d4d4',
  'button-foreground': '#ffffff',
  'button-background': '#005fb8',
  'button-hoverBackground': '#0258a8',
  'button-secondaryForeground': '#3b3b3b',
  'button-secondaryBackground': '#e5e5e5',
  'button-secondaryHoverBackground': '#cccccc',
  'dropdown-foreground': '#3b3b3b',
  'dropdown-background': '#ffffff',
  'dropdown-border': '#cecece',
  'list-hoverBackground': '#f2f2f2',
  'list-activeSelectionBackground': '#e8e8e8',
  'list-activeSelectionForeground': '#000000',
  'charts-green': '#388a34',
  'charts-red': '#c72e0f',
  'charts-blue': '#1a85ff',
  'editorWarning-foreground': '#9a6700',
  'diffEditor-insertedTextBackground': '#9ccc2c40',
  'diffEditor-removedTextBackground': '#ff000033',
};
const DARK: typeof LIGHT = {
  foreground: '#cccccc',
  'editor-background': '#1f1f1f',
  descriptionForeground: '#9d9d9d',
  errorForeground: '#f85149',
  focusBorder: '#0078d4',
  'panel-border': '#3c3c3c',
  'button-foreground': '#ffffff',
  'button-background': '#0078d4',
  'button-hoverBackground': '#026ec1',
  'button-secondaryForeground': '#cccccc',
  'button-secondaryBackground': '#313131',
  'button-secondaryHoverBackground': '#3c3c3c',
  'dropdown-foreground': '#cccccc',
  'dropdown-background': '#313131',
  'dropdown-border': '#3c3c3c',
  'list-hoverBackground': '#2a2d2e',
  'list-activeSelectionBackground': '#04395e',
  'list-activeSelectionForeground': '#ffffff',
  'charts-green': '#89d185',
  'charts-red': '#f14c4c',
  'charts-blue': '#3794ff',
  'editorWarning-foreground': '#cca700',
  'diffEditor-insertedTextBackground': '#9ccc2c33',
  'diffEditor-removedTextBackground': '#ff000033',
};

/** A page that holds the trace and the view: nothing else is needed, and its policy lets nothing else in. */
export function replayPage(trace: StepTrace, script: string): string {
  // Within the element it must not be ended by what it holds.
  const code = script.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
  const data = JSON.stringify(trace).replace(/</g, '\\u003c');
  const colours = (of: typeof LIGHT): string =>
    Object.entries(of)
      .map(([name, value]) => `--vscode-${name}: ${value};`)
      .join(' ');
  const style = `:root { color-scheme: light dark; ${colours(LIGHT)} } @media (prefers-color-scheme: dark) { :root { ${colours(DARK)} } }`;
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = `default-src 'none'; script-src ${hash(code)}; style-src ${hash(style)};`;
  const title = trace.statement.trim().split('\n', 1)[0] ?? '';
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body><div id="root"></div>${heldTexts()}<script type="application/json" id="trace">${data}</script><script type="module">${code}</script></body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
