import type { Physical } from '../physical.ts';
import type { Rel } from '../rel.ts';
import type { Connectors } from './connectors.ts';

/** What the makers of physical nodes share: the way down to their inputs, what connectors can do, and the mode. */
export interface Planner {
  readonly connectors: Connectors;
  /** A CDC source may tell an event twice: table.exec.source.cdc-events-duplicate. */
  readonly duplicates: boolean;
  /** execution.runtime-mode = batch. */
  readonly isBatch: boolean;
  /** Sources by what they read, so that equal reads are one node (sub-plan reuse). */
  readonly scans: Map<string, Physical>;
  build(rel: Rel): Physical;
}
