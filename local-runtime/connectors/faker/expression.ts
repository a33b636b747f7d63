import { FlinkFault } from '../../errors.ts';
import { BUILT_IN } from './built-in.ts';
import { listOf } from './lists.ts';
import { namePaths } from './names.ts';

/** Gives random numbers in [0, 1). */
export type Random = () => number;

/** What expressions draw from while a source runs. */
export interface FakerContext {
  readonly random: Random;
  readonly now: () => number;
  /** A value by its path in the library of names (`person.fullName`). */
  readonly named: (path: string) => string;
}

/** A text made anew at every call. */
export type Template = (context: FakerContext) => string;

const DIRECTIVE = /#\{\s*([A-Za-z0-9_.]+)((?:\s*,?\s*'[^']*')*)\s*\}/g;

/**
 * Understands an expression of the faker library of Java: text with directives, `#{Name.first_name}`, `#{number.numberBetween '1','9'}`.
 * Throws what that library throws for a directive that it does not know.
 */
export function compileExpression(text: string): Template {
  const parts: Template[] = [];
  let at = 0;
  for (const match of text.matchAll(DIRECTIVE)) {
    const before = text.slice(at, match.index);
    if (before.includes('#{')) throw unresolvable(before.slice(before.indexOf('#{')));
    if (before !== '') parts.push(() => before);
    const [directive, name = '', list = ''] = match;
    const given = [...list.matchAll(/'([^']*)'/g)].map((each) => each[1] as string);
    parts.push(compileDirective(directive, name, given));
    at = match.index + directive.length;
  }
  const rest = text.slice(at);
  if (rest.includes('#{')) throw unresolvable(rest.slice(rest.indexOf('#{')));
  if (rest !== '') parts.push(() => rest);
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  return (context) => parts.map((part) => part(context)).join('');
}

/** `Name.first_name`, `name.firstName` and `Name.firstName` are one. */
const normalized = (name: string): string => name.toLowerCase().replaceAll('_', '');

function compileDirective(directive: string, name: string, given: readonly string[]): Template {
  const key = normalized(name);
  const builtIn = BUILT_IN.get(key);
  if (builtIn) {
    try {
      return builtIn(given);
    } catch (error) {
      throw error instanceof FlinkFault ? error : unresolvable(directive);
    }
  }
  const list = listOf(key);
  if (list) return ({ random }) => list[Math.floor(random() * list.length)] as string;
  const path = namePaths().get(key);
  if (path) return ({ named }) => named(path);
  throw unresolvable(directive);
}

function unresolvable(directive: string): FlinkFault {
  return new FlinkFault('RuntimeException', `Unable to resolve ${directive} directive.`);
}
