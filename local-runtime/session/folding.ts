import type { ConstantFolder } from '../../flink-sql/binder/api.ts';
import type { CatalogStore } from '../../flink-sql/catalog/store.ts';
import { folder } from '../codegen/fold.ts';
import type { Options } from '../connectors/options.ts';
import type { RuntimeEnvironment } from './engine.ts';
import { shownZone } from './options.ts';

/** Evaluates constants of a session's statements while they are planned. */
export function constantFolder(
  catalog: CatalogStore,
  options: Options,
  environment: RuntimeEnvironment,
): ConstantFolder {
  return folder({
    zone: shownZone(options),
    clock: { now: environment.now },
    options,
    database: catalog.currentDatabase,
  });
}
