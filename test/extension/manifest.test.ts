import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALL_INLAYS } from '../../language-server/ide/inlay-hints.ts';
import { settingsOf } from '../../language-server/server/settings.ts';
import { moveTexts, REFERENCE, shownPlaces, withTexts } from '../../scripts/manifest-texts.ts';
import { RESULT_MIME } from '../../webviews/messages.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** These are read by the language server. */
const INLAYS = 'millrace.inlayHints.';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly keybindings: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
    readonly notebooks: readonly { readonly type: string }[];
    readonly notebookRenderer: readonly { readonly id: string; readonly mimeTypes: readonly string[] }[];
    readonly languages: readonly { readonly id: string; readonly configuration: string }[];
    readonly grammars: readonly { readonly path: string; readonly language: string }[];
  };
}

const { contributes } = JSON.parse(read('package.json')) as Manifest;
const sources = readdirSync(join(root, 'extension'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => read(join('extension', name)))
  .join('\n');

describe('package.json and the extension agree', () => {
  test('on commands', () => {
    const registered = [...sources.matchAll(/registerCommand\(\s*log,\s*'(millrace\.[\w.]+)'/g)].map(
      (match) => match[1],
    );
    expect(registered.sort()).toEqual(contributes.commands.map(({ command }) => command).sort());
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
    for (const command of used.filter((name) => name.startsWith('millrace.'))) expect(registered).toContain(command);
  });

  test('on settings', () => {
    const properties = Object.keys(contributes.configuration.properties);
    const inlays = properties.filter((property) => property.startsWith(INLAYS));
    expect(inlays.sort()).toEqual(
      Object.keys(ALL_INLAYS)
        .map((name) => `${INLAYS}${name}`)
        .sort(),
    );
    // What the language server reads makes a difference to it.
    const served = {
      'millrace.flinkVersion': '2.0',
      'millrace.review.enabled': false,
      'millrace.codeLens.enabled': false,
    };
    for (const [property, value] of Object.entries(served)) {
      expect(properties).toContain(property);
      const [, section = '', key] = property.split('.');
      expect(settingsOf({ [section]: key ? { [key]: value } : value })).not.toEqual(settingsOf({}));
    }
    for (const property of properties.filter((one) => !inlays.includes(one) && !(one in served))) {
      expect(sources).toContain(`'${property.replace('millrace.', '')}'`);
    }
  });

  test('on the notebook, the renderer and the language', () => {
    expect(sources).toContain(`'${contributes.notebooks[0]?.type}'`);
    expect(contributes.notebookRenderer[0]?.mimeTypes).toEqual([RESULT_MIME]);
    expect(sources).toContain(`createRendererMessaging('${contributes.notebookRenderer[0]?.id}')`);
    expect(contributes.languages.map(({ id }) => id)).toEqual(contributes.grammars.map(({ language }) => language));
  });
});

describe('the words of package.json', () => {
  const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;

  // Where this fails, `node scripts/manifest-texts.ts` moves them.
  test('stand in package.nls.json, where translators find them, and nothing else does', () => {
    const manifest = JSON.parse(read('package.json')) as unknown;
    expect(shownPlaces(manifest).filter(({ text }) => !REFERENCE.test(text))).toEqual([]);
    expect(moveTexts(manifest, texts)).toEqual(texts);
    expect(`${JSON.stringify(manifest, null, 2)}\n`).toBe(read('package.json'));
  });

  test('move as they are, equal ones of one place apart, and come back', () => {
    const manifest = {
      displayName: 'A thing',
      contributes: {
        commands: [{ command: 'a.run', title: 'Run It', category: 'Millrace', icon: '$(play)' }],
        views: { a: [{ id: 'a.list', name: 'All of Them' }] },
        configuration: {
          title: 'Millrace',
          properties: { 'a.kind': { enum: ['x', 'y'], enumDescriptions: ['One.', 'Two.'], default: 'some title' } },
        },
      },
    };
    const moved = structuredClone(manifest);
    const found = moveTexts(moved, {});
    expect(found).toEqual({
      displayName: 'A thing',
      'commands.a.run.title': 'Run It',
      'views.a.a.list.name': 'All of Them',
      'configuration.a.kind.enumDescriptions.0': 'One.',
      'configuration.a.kind.enumDescriptions.1': 'Two.',
    });
    expect(moved.contributes.commands[0]?.title).toBe('%commands.a.run.title%');
    expect(withTexts(moved, found)).toEqual(manifest);
    expect(() => moveTexts(moved, {})).toThrow('package.nls.json has no displayName');
  });
});

describe('the grammar', () => {
  const grammar = JSON.parse(read(contributes.grammars[0]?.path ?? '')) as { repository: Record<string, unknown> };

  test('has every rule that it includes, and only expressions that compile', () => {
    const includes: string[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'include') includes.push(String(inner));
        else if ((key === 'match' || key === 'begin' || key === 'end') && typeof inner === 'string') {
          const body = inner.replace('(?i)', '');
          expect(() => new RegExp(body, 'u'), inner).not.toThrow();
        } else walk(inner);
      }
    };
    walk(grammar);
    for (const include of includes) expect(Object.keys(grammar.repository)).toContain(include.replace('#', ''));
  });
});
