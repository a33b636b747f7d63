import type { ConstantFolder } from '../../flink-sql/binder/api.ts';
import type { Options } from '../connectors/options.ts';
import type { RuntimeEnvironment } from './engine.ts';

export function constantFolder(_options: Options, _environment: RuntimeEnvironment): ConstantFolder | undefined {
  return undefined;
}
