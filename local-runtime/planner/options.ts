import type { Physical } from '../../flink-sql/plan/physical.ts';
import { validation } from '../errors.ts';
import { stateTtl } from '../state/state-ttl.ts';

/** Refuses, by name, options that would change a job's answers and that this runtime does not carry out; nothing is ignored silently. */
export function refuseUnsupported(options: Readonly<Record<string, string>>): void {
  if (options['table.exec.mini-batch.enabled']?.toLowerCase() === 'true')
    refuse('table.exec.mini-batch.enabled', 'true');
}

/** Nodes whose state Flink lets expire and this runtime does not (yet). */
const WITHOUT_TTL: readonly Physical['kind'][] = [
  'Join',
  'Rank',
  'Limit',
  'OverAggregate',
  'ChangelogNormalize',
  'TemporalJoin',
];

/** Refuses, by name, a time to live for the state of a node that would keep its state for ever. */
export function refuseTtl(node: Physical, options: Readonly<Record<string, string>>): void {
  const hint = node.kind === 'Join' ? node.hints.find(({ name }) => name === 'STATE_TTL') : undefined;
  const isSink = node.kind === 'Sink' && node.upsertMaterialize;
  const lacks = WITHOUT_TTL.includes(node.kind) || isSink;
  if (!hint && !(lacks && stateTtl(options) > 0)) return;
  const what = hint ? 'the hint STATE_TTL' : `'table.exec.state.ttl' = '${options['table.exec.state.ttl']}'`;
  throw validation(
    `The local runtime does not support ${what} for the state of ${isSink ? 'SinkMaterializer' : node.kind} yet. Reset the option or run on a Flink cluster.`,
  );
}

function refuse(name: string, value: string): never {
  throw validation(
    `The local runtime does not support '${name}' = '${value}' yet. Reset the option or run on a Flink cluster.`,
  );
}
