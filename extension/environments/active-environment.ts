import { type Environment, noEnvironment, readEnvironments } from '../../environments/environment.ts';
import type { Expansion } from '../../environments/expand.ts';
import { environmentOf, loadProject, unresolvedMessage, variableLookup } from '../../environments/load.ts';
import { maskedExpand } from '../../environments/masked-expand.ts';
import { Masker } from '../../environments/masker.ts';
import { noParameters, type ParameterValues, withParameters } from '../../environments/parameter-values.ts';
import { t } from '../../webviews/shared/l10n.ts';

/** What the editor knows of environments: settings, the workspace's folder, and its secret storage. */
export interface EnvironmentSources {
  /** The setting `millrace.environments`. */
  readonly settings: () => unknown;
  /** The setting `millrace.environment`: the name of the one in use; empty: what millrace.json chooses. */
  readonly chosen: () => string | undefined;
  readonly folder: () => string | undefined;
  /** Variables kept in the secret storage, by name. */
  readonly secrets: () => Promise<ReadonlyMap<string, string>>;
  readonly process: Readonly<Record<string, string | undefined>>;
  readonly warn: (message: string) => void;
}

/** What one run of a cell sees: the environment as it is at its start. */
export interface Surroundings {
  readonly environment: Environment;
  readonly masker: Masker;
  expand(text: string): Expansion;
  /** What is said of a variable without a value. */
  missing(name: string): string;
}

/** The environment in use. Settings come before millrace.json where both have one of a name. */
export class ActiveEnvironment {
  /** Secrets once seen stay masked while the editor runs: results that hold them may still be on the screen. */
  readonly masker = new Masker();
  readonly #sources: EnvironmentSources;

  constructor(sources: EnvironmentSources) {
    this.#sources = sources;
  }

  /** All environments by name, the name of the one in use, and the one that is used when the settings choose none. */
  list(): {
    readonly environments: ReadonlyMap<string, Environment>;
    readonly chosen: string | undefined;
    readonly byProject: string | undefined;
  } {
    const { environments, chosen, byProject } = this.#read();
    return { environments, chosen, byProject };
  }

  /** Throws an Error with one line when the chosen environment is not there. `parameters`: those of the text at hand. */
  async surroundings(parameters: ParameterValues = noParameters): Promise<Surroundings> {
    const { environments, chosen, dotEnv } = this.#read();
    const environment = chosen === undefined ? noEnvironment : environmentOf(environments, chosen);
    const secrets = await this.#sources.secrets();
    const outside = variableLookup({ environment, secrets, process: this.#sources.process, dotEnv });
    const lookup = withParameters(outside, parameters);
    const { masker } = this;
    return {
      environment,
      masker,
      expand: maskedExpand(environment, lookup, masker),
      missing: (name) =>
        t(
          '{0}. "Millrace: Set Variable" keeps one in the editor\'s secret storage.',
          unresolvedMessage(name, environment),
        ),
    };
  }

  #read(): {
    environments: ReadonlyMap<string, Environment>;
    chosen: string | undefined;
    byProject: string | undefined;
    dotEnv: Readonly<Record<string, string>>;
  } {
    const folder = this.#sources.folder();
    const project = folder === undefined ? undefined : loadProject(folder);
    const settings = readEnvironments(this.#sources.settings(), 'millrace.environments');
    for (const problem of [...(project?.problems ?? []), ...settings.problems]) this.#sources.warn(problem);
    return {
      environments: new Map([...(project?.environments ?? []), ...settings.environments]),
      chosen: this.#sources.chosen() || project?.chosen,
      byProject: project?.chosen,
      dotEnv: project?.dotEnv ?? {},
    };
  }
}
