import { describe, expect, test } from 'vitest';
import { l10nBundle, localised, shownTexts, unlocalised } from '../../scripts/localised-strings.ts';

/** Folders of extension/ in which all that people see can be translated. */
const FOLDERS = ['notebook', 'notebook-files', 'parameters', 'results', 'results-panel', 'step-replay'];

describe('what people see can be translated', () => {
  test.for(FOLDERS)('all of extension/%s', (folder) => {
    expect(unlocalised(`extension/${folder}`)).toEqual([]);
  });

  test('every text is a literal, so that translators are given it', () => {
    const { texts, faults } = localised('extension');
    expect(faults).toEqual([]);
    expect(texts).toContain('Running statements');
    expect(Object.keys(JSON.parse(l10nBundle()) as Record<string, string>)).toEqual(texts);
  });

  test('placeholders are numbered without gaps', () => {
    for (const text of localised('extension').texts) {
      const numbers = new Set([...text.matchAll(/\{(\d+)\}/g)].map((match) => Number(match[1])));
      expect([...numbers].sort(), text).toEqual(Array.from({ length: numbers.size }, (_, i) => i));
    }
  });

  test('a text that is not given to l10n is found', () => {
    const counted = ['`$', '{n} rows are late`'].join('');
    const source = [
      "const id = 'x';",
      "vscode.window.showErrorMessage('It is broken');",
      `item.tooltip = ${counted};`,
      "item.title = vscode.l10n.t('Fine');",
    ].join('\n');
    expect(shownTexts(source)).toEqual([
      { line: 2, text: 'It is broken' },
      { line: 3, text: ' rows are late' },
    ]);
  });
});
