import { describe, expect, test } from 'vitest';
import { type Parameter, parameterFault, readParameters } from '../../environments/parameters.ts';

const one = (line: string) => readParameters(line).parameters[0];

describe('parameters of a text', () => {
  test('have a name, a type and a default, and stand in comments of their own', () => {
    const text = `-- @param since TIMESTAMP 2024-01-01 00:00:00
--@param most int = 10
  -- @param status ENUM(new, paid) paid
-- @param who STRING 'a b'
-- @param any STRING
SELECT '-- @param no INT 1', 1 -- @param neither INT 1
-- @param most INT 20`;
    const { parameters, problems } = readParameters(text);
    expect(problems).toEqual([]);
    expect(parameters.map(({ name, type, fallback }) => [name, type, fallback])).toEqual([
      ['since', 'TIMESTAMP', '2024-01-01 00:00:00'],
      ['most', 'INT', '10'],
      ['status', 'ENUM', 'paid'],
      ['who', 'STRING', 'a b'],
      ['any', 'STRING', undefined],
    ]);
    const [since] = parameters as [Parameter];
    expect(text.slice(since.start, since.end)).toBe('-- @param since TIMESTAMP 2024-01-01 00:00:00');
  });

  test.for([
    ['-- @param', 'Write -- @param name TYPE default'],
    ['-- @param x', 'Write -- @param name TYPE default'],
    ['-- @param x MAP 1', /^MAP is no type of a parameter: STRING, INT/],
    ['-- @param x INT one', "'one' is no INT, which x is"],
    ['-- @param x INT 2147483648', '2147483648 is out of the range of INT, which x is'],
    ['-- @param x ENUM', /^An ENUM has choices/],
    ['-- @param x ENUM(a, b) c', 'x is one of a, b'],
  ] as const)('%s: what is wrong is told', ([line, message]) => {
    const { parameters, problems } = readParameters(line);
    expect(parameters).toEqual([]);
    expect(problems).toEqual([{ start: 0, end: line.length, message: expect.stringMatching(message) }]);
  });

  test.for([
    ['INT', '-12', true],
    ['BIGINT', '9223372036854775807', true],
    ['BIGINT', '9223372036854775808', false],
    ['DECIMAL', '1.50', true],
    ['DECIMAL', '1e3', false],
    ['DOUBLE', '1e3', true],
    ['BOOLEAN', 'TRUE', true],
    ['BOOLEAN', 'yes', false],
    ['DATE', '2024-02-03', true],
    ['DATE', '3.2.2024', false],
    ['TIME', '12:30', true],
    ['TIMESTAMP', '2024-02-03 12:30:00.5', true],
    ['STRING', "it's; DROP", true],
    ['INT', '1; DROP TABLE t', false],
  ] as const)('a value of %s: %s', ([type, value, fits]) => {
    const parameter = one(`-- @param p ${type}`) as Parameter;
    expect(parameterFault(parameter, value) === undefined).toBe(fits);
  });
});
