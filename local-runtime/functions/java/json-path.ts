import { FlinkFault } from '../../errors.ts';
import { isArray, isNumber, isObject, type Json } from './json.ts';

/** A small evaluator of Jayway's JSON paths. */

type Step =
  | { readonly kind: 'field'; readonly names: readonly string[] }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'index'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'deep' }
  | { readonly kind: 'filter'; readonly test: (item: Json, root: Json) => boolean }
  | { readonly kind: 'function'; readonly name: string };

export interface JsonPath {
  /** The path of one definite place gives one value, others a list. */
  readonly definite: boolean;
  /** The value, or the list of values; throws PathNotFoundException where a definite path leads nowhere. */
  read(root: Json): Json;
}

export class PathFault extends FlinkFault {}

const invalid = (text: string): PathFault => new PathFault('InvalidPathException', `Illegal path: ${text}`);

const notFound = (at: string): PathFault => new PathFault('PathNotFoundException', `No results for path: ${at}`);

class PathReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  steps(): Step[] {
    const start = this.text[this.at];
    if (start !== '$' && start !== '@') throw invalid(this.text);
    this.at++;
    const steps: Step[] = [];
    while (this.at < this.text.length) steps.push(...this.step());
    return steps;
  }

  private step(): Step[] {
    const c = this.text[this.at];
    if (c === '[') return [this.bracket()];
    if (c !== '.') throw invalid(this.text);
    this.at++;
    if (this.text[this.at] === '.') {
      this.at++;
      const rest = this.text[this.at] === '[' ? this.bracket() : this.name();
      return [{ kind: 'deep' }, rest];
    }
    return [this.name()];
  }

  private name(): Step {
    if (this.text[this.at] === '*') {
      this.at++;
      return { kind: 'wildcard' };
    }
    if (this.text[this.at] === '[') return this.bracket();
    const found = /^[^.[\]()\s]+/.exec(this.text.slice(this.at))?.[0];
    if (!found) throw invalid(this.text);
    this.at += found.length;
    if (this.text.startsWith('()', this.at)) {
      this.at += 2;
      return { kind: 'function', name: found };
    }
    return { kind: 'field', names: [found] };
  }

  private bracket(): Step {
    const rest = this.text.slice(this.at);
    const quoted =
      /^\[\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)\s*\]/.exec(
        rest,
      );
    if (quoted) {
      this.at += quoted[0].length;
      const names = (quoted[1] as string).match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g) as string[];
      return { kind: 'field', names: names.map((name) => name.slice(1, -1).replace(/\\(.)/g, '$1')) };
    }
    const wildcard = /^\[\s*\*\s*\]/.exec(rest);
    if (wildcard) {
      this.at += wildcard[0].length;
      return { kind: 'wildcard' };
    }
    const slice = /^\[\s*(-?\d+)?\s*:\s*(-?\d+)?\s*\]/.exec(rest);
    if (slice) {
      this.at += slice[0].length;
      const bound = (text: string | undefined) => (text === undefined ? undefined : Number(text));
      return { kind: 'slice', from: bound(slice[1]), to: bound(slice[2]) };
    }
    const indexes = /^\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]/.exec(rest);
    if (indexes) {
      this.at += indexes[0].length;
      return { kind: 'index', indexes: (indexes[1] as string).split(',').map(Number) };
    }
    if (rest.startsWith('[?(')) {
      const end = closing(rest, 2);
      if (end < 0 || rest[end + 1] !== ']') throw invalid(this.text);
      this.at += end + 2;
      return { kind: 'filter', test: parseFilter(rest.slice(3, end)) };
    }
    throw invalid(this.text);
  }
}

/** Index of the parenthesis that closes the one at `open`, skipping quoted text; -1 if there is none. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text[i];
    if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1);
      if (end < 0) return -1;
      i = end;
    } else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i;
  }
  return -1;
}

type Test = (item: Json, root: Json) => boolean;

/** `a == b && !c || (d)`: comparisons of paths and literals. */
function parseFilter(text: string): Test {
  const or = split(text, '||');
  if (or.length > 1) {
    const tests = or.map(parseFilter);
    return (item, root) => tests.some((test) => test(item, root));
  }
  const and = split(text, '&&');
  if (and.length > 1) {
    const tests = and.map(parseFilter);
    return (item, root) => tests.every((test) => test(item, root));
  }
  const t = text.trim();
  if (t.startsWith('!') && !t.startsWith('!=')) {
    const test = parseFilter(t.slice(1));
    return (item, root) => !test(item, root);
  }
  if (t.startsWith('(') && closing(t, 0) === t.length - 1) return parseFilter(t.slice(1, -1));
  const m = /^(.*?)\s*(==|!=|<=|>=|<|>|=~)\s*(.*)$/s.exec(t);
  if (!m) {
    const value = operand(t);
    return (item, root) => value(item, root) !== undefined;
  }
  const [left, right] = [operand(m[1] as string), m[2] === '=~' ? undefined : operand(m[3] as string)];
  if (!right) {
    const pattern = /^\/(.*)\/([a-z]*)$/s.exec(m[3] as string);
    if (!pattern) throw invalid(text);
    const regex = new RegExp(`^(?:${pattern[1]})$`, pattern[2]);
    return (item, root) => {
      const value = left(item, root);
      return typeof value === 'string' && regex.test(value);
    };
  }
  return (item, root) => compare(left(item, root), m[2] as string, right(item, root));
}

/** Splits at an operator outside of quotes and parentheses. */
function split(text: string, operator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "'" || c === '"') i = Math.max(i, text.indexOf(c, i + 1));
    else if (c === '(') {
      const end = closing(text, i);
      if (end < 0) throw invalid(text);
      i = end;
    } else if (text.startsWith(operator, i)) {
      parts.push(text.slice(from, i));
      from = i + operator.length;
      i = from - 1;
    }
  }
  return [...parts, text.slice(from)];
}

type Operand = (item: Json, root: Json) => Json | undefined;

function operand(source: string): Operand {
  const text = source.trim();
  if (text.startsWith('@') || text.startsWith('$')) {
    const steps = new PathReader(text).steps();
    const fromRoot = text.startsWith('$');
    return (item, root) => {
      const found = walk(fromRoot ? root : item, steps, root);
      return found[0];
    };
  }
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return () => quoted[2] as string;
  if (text === 'true' || text === 'false') return () => text === 'true';
  if (text === 'null') return () => null;
  if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
    return () => ({ kind: 'number', integral: /^-?\d+$/.test(text), text });
  }
  throw invalid(source);
}

function compare(left: Json | undefined, operator: string, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return operator === '!=' && left !== right;
  const [a, b] = [plain(left), plain(right)];
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    default: {
      if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false;
      const [x, y] = [a as number, b as number];
      return operator === '<' ? x < y : operator === '<=' ? x <= y : operator === '>' ? x > y : x >= y;
    }
  }
}

const plain = (json: Json): unknown => (json !== null && isNumber(json) ? Number(json.text) : json);

function children(json: Json): readonly Json[] {
  if (isArray(json)) return json;
  return isObject(json) ? [...json.fields.values()] : [];
}

function descendants(json: Json): Json[] {
  return [json, ...children(json).flatMap(descendants)];
}

function apply(json: Json, step: Step, root: Json): readonly Json[] {
  switch (step.kind) {
    case 'field':
      if (!isObject(json)) return [];
      return step.names.flatMap((name) => {
        const found = json.fields.get(name);
        return found === undefined ? [] : [found];
      });
    case 'wildcard':
      return children(json);
    case 'index':
      if (!isArray(json)) return [];
      return step.indexes.flatMap((index) => {
        const found = json[index < 0 ? index + json.length : index];
        return found === undefined ? [] : [found];
      });
    case 'slice':
      return isArray(json) ? json.slice(step.from, step.to) : [];
    case 'deep':
      return descendants(json);
    case 'filter':
      return (isArray(json) ? json : [json]).filter((item) => step.test(item, root));
    case 'function':
      return [call(json, step.name)];
  }
}

function call(json: Json, name: string): Json {
  const number = (value: number): Json => ({
    kind: 'number',
    integral: Number.isInteger(value),
    text: String(value),
  });
  if (name === 'length' || name === 'size') {
    if (typeof json === 'string') return number(json.length);
    if (isArray(json)) return number(json.length);
    return isObject(json) ? number(json.fields.size) : null;
  }
  if (name === 'keys' && isObject(json)) return [...json.fields.keys()];
  if (isArray(json)) {
    const numbers = json.filter(isNumber).map((item) => Number(item.text));
    const sum = numbers.reduce((a, b) => a + b, 0);
    if (name === 'min') return number(Math.min(...numbers));
    if (name === 'max') return number(Math.max(...numbers));
    if (name === 'sum') return number(sum);
    if (name === 'avg') return number(sum / numbers.length);
  }
  throw new PathFault('InvalidPathException', `Function of name: ${name} cannot be created`);
}

const walk = (start: Json, steps: readonly Step[], root: Json): readonly Json[] =>
  steps.reduce<readonly Json[]>((found, step) => found.flatMap((json) => [...apply(json, step, root)]), [start]);

const isDefinite = (step: Step): boolean =>
  (step.kind === 'field' && step.names.length === 1) ||
  (step.kind === 'index' && step.indexes.length === 1) ||
  step.kind === 'function';

/** `$['a'][0]` of the steps up to one. */
const shown = (steps: readonly Step[]): string =>
  `$${steps
    .map((step) => {
      if (step.kind === 'field') return `[${step.names.map((name) => `'${name}'`).join(',')}]`;
      return step.kind === 'index' ? `[${step.indexes.join(',')}]` : '[*]';
    })
    .join('')}`;

/** Compiles a path that begins with `$`. */
export function compilePath(text: string): JsonPath {
  const steps = new PathReader(text.trim()).steps();
  const definite = steps.every(isDefinite);
  return {
    definite,
    read(root) {
      if (!definite) {
        // A path through a missing field of a definite beginning fails also where it ends in a wildcard.
        const start = steps.findIndex((step) => !isDefinite(step));
        if (walk(root, steps.slice(0, start), root).length === 0) throw notFound(shown(steps.slice(0, start)));
        return [...walk(root, steps, root)];
      }
      let at: Json = root;
      for (const [i, step] of steps.entries()) {
        const next = apply(at, step, root);
        if (next.length === 0) throw notFound(shown(steps.slice(0, i + 1)));
        at = next[0] as Json;
      }
      return at;
    },
  };
}
