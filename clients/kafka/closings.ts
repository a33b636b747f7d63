import type { Base, Connection } from '@platformatic/kafka';
import { errorCode, tlsReason } from '../http/errors.ts';
import type { KafkaConnection } from './kafka-client.ts';

/*
 * Brokers that want something else of a client mostly just close its connection, and the library tells requests under way no more than
 * that. Here is kept what makes the reason known: the alert that TLS sent first, and whether this connection has ever worked.
 */
const alerts = new WeakMap<KafkaConnection, unknown>();
const worked = new WeakSet<KafkaConnection>();

/** Hears what TLS says about connections that stood already. */
export function watchAlerts(base: Pick<Base, 'connections'>, connection: KafkaConnection): void {
  base.connections.on('connect', ({ connection: opened }: { connection: Connection }) => {
    opened.once('error', (error: Error) => {
      if (tlsReason(error.cause) !== undefined) alerts.set(connection, error.cause);
    });
  });
}

/** Something was answered: what is closed later is closed for other reasons. */
export function hasWorked(connection: KafkaConnection): void {
  worked.add(connection);
  alerts.delete(connection);
}

/** Did a broker say by TLS that it does not take this client? */
export const wasRefused = (connection: KafkaConnection): boolean => alerts.has(connection);

/** Why brokers closed a connection before they answered anything, as far as it can be told; undefined for one that had worked. */
export function closingReason(connection: KafkaConnection): string | undefined {
  const alert = alerts.get(connection);
  const { tls, sasl } = connection;
  if (alert !== undefined) {
    // Java's TLS calls a certificate that was not sent a bad one.
    if (tls?.cert === undefined && /BAD_CERTIFICATE|CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/.test(errorCode(alert)))
      return 'it asks for a client certificate';
    return tlsReason(alert)?.replace(/^TLS: /, '');
  }
  if (worked.has(connection) || sasl) return undefined;
  return `it closed the connection; does this listener want ${tls ? 'a client certificate or a login' : 'TLS or a login'}?`;
}
