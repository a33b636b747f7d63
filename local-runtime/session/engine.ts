import type { BindContext } from '../../flink-sql/binder/index.ts';
import type { CatalogStore } from '../../flink-sql/catalog/store.ts';
import type { Options } from '../connectors/options.ts';
import { previews } from '../connectors/preview/preview-options.ts';
import { connectorTraits, previewTraits } from '../connectors/registry.ts';
import type { TestTables } from '../connectors/test-rows/index.ts';
import type { StartJob } from '../job/job-api.ts';
import { constantFolder } from './folding.ts';
import { partitionPruner } from './partitions.ts';

/** Surroundings of all sessions of one runtime. */
export interface RuntimeEnvironment {
  /** Folder that relative paths in table options start from. */
  readonly workingDirectory: string;
  /** Where the `print` connector writes lines. */
  readonly print: (line: string) => void;
  /** A notice for the user (an option ignored, an idle partition …). */
  readonly notice: (text: string) => void;
  readonly now: () => number;
  /** The tables of the SQL test that the sessions are for; without parallel subtasks. */
  readonly tests?: TestTables;
  /** Starts jobs; tests put in what they want to happen to a job. */
  readonly startJob?: StartJob;
}

/** What binder and planner know of a session: its catalogs, its options, and this runtime's connectors and constant folding. */
export function bindContext(catalog: CatalogStore, options: Options, environment: RuntimeEnvironment): BindContext {
  return {
    catalog,
    options,
    connectors: previews(options) ? previewTraits : connectorTraits,
    folder: constantFolder(catalog, options, environment),
    partitions: partitionPruner(options, environment),
  };
}
