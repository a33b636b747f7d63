import { join } from 'node:path';
import { moduleOptions } from './java-options.ts';
import type { Role } from './local-cluster.ts';

export interface Launch {
  /** Where Flink's own jars are, and the SQL Gateway's, as the servers see them. */
  readonly lib: string;
  readonly gateway: readonly string[];
  readonly jars: readonly string[];
  /** The cluster's folder, with `conf`, `log` and `tmp`. */
  readonly folder: string;
  readonly memoryMb: number;
}

/** Arguments of `java` for each server of a session cluster, as Flink's own scripts would give them. */
export function javaArguments({ lib, gateway, jars, folder, memoryMb }: Launch): Readonly<Record<Role, string[]>> {
  const conf = join(folder, 'conf');
  // Not the host's delimiter: Flink runs where paths have a colon between them.
  const path = [`${lib}/*`, ...jars].join(':');
  const files = [
    `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
    `-Dlog4j.configurationFile=${join(conf, 'log4j2.properties')}`,
  ];
  const java = (
    role: Role,
    memory: readonly string[],
    classPath: string,
    main: string,
    ...args: string[]
  ): string[] => {
    const log = `-Dlog.file=${join(folder, 'log', `${role}.log`)}`;
    return [...memory, ...moduleOptions, ...files, log, '-cp', classPath, main, ...args];
  };
  const runtime = 'org.apache.flink.runtime';
  const small = ['-Xmx768m', '-XX:MaxMetaspaceSize=384m'];
  const large = [`-Xmx${memoryMb + 128}m`, '-XX:MaxDirectMemorySize=768m', '-XX:MaxMetaspaceSize=384m'];
  const cluster = `${runtime}.entrypoint.StandaloneSessionClusterEntrypoint`;
  return {
    jobmanager: java('jobmanager', small, path, cluster, '--configDir', conf, '--executionMode', 'cluster'),
    taskmanager: java('taskmanager', large, path, `${runtime}.taskexecutor.TaskManagerRunner`, '--configDir', conf),
    gateway: java('gateway', small, [path, ...gateway].join(':'), 'org.apache.flink.table.gateway.SqlGateway'),
  };
}
