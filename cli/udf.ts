import { UsageError } from './usage.ts';

/** `millrace udf new|build|test|run|list|register`: user-defined functions in Java and Python. */
export async function udf(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  switch (verb) {
    case 'new':
      return (await import('./udf/new.ts')).newFunction(rest);
    case 'build':
      return (await import('./udf/build.ts')).build(rest);
    case 'test':
      return (await import('./udf/build.ts')).test(rest);
    case 'run':
      return (await import('./udf/run.ts')).runFunction(rest);
    case 'list':
      return (await import('./udf/list.ts')).list(rest);
    case 'register':
      return (await import('./udf/register.ts')).register(rest);
    default:
      throw new UsageError(
        'udf new NAME, udf build [FOLDER], udf test [FOLDER], udf run PATH, udf list PATH... or udf register PATH; see millrace --help',
      );
  }
}
