import type { ResultState, ToHost, ToRenderer } from '../messages.ts';

/** What the results panel and the extension tell each other, beside what every result's page does. */

/** A statement that was run from a file. */
export interface RunState {
  /** Id of its result. */
  readonly id: string;
  /** Name of the file, e.g. `orders.sql`. */
  readonly file: string;
  /** Where it runs. */
  readonly connection: string;
  /** What is known of the result so far. */
  readonly state: ResultState;
}

export type PanelToHost =
  | ToHost
  /** The page is there and knows nothing yet. */
  | { readonly type: 'hello' }
  /** Stops a run if it is still running, and lets go of its result. */
  | { readonly type: 'close'; readonly id: string }
  /** Shows the statement in its file. */
  | { readonly type: 'reveal'; readonly id: string };

export type HostToPanel =
  | ToRenderer
  /** All results there are, oldest first, and the one to be shown. */
  | { readonly type: 'runs'; readonly runs: readonly RunState[]; readonly shown: string | undefined };
