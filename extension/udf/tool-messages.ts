import { resolve } from 'node:path';

/** A mistake in a source file, from 1, as `millrace udf build` and `udf test` print it. */
export interface ToolMessage {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The mistakes in what the command said, and what else it said. `cwd`: where it ran. */
export function toolMessages(output: string, cwd: string): { messages: ToolMessage[]; rest: string } {
  const messages: ToolMessage[] = [];
  const rest: string[] = [];
  for (const line of output.split(/\r?\n/)) {
    const match = /^(.+?):(\d+):(\d+): error: (.*)$/.exec(line);
    if (!match) rest.push(line);
    else {
      const [, file = '', at, column, message = ''] = match;
      messages.push({ file: resolve(cwd, file), line: Number(at), column: Number(column), message });
    }
  }
  return { messages, rest: rest.join('\n').trim() };
}
