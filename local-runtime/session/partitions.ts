import type { PartitionPruner } from '../../flink-sql/binder/api.ts';
import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { ExprEnv } from '../codegen/env.ts';
import { interpret } from '../codegen/interpreter.ts';
import { localPath } from '../connectors/filesystem/files.ts';
import { DEFAULT_PARTITION, listPartitions } from '../connectors/filesystem/partition-paths.ts';
import { partitionValue } from '../connectors/filesystem/partition-values.ts';
import type { Options } from '../connectors/options.ts';
import type { RuntimeEnvironment } from './engine.ts';
import { shownZone } from './options.ts';

/** Lists the folders of a table of files while a statement is planned, and asks the conditions of each (PartitionPruner). */
export function partitionPruner(session: Options, environment: RuntimeEnvironment): PartitionPruner {
  const env: ExprEnv = { zone: shownZone(session), clock: { now: environment.now }, options: session };
  return (options, table, conditions) => {
    if (options.connector !== 'filesystem' || options.path === undefined) return undefined;
    const root = localPath(options.path, environment.workingDirectory);
    const known = options['partition.default-name'] ?? DEFAULT_PARTITION;
    return listPartitions(root, table.partitionKeys, known)
      .map(({ spec }) => spec)
      .filter((spec) => {
        const row = table.columns.map(
          ({ name, type }): Value =>
            table.partitionKeys.includes(name) ? partitionValue(spec[name], type as LogicalType) : null,
        );
        return conditions.every((condition) => interpret(condition, row, env) === true);
      });
  };
}
