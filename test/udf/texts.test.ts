import { describe, expect, it } from 'vitest';
import { mavenErrors, mavenTestFailures, pythonErrors } from '../../udf/build-errors.ts';
import { JAVA_KINDS } from '../../udf/java-sources.ts';
import { functionNames, isPackage } from '../../udf/names.ts';
import { pythonFunctions } from '../../udf/python-functions.ts';
import { createFunction, sqlName } from '../../udf/registration.ts';
import { javaScaffold } from '../../udf/scaffold-java.ts';
import { PYTHON_KINDS, pythonScaffold } from '../../udf/scaffold-python.ts';

describe('names', () => {
  it.each(['normalizeName', 'NormalizeName', 'normalize_name', 'normalize-name'])('%s', (text) => {
    expect(functionNames(text)).toEqual({
      sql: 'normalize_name',
      className: 'NormalizeName',
      artifact: 'normalize-name',
    });
  });

  it.each(['', '1st', 'a b', '../x', 'a--b', 'é'])('no name: %s', (text) => {
    expect(functionNames(text)).toBeUndefined();
  });

  it('keeps acronyms together', () => {
    expect(functionNames('parseURLPath')?.sql).toBe('parse_url_path');
    expect(sqlName('a.b.Outer$ParseURL')).toBe('parse_url');
  });

  it('packages', () => {
    expect(['a', 'com.example.udf1', 'A', 'a..b', '1a', 'a-b'].map(isPackage)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('new projects', () => {
  const names = functionNames('TaxRate');
  if (!names) throw new Error('no names');

  it.each(JAVA_KINDS)('Java %s', (kind) => {
    const { files, source } = javaScaffold(names, kind, 'com.example', '2.2.1');
    expect(source).toBe('src/main/java/com/example/TaxRate.java');
    expect(files.get(source)).toMatch(/^package com\.example;\n\nimport [\s\S]*public class TaxRate extends /);
    expect(files.get('src/test/java/com/example/TaxRateTest.java')).toContain('class TaxRateTest {');
    expect(files.get('pom.xml')).toContain('<flink.version>2.2.1</flink.version>');
    expect([...files.values()].join('')).not.toMatch(/NAME|SQL\(/);
  });

  it.each(PYTHON_KINDS)('Python %s is found again', (kind) => {
    const { files, source } = pythonScaffold(names, kind, '2.2.1');
    expect(source).toBe('tax_rate.py');
    expect(pythonFunctions(files.get(source) ?? '')).toMatchObject([{ name: 'tax_rate', kind }]);
    expect([...files.values()].join('')).not.toContain('NAME');
  });
});

it('functions of a Python module', () => {
  const source = `import x
@udf(result_type='INT')
def one(a):
    return a

two = udtf(words, result_types=['STRING'])
@udaf(
    result_type='INT',
    accumulator_type='ROW<a INT>')
def three(a): pass
def no(a): pass
four: object = udf(lambda i: i, result_type='INT')
`;
  expect(pythonFunctions(source)).toEqual([
    { name: 'one', kind: 'scalar', line: 3 },
    { name: 'two', kind: 'table', line: 6 },
    { name: 'three', kind: 'aggregate', line: 10 },
    { name: 'four', kind: 'scalar', line: 12 },
  ]);
});

describe('what build tools say', () => {
  it('of Java', () => {
    const output = `[INFO] x
[ERROR] COMPILATION ERROR :
[ERROR] /w/src/main/java/A.java:[6,16] cannot find symbol
[ERROR]   symbol:   class Sting
[ERROR]   location: class A
[ERROR] /w/src/main/java/A.java:[9,1] class, interface, enum, or record expected
[INFO] 2 errors
[ERROR] Failed to execute goal compile: Compilation failure: Compilation failure:
[ERROR] /w/src/main/java/A.java:[6,16] cannot find symbol
[ERROR]   symbol:   class Sting
[ERROR]   location: class A
`;
    expect(mavenErrors(output)).toEqual([
      {
        file: '/w/src/main/java/A.java',
        line: 6,
        column: 16,
        message: 'cannot find symbol; symbol:   class Sting; location: class A',
      },
      { file: '/w/src/main/java/A.java', line: 9, column: 1, message: 'class, interface, enum, or record expected' },
    ]);
  });

  it('of tests in Java', () => {
    const output = `[ERROR] Failures:
[ERROR]   ATest.adds:14 expected: <3> but was: <4>
[ERROR]   OtherTest.adds:14 expected: <3> but was: <4>
`;
    expect(mavenTestFailures(output, (name) => (name === 'ATest' ? '/w/ATest.java' : undefined))).toEqual([
      { file: '/w/ATest.java', line: 14, column: 1, message: 'adds: expected: <3> but was: <4>' },
    ]);
  });

  it('of Python', () => {
    const output = `  File "tax.py", line 3
    return a +
              ^
SyntaxError: invalid syntax
FAIL: test_a
Traceback (most recent call last):
  File "/w/test_tax.py", line 8, in test_a
    self.assertEqual(1, 2)
  File "/usr/lib/unittest.py", line 99, in fail
    raise x
AssertionError: 1 != 2
`;
    expect(pythonErrors(output, (file) => !file.startsWith('/usr'))).toEqual([
      { file: 'tax.py', line: 3, column: 11, message: 'SyntaxError: invalid syntax' },
      { file: '/w/test_tax.py', line: 8, column: 1, message: 'AssertionError: 1 != 2' },
    ]);
  });
});

it('CREATE FUNCTION', () => {
  const java = {
    name: 'cat.db.f`x',
    className: 'a.B',
    language: 'JAVA',
    jar: "/x/it's.jar",
    temporary: false,
  } as const;
  expect(createFunction(java)).toBe(
    "CREATE FUNCTION `cat`.`db`.`f``x` AS 'a.B' LANGUAGE JAVA\n  USING JAR '/x/it''s.jar'",
  );
  const python = { name: 'f', className: 'm.f', language: 'PYTHON', jar: undefined, temporary: true } as const;
  expect(createFunction(python)).toBe("CREATE TEMPORARY FUNCTION `f` AS 'm.f' LANGUAGE PYTHON");
});
