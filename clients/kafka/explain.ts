import { findErrorBy } from '@platformatic/kafka';
import { type KafkaConnection, KafkaError } from './kafka-client.ts';

/** A failure of the library as ours: which brokers, what was asked, why; never a secret. */
export function explain(error: unknown, what: string, connection: KafkaConnection): KafkaError {
  if (error instanceof KafkaError) return error;
  const where = connection.bootstrap.join(',');
  const messages = texts(error);
  const all = messages.join(' ');
  const cause = messages.at(-1) ?? 'unknown cause';
  const failure = (code: KafkaError['code'], text: string) => new KafkaError(code, text, { cause: error });
  const has = (...ids: string[]) =>
    error instanceof Error && ids.some((id) => findErrorBy(error, 'apiId', id) !== null);
  if (
    has('UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID') ||
    /UNKNOWN_TOPIC|unknown topic|does not host this topic/i.test(all)
  )
    return failure('UNKNOWN_TOPIC', `Kafka at ${where} failed ${what}: the topic does not exist (${cause}).`);
  if (
    has(
      'PRODUCER_FENCED',
      'INVALID_PRODUCER_EPOCH',
      'INVALID_TXN_STATE',
      'INVALID_PRODUCER_ID_MAPPING',
      'TRANSACTIONAL_ID_NOT_FOUND',
    )
  )
    return failure('FENCED', `Kafka at ${where} refused ${what}: ${cause}`);
  if (/authenticat|SASL/i.test(all))
    return failure('AUTHENTICATION', `Kafka at ${where} refused the login while ${what}: ${cause}`);
  if (/the Kafka client was closed|Client is closed|pool is closed/.test(all))
    return failure('CLOSED', `The client of Kafka at ${where} was closed while ${what}.`);
  if (/certificate|self.signed|TLS|SSL/i.test(all))
    return failure('UNREACHABLE', `Kafka at ${where} cannot be reached by TLS while ${what}: ${cause}`);
  if (/ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|ECONNRESET|Cannot connect|connect/i.test(all))
    return failure('UNREACHABLE', `Kafka at ${where} cannot be reached while ${what}: ${cause}`);
  if (/timed? ?out/i.test(all))
    return failure('TIMEOUT', `Kafka at ${where} did not answer in time while ${what}: ${cause}`);
  return failure('FAILED', `Kafka at ${where} failed ${what}: ${cause}`);
}

/** Messages of an error, its causes and its parts, outermost first. */
function texts(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const parts = error instanceof AggregateError ? error.errors.flatMap((e) => texts(e, depth + 1)) : [];
  return [error.message, ...parts, ...texts(error.cause, depth + 1)].filter(Boolean);
}
