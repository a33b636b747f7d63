import { KafkaError } from '../kafka-client.ts';

/** The one place that refuses to write: every writing verb of the browser passes here first. `what` as in `deleting topic 'a'`. */
export function writesRefused(isReadOnly: boolean, what: string): void {
  if (isReadOnly) throw new KafkaError('READ_ONLY', `This connection to Kafka is read-only: ${what} is refused.`);
}
