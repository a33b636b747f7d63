import { type Parameter, parameterFault, readParameters } from '../../environments/parameters.ts';
import type { KeyedStore } from '../connections/session-memory.ts';
import type { ParameterValues } from '../environments/active-environment.ts';

const KEY = 'millrace.parameters';

/** A parameter with the value that it has now, and whether a person has chosen it. */
export interface ParameterState {
  readonly parameter: Parameter;
  readonly value: string | undefined;
  readonly isChosen: boolean;
}

/** The values that people have chosen for the parameters of each document; they are kept for later windows. */
export class ParameterStore {
  readonly #state: KeyedStore;
  readonly #listeners = new Set<() => void>();

  constructor(state: KeyedStore) {
    this.#state = state;
  }

  /** Hears of every change until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The parameters of a document, whose text is `text`. */
  states(document: string, text: string): ParameterState[] {
    const chosen = this.#read()[document] ?? {};
    return readParameters(text).parameters.map((parameter) => {
      const own = chosen[parameter.name];
      return { parameter, value: own ?? parameter.fallback, isChosen: own !== undefined };
    });
  }

  /** Values for running statements of a document. Throws where one does not fit its parameter, or a directive says nothing. */
  values(document: string, text: string): ParameterValues {
    const [problem] = readParameters(text).problems;
    if (problem) throw new Error(problem.message);
    const chosen = new Map<string, string>();
    const fallbacks = new Map<string, string>();
    for (const { parameter, value, isChosen } of this.states(document, text)) {
      if (value === undefined) continue;
      const fault = parameterFault(parameter, value);
      if (fault !== undefined) throw new Error(fault);
      (isChosen ? chosen : fallbacks).set(parameter.name, value);
    }
    return { chosen, fallbacks };
  }

  /** Keeps a value; undefined: as the text says. */
  choose(document: string, name: string, value: string | undefined): void {
    const all = this.#read();
    const { [name]: _, ...others } = all[document] ?? {};
    const own = value === undefined ? others : { ...others, [name]: value };
    void this.#state.update(KEY, { ...all, [document]: own });
    for (const listener of this.#listeners) listener();
  }

  #read(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return this.#state.get<Record<string, Record<string, string>>>(KEY) ?? {};
  }
}
