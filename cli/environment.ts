import { type Environment, noEnvironment } from '../environments/environment.ts';
import type { Expansion } from '../environments/expand.ts';
import { environmentOf, loadProject, unresolvedMessage, variableLookup } from '../environments/load.ts';
import { maskedExpand } from '../environments/masked-expand.ts';
import { MASK, Masker } from '../environments/masker.ts';
import { noParameters, type ParameterValues, withParameters } from '../environments/parameter-values.ts';
import { readParameters } from '../environments/parameters.ts';
import { isSecretOption, maskOptions } from '../environments/secret-options.ts';
import { type CliResult, type CliRows, type CliSession, StatementError } from './session.ts';
import type { SqlSource } from './source.ts';
import { UsageError } from './usage.ts';

/** The environment that a command works in, with what it says of texts. */
export interface Surroundings {
  readonly environment: Environment;
  readonly masker: Masker;
  expand(text: string): Expansion;
  /** The same for a text with parameters. */
  withParameters(values: ParameterValues): Surroundings;
}

/** Reads the project of the working directory; `name` is that of `--env`. Throws UsageError. */
export function surroundings(name: string | undefined): Surroundings {
  const project = loadProject(process.cwd());
  const [problem] = project.problems;
  if (problem !== undefined) throw new UsageError(problem);
  let environment = noEnvironment;
  try {
    environment = environmentOf(project.environments, name ?? project.chosen);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const lookup = variableLookup({ environment, process: process.env, dotEnv: project.dotEnv });
  const masker = new Masker();
  const around = (values: ParameterValues): Surroundings => ({
    environment,
    masker,
    expand: maskedExpand(environment, withParameters(lookup, values), masker),
    withParameters: around,
  });
  return around(noParameters);
}

/** The first variable of a text that has no value, as a failure with its place; before anything runs. */
export function firstUnresolved(
  source: SqlSource,
  { environment, expand: of }: Surroundings,
): StatementError | undefined {
  const [missing] = of(source.text).unresolved;
  if (!missing) return undefined;
  const isParameter = readParameters(source.text).parameters.some(({ name }) => name === missing.name);
  const hint = isParameter ? `. It is a parameter: --param ${missing.name}=VALUE gives it one` : '';
  return new StatementError(`${unresolvedMessage(missing.name, environment)}${hint}`, missing);
}

/** A session whose statements are expanded before they are sent, and whose answers show no secret. */
export function inEnvironment(session: CliSession, { expand: of, masker }: Surroundings): CliSession {
  const masked = async <T>(work: () => Promise<T>, original?: (offset: number) => number): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      const { range } = error;
      const place = range && original ? { start: original(range.start), end: original(range.end) } : range;
      throw new StatementError(masker.message(error.message), place);
    }
  };
  return {
    keepsJobs: session.keepsJobs,
    async execute(statement, signal) {
      const { text, changed, original } = of(statement);
      // The job is called as it is written, not with the values.
      const written = statement.trim();
      const shown = maskOptions(written);
      const name = changed || shown !== written ? shown : undefined;
      const result = await masked(() => session.execute(text, signal, name), original);
      return {
        ...result,
        columns: result.columns.map((column) => ({ ...column, name: masker.text(column.name) })),
        rows: maskedRows(result, masker, (work) => masked(work, original)),
        close: () => result.close(),
      } satisfies CliResult;
    },
    waitForJob: async (id, signal) => {
      const end = await masked(() => session.waitForJob(id, signal));
      return end.message === undefined ? end : { ...end, message: masker.message(end.message) };
    },
    close: () => session.close(),
  };
}

async function* maskedRows(
  { rows, columns, isQuery }: CliResult,
  masker: Masker,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<CliRows> {
  const iterator = rows[Symbol.asyncIterator]();
  for (;;) {
    const next = await guard(() => iterator.next());
    if (next.done) return;
    const slice = next.value;
    if (masker.empty && isQuery) yield slice;
    else
      yield {
        ...slice,
        cell: (column, row) => {
          const text = slice.cell(column, row);
          if (text === null) return null;
          if (isQuery) return masker.text(text);
          const isValue = columns[column]?.name === 'value' && columns[0]?.name === 'key';
          return isValue && isSecretOption(slice.cell(0, row) ?? '') ? MASK : masker.message(text);
        },
      };
  }
}
