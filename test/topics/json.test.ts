import { describe, expect, test } from 'vitest';
import { JsonError, parseJson, plainJson, printJson } from '../../topics/json.ts';

describe('JSON that keeps every digit', () => {
  test.each([
    '{"id":9007199254740993,"price":1.10,"big":123456789012345678901234567890.000000000000000001}',
    '{"10":1,"2":2,"a":[]}',
    '["\\u00e9\\n",true,false,null,-0,1e400]',
    '"text"',
    '{}',
  ])('%s', (text) => {
    expect(printJson(parseJson(` ${text} `))).toBe(text.replace('\\u00e9', 'é'));
  });

  test('laid out', () => {
    expect(printJson(parseJson('{"a":[1,2],"b":{}}'), 2)).toBe('{\n  "a": [\n    1,\n    2\n  ],\n  "b": {}\n}');
  });

  test.each([
    ['', 0],
    ['{"a":1', 6],
    ['{"a" 1}', 5],
    ['[1,]', 3],
    ['{"a":1} x', 8],
    ['01', 1],
    ['"a\nb"', 2],
    ['tru', 0],
    ['"\\x"', 2],
  ])('%j is broken at %d', (text, at) => {
    expect(() => parseJson(text)).toThrow(JsonError);
    try {
      parseJson(text);
    } catch (error) {
      expect((error as JsonError).at).toBe(at);
    }
  });

  test('what is nested without end is refused', () => {
    expect(() => parseJson('['.repeat(100_000))).toThrow('nested deeper');
  });

  test('as plain values', () => {
    expect(plainJson(parseJson('{"a":9007199254740993,"b":[1.5]}'), true)).toEqual({ a: '9007199254740993', b: [1.5] });
  });
});
