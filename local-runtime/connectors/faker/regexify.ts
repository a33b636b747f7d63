import { FlinkFault } from '../../errors.ts';
import type { FakerContext, Template } from './expression.ts';

/** Most repetitions of `*` and `+`. */
const MANY = 10;
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';

/**
 * Texts that a regular expression matches: literals, escapes, classes, groups with alternatives and quantifiers (java-faker's
 * `regexify`). Anchors match nothing and are left out. Throws for what it does not know.
 */
export function compileRegex(source: string): Template {
  const parser = new RegexParser(source);
  const template = parser.alternatives();
  parser.finish();
  return template;
}

const pick = (random: () => number, from: string): string => from[Math.floor(random() * from.length)] as string;

class RegexParser {
  private readonly source: string;
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  finish(): void {
    if (this.at < this.source.length) throw this.wrong();
  }

  private wrong(): FlinkFault {
    return new FlinkFault(
      'PatternSyntaxException',
      `Not a pattern that texts can be made of, at ${this.at}: ${this.source}`,
    );
  }

  alternatives(): Template {
    const choices = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at++;
      choices.push(this.sequence());
    }
    const [only] = choices;
    if (choices.length === 1 && only) return only;
    return (context) => (choices[Math.floor(context.random() * choices.length)] as Template)(context);
  }

  private sequence(): Template {
    const parts: Template[] = [];
    while (this.at < this.source.length && !'|)'.includes(this.source[this.at] as string)) {
      const atom = this.atom();
      if (atom) parts.push(this.quantified(atom));
    }
    return (context) => parts.map((part) => part(context)).join('');
  }

  private atom(): Template | undefined {
    const c = this.source[this.at++] as string;
    switch (c) {
      case '(': {
        if (this.source.startsWith('?:', this.at)) this.at += 2;
        const inner = this.alternatives();
        if (this.source[this.at++] !== ')') throw this.wrong();
        return inner;
      }
      case '[': {
        const set = this.set();
        return ({ random }) => pick(random, set);
      }
      case '.':
        return ({ random }) => pick(random, LOWER + UPPER + DIGITS);
      case '^':
      case '$':
        return undefined;
      case '\\': {
        const set = this.escape();
        return ({ random }) => pick(random, set);
      }
      case '*':
      case '+':
      case '?':
      case '{':
        throw this.wrong();
      default:
        return () => c;
    }
  }

  private escape(): string {
    const c = this.source[this.at++];
    if (c === undefined) throw this.wrong();
    if (c === 'd') return DIGITS;
    if (c === 'w') return `${LOWER}${UPPER}${DIGITS}_`;
    if (c === 's') return ' ';
    if (c === 't') return '\t';
    if (c === 'n') return '\n';
    if (/[A-Za-z0-9]/.test(c)) throw this.wrong();
    return c;
  }

  private set(): string {
    const negated = this.source[this.at] === '^';
    if (negated) this.at++;
    let set = '';
    for (let first = true; first || this.source[this.at] !== ']'; first = false) {
      const c = this.source[this.at++];
      if (c === undefined) throw this.wrong();
      const from = c === '\\' ? this.escape() : c;
      const to = this.source[this.at + 1];
      if (this.source[this.at] === '-' && to !== undefined && to !== ']' && from.length === 1) {
        this.at += 2;
        const [low, high] = [from.charCodeAt(0), to.charCodeAt(0)];
        if (low > high) throw this.wrong();
        for (let code = low; code <= high; code++) set += String.fromCharCode(code);
      } else set += from;
    }
    this.at++;
    if (!negated) return set;
    const rest = [...(LOWER + UPPER + DIGITS)].filter((c) => !set.includes(c)).join('');
    if (rest === '') throw this.wrong();
    return rest;
  }

  private quantified(atom: Template): Template {
    let [min, max] = [1, 1];
    const c = this.source[this.at];
    if (c === '?') [min, max] = [0, 1];
    else if (c === '*') [min, max] = [0, MANY];
    else if (c === '+') [min, max] = [1, MANY];
    else if (c === '{') {
      const match = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.source.slice(this.at));
      if (!match) throw this.wrong();
      min = Number(match[1]);
      max = match[2] === undefined ? min : match[3] === '' ? min + MANY : Number(match[3]);
      if (max < min || max > 10_000) throw this.wrong();
      this.at += match[0].length - 1;
    } else return atom;
    this.at++;
    return (context: FakerContext) => {
      const times = min + Math.floor(context.random() * (max - min + 1));
      let text = '';
      for (let i = 0; i < times; i++) text += atom(context);
      return text;
    };
  }
}
