import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { l10nBundle, localised } from '../../scripts/localised-strings.ts';
import { earlyTranslations, languageOf, shownNodes, shownTextsIn } from '../harness/shown-texts.ts';

const root = join(import.meta.dirname, '../..');

/** What looks like words and is none that people see: keys, names of things in settings and files, kinds of statements. */
const IDENTIFIERS: ReadonlySet<string> = new Set([
  'Arrow IPC stream',
  'Debugger for Java',
  'Describe',
  'Explain',
  // The settings refer to it.
  'Local runtime',
  'Java',
  'Python',
  'Python Debugger',
  'Reset',
  'Set',
  'Use',
  'catalog {}',
  'database {}',
  'deployment restartable',
  'deployment {} {}',
  'materialized table',
  'millrace connections',
  'millrace udf',
  'object {}',
  'reset {}',
  'set {}',
  '{} in',
  '{} out',
  '{}\ncolumn {}',
  // Documents, and settings of Kafka's clients.
  '/{} version {}.{}',
  "value.amount > 100 AND headers['x'] = 'y'",
  '[{"key": "some key", "value": {"id": 1}, "headers": {}}]',
  'syntax = "proto3";\n\nmessage Value {\n  int64 id = 1;\n}\n',
  '{} required {};',
  'org.apache.kafka.common.security.{}LoginModule required username={} password={};',
]);

describe('what people see can be translated', () => {
  test.for(['extension', 'webviews'])('all of %s', (folder) => {
    const found = shownTextsIn(root, folder);
    expect(found.filter(({ text }) => !IDENTIFIERS.has(text))).toEqual([]);
  });

  test('every text is a literal, so that translators are given it', () => {
    const { texts, faults } = localised();
    expect(faults).toEqual([]);
    // Of the editor's API, of a file without it, and of a page.
    for (const text of ['Running statements', 'Let the cluster plan the job', 'Next watermark']) {
      expect(texts).toContain(text);
    }
    expect(Object.keys(JSON.parse(l10nBundle()) as Record<string, string>)).toEqual(texts);
  });

  test('placeholders are numbered without gaps', () => {
    for (const text of localised().texts) {
      const numbers = new Set([...text.matchAll(/\{(\d+)\}/g)].map((match) => Number(match[1])));
      expect([...numbers].sort(), text).toEqual(Array.from({ length: numbers.size }, (_, i) => i));
    }
  });

  test('no text is translated before the language is known', () => {
    const early = globSync('{extension,webviews}/**/*.{ts,tsx}', { cwd: root }).flatMap((file) =>
      earlyTranslations(readFileSync(join(root, file), 'utf8'), languageOf(file)).map((line) => `${file}:${line}`),
    );
    expect(early).toEqual([]);
  });
});

describe('a text that cannot be translated is found', () => {
  const texts = (source: string): string[] => shownNodes(source, 'tsx').map(({ text }) => text);

  test('in the editor’s part', () => {
    const source = [
      "const id = 'x';",
      "vscode.window.showErrorMessage('It is broken');",
      `item.tooltip = ${['`$', '{n} rows are late`'].join('')};`,
      "item.title = vscode.l10n.t('Fine');",
      "throw new Error('Nothing is open');",
      "log.warn('nobody reads this aloud');",
      "if (kind === 'Not shown') await run('SELECT a FROM b');",
    ].join('\n');
    expect(texts(source)).toEqual(['It is broken', '{} rows are late', 'Nothing is open']);
  });

  test('in pages', () => {
    const source = [
      'const part = (<div className="mr-cell mr-kind" data-testid="of no concern" aria-live="polite" title="Row kind">',
      '  <b>Result</b> {t("of")} {isOn ? "on" : t("off")} NULL',
      `  <input placeholder={${['`Find in $', '{name}`'].join('')}} aria-label={t("Find")} />`,
      '</div>);',
    ].join('\n');
    expect(texts(source)).toEqual(['Row kind', 'Result', 'on', 'Find in {}']);
  });

  test('and one that is translated too early', () => {
    expect(
      earlyTranslations("const A = t('x');\nconst b = () => t('y');\nfunction c() { return t('z'); }", 'ts'),
    ).toEqual([1]);
  });
});
