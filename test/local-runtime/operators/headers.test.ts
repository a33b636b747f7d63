import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../../local-runtime/operators');

/** Names of classes that are operators: those that implement the interface, and those that extend one, by any number of steps. */
function operatorClasses(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const bases = new Map<string, string>();
  const found = new Map<string, string>();
  const pattern =
    /^export (?:abstract )?class (\w+)(?:<[^>]*>)?(?: extends (\w+)(?:<[^>]*>)?)?(?: implements ([\w, ]+))?/gm;
  for (const [file, text] of files) {
    for (const [, name = '', base, interfaces] of text.matchAll(pattern)) {
      if (base) bases.set(name, base);
      if (interfaces?.trim().split(/, ?/).includes('Operator')) found.set(name, file);
      else if (base) found.set(name, `?${file}`);
    }
  }
  const isOperator = (name: string): boolean => {
    const place = found.get(name);
    return place !== undefined && (!place.startsWith('?') || isOperator(bases.get(name) ?? ''));
  };
  return new Map([...found].flatMap(([name, file]) => (isOperator(name) ? [[name, file.replace('?', '')]] : [])));
}

/** The comment right above a class. */
function header(text: string, name: string): string {
  const at = text.search(new RegExp(`^export (abstract )?class ${name}\\b`, 'm'));
  const above = text.slice(0, at).trimEnd();
  return above.endsWith('*/') ? above.slice(above.lastIndexOf('/**')).replace(/\n \*/g, '') : '';
}

const files = new Map(
  globSync('**/*.ts', { cwd: ROOT }).map((file) => [file, readFileSync(resolve(ROOT, file), 'utf8')]),
);
const operators = operatorClasses(files);

it('finds the operators', () => {
  expect(operators.size).toBeGreaterThan(30);
  expect([...operators.keys()]).toEqual(expect.arrayContaining(['JoinOperator', 'FastTop1', 'WindowRankOperator']));
});

it.each([...operators])('%s says what it keeps, what a watermark does, and the class it follows', (name, file) => {
  const text = header(files.get(file) as string, name);
  expect(text, 'what it keeps').toMatch(/\b[Kk]eeps\b|\bkept\b|see \w+Windows\b/);
  expect(text, 'what a watermark does').toMatch(/[Ww]atermark|see \w+Windows\b/);
  expect(text, 'the class it follows').toMatch(/\bFollows\s+[\w/]*[A-Z]\w+/);
});
