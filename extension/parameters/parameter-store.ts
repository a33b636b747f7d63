import { type ParameterValues, parameterValues } from '../../environments/parameter-values.ts';
import { type Parameter, readParameters } from '../../environments/parameters.ts';
import type { KeyedStore } from '../connections/session-memory.ts';

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

  /** What has been chosen for a document, by name. */
  chosen(document: string): Readonly<Record<string, string>> {
    return this.#read()[document] ?? {};
  }

  /** Values for running statements of a document. Throws where one does not fit its parameter, or a directive says nothing. */
  values(document: string, text: string): ParameterValues {
    return parameterValues(text, this.chosen(document));
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
