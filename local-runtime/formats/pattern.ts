import { FlinkFault } from '../errors.ts';

/** A whole-text match as Java's Pattern.matches does it, of the part of its language that both know. */
export function javaPattern(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*: /, '') : String(error);
    throw new FlinkFault('PatternSyntaxException', `${JAVA_WORDS[why] ?? why} near index ${text.length - 1}\n${text}\n^`);
  }
}

const JAVA_WORDS: Readonly<Record<string, string>> = {
  'Unterminated character class': 'Unclosed character class',
  'Unterminated group': 'Unclosed group',
};
