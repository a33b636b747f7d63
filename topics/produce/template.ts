import {
  compileExpression,
  type FakerContext,
  type Template,
} from '../../local-runtime/connectors/faker/expression.ts';
import { loadNames } from '../../local-runtime/connectors/faker/load-names.ts';
import { randomOf } from '../../local-runtime/connectors/random.ts';

/** What is wrong with a template, and where in it. */
export class TemplateProblem extends Error {
  override readonly name = 'TemplateProblem';
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Makes the texts of messages. */
export interface MessageTemplate {
  /** The text of message `index`, counted from 0. */
  text(index: number): string;
}

const DIRECTIVE = /#\{[^{}]*\}/g;

/**
 * Understands a template: a text with expressions of flink-faker, `#{Name.firstName}`, `#{number.numberBetween '1','9'}`, and two of our
 * own: `#{index}` counts messages, `#{now}` is the time in ISO 8601. In JSON, an expression between quotes is escaped, one outside stands
 * for a number: `{"id": #{index}, "name": "#{Name.fullName}"}`. Throws TemplateProblem with the place of what is not known.
 * @param isJson escape what stands in strings
 * @param seed the same messages again for the same seed
 */
export async function messageTemplate(text: string, isJson: boolean, seed?: number): Promise<MessageTemplate> {
  const libraryOfNames = await loadNames();
  let index = 0;
  const context: FakerContext = { random: randomOf(seed), now: Date.now, named: libraryOfNames(seed) };
  const parts: (string | (() => string))[] = [];
  let at = 0;
  let isQuoted = false;
  for (const match of text.matchAll(DIRECTIVE)) {
    const before = text.slice(at, match.index);
    parts.push(before);
    isQuoted = quotedAfter(before, isQuoted);
    const template = directive(match[0], match.index, () => index);
    const escapes = isJson && isQuoted;
    parts.push(() => (escapes ? JSON.stringify(template(context)).slice(1, -1) : template(context)));
    at = match.index + match[0].length;
  }
  const rest = text.slice(at);
  const open = rest.indexOf('#{');
  if (open >= 0) throw new TemplateProblem('the expression has no end', at + open);
  parts.push(rest);
  return {
    text(i) {
      index = i;
      return parts.map((part) => (typeof part === 'string' ? part : part())).join('');
    },
  };
}

function directive(text: string, at: number, index: () => number): Template {
  const name = text.slice(2, -1).trim();
  if (name === 'index') return () => String(index());
  if (name === 'now') return ({ now }) => new Date(now()).toISOString();
  try {
    return compileExpression(text);
  } catch (error) {
    throw new TemplateProblem(error instanceof Error ? error.message : String(error), at);
  }
}

/** Does what follows stand in a string of JSON? */
function quotedAfter(text: string, before: boolean): boolean {
  let isQuoted = before;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && isQuoted) i++;
    else if (text[i] === '"') isQuoted = !isQuoted;
  }
  return isQuoted;
}
