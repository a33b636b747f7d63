import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClassFile } from '../../udf/class-file.ts';
import { findFunctions } from '../../udf/find-functions.ts';
import { readClasses, readJar } from '../../udf/jar.ts';

/** Its sources: functions-jar/Functions.java. */
const jar = readFileSync(join(import.meta.dirname, 'functions.jar'));

describe('functions in a jar', () => {
  const { classes, unread } = readJar(jar);
  const found = new Map(findFunctions(classes).map((one) => [one.className.replace('samples.Functions$', ''), one]));
  const texts = (name: string) =>
    found.get(name)?.signatures.map(({ parameters, result }) => `(${parameters.join(', ')}) -> ${result}`);

  it('finds every class that comes from one of Flink, and no other', () => {
    expect(unread).toEqual([]);
    expect([...found].map(([name, { kind }]) => `${name} ${kind}`)).toEqual([
      'Hidden scalar',
      'Hinted scalar',
      'Inherited scalar',
      'Later async-scalar',
      'Mean aggregate',
      'NeedsArgument scalar',
      'NoMethod scalar',
      'Numbers table',
      'Process process-table',
      'Twice scalar',
      'Words table',
    ]);
  });

  it.each([
    [
      'Twice',
      [
        '(STRING, INT NOT NULL) -> STRING',
        '(ARRAY<BIGINT NOT NULL>, MAP<STRING, ARRAY<DOUBLE>>) -> BIGINT',
        '(DECIMAL(12, 3)) -> DECIMAL(10, 2)',
      ],
    ],
    ['Inherited', ['(STRING) -> INT']],
    ['Hinted', ['(INT, INT) -> INT', '(STRING) -> BIGINT']],
    ['Words', ['(STRING) -> ROW<word STRING, length INT>']],
    ['Numbers', ['(INT) -> BIGINT']],
    ['Mean', ['(BIGINT, BIGINT) -> DOUBLE']],
    ['Later', ['(BIGINT) -> STRING']],
    ['Process', ['(TABLE, INT) -> ROW<message STRING>']],
  ])('signatures of %s', (name, expected) => {
    expect(texts(name)).toEqual(expected);
  });

  it.each([
    ['Hidden', 'the class is not public'],
    ['NeedsArgument', 'it has no public constructor without parameters'],
    ['NoMethod', 'it has no public method eval'],
    ['Words', undefined],
  ])('what stands in the way of %s', (name, expected) => {
    expect(found.get(name)?.obstacle).toBe(expected);
  });
});

describe('bad input', () => {
  it('is refused where it is no class file', () => {
    expect(() => readClassFile(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]))).toThrow('not a class file');
    expect(() => readJar(new Uint8Array([1, 2, 3]))).toThrow();
  });

  it('a class that ends too early is named, the others are read', () => {
    const head = new Uint8Array([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 55, 0, 2, 1, 0, 9, 65]);
    const { classes, unread } = readClasses({ 'Cut.class': head });
    expect(classes).toEqual([]);
    expect(unread).toEqual([{ name: 'Cut.class', reason: 'the class file ends too early' }]);
  });
});
