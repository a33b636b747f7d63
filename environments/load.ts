import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDotEnv } from './dot-env.ts';
import { type Environment, noEnvironment, readEnvironments } from './environment.ts';
import type { VariableLookup } from './expand.ts';

/** The file of a project that names its environments, found in a folder or one above it. */
export const PROJECT_FILE = 'millrace.json';

export interface Project {
  /** Where millrace.json is, or the folder that was asked for. */
  readonly folder: string;
  readonly file: string | undefined;
  readonly environments: ReadonlyMap<string, Environment>;
  /** The name that millrace.json gives as `environment`. */
  readonly chosen: string | undefined;
  readonly problems: readonly string[];
  /** Variables of the `.env` file beside millrace.json. */
  readonly dotEnv: Readonly<Record<string, string>>;
}

/** Reads millrace.json and `.env` of the project that a folder belongs to. What cannot be read is a problem, told in one line. */
export function loadProject(from: string): Project {
  const file = findUp(from);
  const folder = file === undefined ? from : dirname(file);
  const problems: string[] = [];
  let content: unknown = {};
  if (file !== undefined) {
    try {
      content = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      problems.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const object = typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
  const read = readEnvironments(object.environments);
  problems.push(...read.problems.map((problem) => `${file}: ${problem}`));
  const chosen = object.environment;
  if (chosen !== undefined && typeof chosen !== 'string') problems.push(`${file}: environment is not a name`);
  const env = join(folder, '.env');
  return {
    folder,
    file,
    environments: read.environments,
    chosen: typeof chosen === 'string' ? chosen : undefined,
    problems,
    dotEnv: existsSync(env) ? parseDotEnv(readFileSync(env, 'utf8')) : {},
  };
}

function findUp(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, PROJECT_FILE);
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * The environment of a name; without one the project's own choice, else none. Throws an Error with one line that names those there are.
 */
export function environmentOf(environments: ReadonlyMap<string, Environment>, name: string | undefined): Environment {
  if (name === undefined) return noEnvironment;
  const found = environments.get(name);
  if (found) return found;
  const known = [...environments.keys()].join(', ');
  throw new Error(
    `There is no environment '${name}'${known ? `; there are ${known}` : `: no ${PROJECT_FILE} names one`}`,
  );
}

const SECRET_NAME = /pass(word|wd|phrase)?|secret|token|credential|private|api_?key|access_?key/i;

/** Where a variable's value comes from: the environment itself, kept secrets, the process, `.env`; the first that has it. */
export function variableLookup(sources: {
  readonly environment: Environment;
  readonly secrets?: ReadonlyMap<string, string>;
  readonly process?: Readonly<Record<string, string | undefined>>;
  readonly dotEnv?: Readonly<Record<string, string>>;
}): VariableLookup {
  const { environment, secrets, process = {}, dotEnv = {} } = sources;
  return (name) => {
    const plain = Object.hasOwn(environment.variables, name) ? environment.variables[name] : undefined;
    if (plain !== undefined) return { value: plain, secret: SECRET_NAME.test(name) };
    const outside = secrets?.get(name) ?? process[name] ?? (Object.hasOwn(dotEnv, name) ? dotEnv[name] : undefined);
    return outside === undefined ? undefined : { value: outside, secret: true };
  };
}

/** What is said of a variable without a value. */
export function unresolvedMessage(name: string, environment: Environment): string {
  const where = environment.name === '' ? '' : `environment '${environment.name}', `;
  return `Variable ${name} has no value: neither ${where}the process nor .env defines it`;
}
