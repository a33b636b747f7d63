import { findErrorBy } from '@platformatic/kafka';
import { tlsReason } from '../http/errors.ts';
import { closingReason } from './closings.ts';
import { errorParts } from './error-parts.ts';
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
  const group = groupFailure(has);
  if (group) return failure(group, `Kafka at ${where} refused ${what}: ${cause}`);
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
  if (has(...DENIED) || /authorization failed/i.test(all))
    return failure('DENIED', `Kafka at ${where} does not allow ${what}: ${cause}`);
  if (has('UNSUPPORTED_VERSION')) return failure('UNSUPPORTED', `Kafka at ${where} cannot do this (${what}): ${cause}`);
  if (has(...INVALID)) return failure('INVALID', `Kafka at ${where} refused ${what}: ${cause}`);
  if (/current SASL state/.test(all)) {
    // Brokers answer so to what follows a token that they did not take, too.
    const token = connection.sasl?.mechanism === 'OAUTHBEARER' ? 'the token was not taken, or ' : '';
    return failure(
      'AUTHENTICATION',
      `Kafka at ${where} refused the login while ${what}: ${token}this listener wants none.`,
    );
  }
  if (/authenticat|SASL/i.test(all))
    return failure('AUTHENTICATION', `Kafka at ${where} refused the login while ${what}: ${cause}`);
  if (/the Kafka client was closed|Client is closed|pool is closed/.test(all))
    return failure('CLOSED', `The client of Kafka at ${where} was closed while ${what}.`);
  const closed = /Connection closed/.test(all) ? closingReason(connection) : undefined;
  if (closed) {
    const way = connection.tls ? ' by TLS' : '';
    return failure('UNREACHABLE', `Kafka at ${where} cannot be reached${way} while ${what}: ${closed}`);
  }
  if (/certificate|self.signed|TLS|SSL/i.test(all))
    return failure(
      'UNREACHABLE',
      `Kafka at ${where} cannot be reached by TLS while ${what}: ${secureReason(error, connection) ?? cause}`,
    );
  if (/ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|ECONNRESET|Cannot connect|connect/i.test(all))
    return failure('UNREACHABLE', `Kafka at ${where} cannot be reached while ${what}: ${cause}`);
  if (/timed? ?out/i.test(all))
    return failure('TIMEOUT', `Kafka at ${where} did not answer in time while ${what}: ${cause}`);
  return failure('FAILED', `Kafka at ${where} failed ${what}: ${cause}`);
}

const DENIED = [
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
];

const INVALID = [
  'TOPIC_ALREADY_EXISTS',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_PARTITIONS',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_CONFIG',
  'INVALID_REQUEST',
  'INVALID_TIMESTAMP',
  'INVALID_RECORD',
  'POLICY_VIOLATION',
  'TOPIC_DELETION_DISABLED',
  'OFFSET_OUT_OF_RANGE',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
];

function groupFailure(has: (...ids: string[]) => boolean): KafkaError['code'] | undefined {
  if (has('GROUP_ID_NOT_FOUND', 'INVALID_GROUP_ID')) return 'UNKNOWN_GROUP';
  // What brokers answer to an offset of somebody who is not a member of a living group.
  if (
    has('NON_EMPTY_GROUP', 'GROUP_SUBSCRIBED_TO_TOPIC', 'UNKNOWN_MEMBER_ID', 'STALE_MEMBER_EPOCH', 'ILLEGAL_GENERATION')
  )
    return 'GROUP_IN_USE';
  return undefined;
}

/** What TLS had against the broker, in words. */
function secureReason(error: unknown, { tls }: KafkaConnection): string | undefined {
  if (!tls) return 'this listener wants TLS.';
  const reason = errorParts(error)
    .map(tlsReason)
    .find((one) => one !== undefined);
  if (reason !== undefined) return reason.replace(/^TLS: /, '');
  const isCut = errorParts(error).some((one) => /before secure TLS connection was established/.test(one.message));
  return isCut ? 'it closed the connection in the handshake; does this listener speak TLS?' : undefined;
}

/** Messages of an error, its causes and its parts, outermost first. */
function texts(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const own = error instanceof AggregateError ? error.errors.flatMap((e) => texts(e, depth + 1)) : [];
  const words = 'serverErrorMessage' in error ? String(error.serverErrorMessage ?? '') : '';
  return [error.message, ...own, ...texts(error.cause, depth + 1), words].filter(Boolean);
}
