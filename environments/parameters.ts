/**
 * Parameters of a text: comment lines that say what its variables are, with their types and what they are if nobody says otherwise.
 *
 *     -- @param since TIMESTAMP 2024-01-01 00:00:00
 *     -- @param status ENUM(new, paid) new
 *     SELECT * FROM orders WHERE status = '${status}' AND ts > TIMESTAMP '${since}'
 */
export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Of an ENUM. */
  readonly choices: readonly string[];
  readonly fallback: string | undefined;
  /** Offsets of its line in the text. */
  readonly start: number;
  readonly end: number;
}

export const PARAMETER_TYPES = [
  'STRING',
  'INT',
  'BIGINT',
  'DECIMAL',
  'DOUBLE',
  'BOOLEAN',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'ENUM',
] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** A `-- @param` line that says nothing that can be used. */
export interface ParameterProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

const LINE = /^[ \t]*--[ \t]*@param\b[ \t]*(.*?)[ \t]*$/gm;
const PARTS = /^([A-Za-z_][A-Za-z0-9_.]*)[ \t]+([A-Za-z]+)(?:[ \t]*\(([^)]*)\))?(?:[ \t]*=[ \t]*|[ \t]+|$)(.*)$/;

/** The parameters of a text in order; of two of one name the first counts. */
export function readParameters(text: string): {
  readonly parameters: readonly Parameter[];
  readonly problems: readonly ParameterProblem[];
} {
  const parameters = new Map<string, Parameter>();
  const problems: ParameterProblem[] = [];
  for (const match of text.matchAll(LINE)) {
    const range = { start: match.index, end: match.index + match[0].length };
    const found = parameterOf(match[1] ?? '', range);
    if ('message' in found) problems.push(found);
    else if (!parameters.has(found.name)) parameters.set(found.name, found);
  }
  return { parameters: [...parameters.values()], problems };
}

function parameterOf(words: string, range: { start: number; end: number }): Parameter | ParameterProblem {
  const [, name, given = '', inner, rest = ''] = PARTS.exec(words) ?? [];
  if (name === undefined) return { ...range, message: 'Write -- @param name TYPE default' };
  const type = PARAMETER_TYPES.find((each) => each === given.toUpperCase());
  if (!type) return { ...range, message: `${given} is no type of a parameter: ${PARAMETER_TYPES.join(', ')}` };
  const choices = type === 'ENUM' ? (inner ?? '').split(',').map((choice) => choice.trim()) : [];
  if (type === 'ENUM' && choices.every((choice) => choice === '')) {
    return { ...range, message: 'An ENUM has choices: ENUM(a, b)' };
  }
  const fallback = rest === '' ? choices[0] : rest.replace(/^'(.*)'$/, '$1');
  const parameter: Parameter = { ...range, name, type, choices, fallback };
  const wrong = fallback === undefined ? undefined : parameterFault(parameter, fallback);
  return wrong === undefined ? parameter : { ...range, message: wrong };
}

const SHAPES: Readonly<Partial<Record<ParameterType, RegExp>>> = {
  INT: /^[+-]?\d{1,10}$/,
  BIGINT: /^[+-]?\d{1,19}$/,
  DECIMAL: /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/,
  DOUBLE: /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/,
  BOOLEAN: /^(?:true|false)$/i,
  DATE: /^\d{4}-\d{2}-\d{2}$/,
  TIME: /^\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?$/,
  TIMESTAMP: /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?$/,
};

/** Why a value cannot be that of a parameter; undefined when it can. */
export function parameterFault({ name, type, choices }: Parameter, value: string): string | undefined {
  if (type === 'ENUM') return choices.includes(value) ? undefined : `${name} is one of ${choices.join(', ')}`;
  const shape = SHAPES[type];
  if (shape && !shape.test(value)) return `'${value}' is no ${type}, which ${name} is`;
  const range = type === 'INT' ? 2n ** 31n : type === 'BIGINT' ? 2n ** 63n : undefined;
  if (range === undefined) return undefined;
  const number = BigInt(value.replace(/^\+/, ''));
  return number >= -range && number < range ? undefined : `${value} is out of the range of ${type}, which ${name} is`;
}
