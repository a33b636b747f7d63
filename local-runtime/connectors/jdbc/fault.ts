import { isDatabaseError } from '../../../clients/database/index.ts';
import { FlinkFault } from '../../errors.ts';
import type { Dialect } from './dialect.ts';

/** A database's failure as the JDBC driver throws it. Anything else stays what it is. */
export function driverFault(error: unknown, dialect: Dialect): unknown {
  if (!isDatabaseError(error)) return error;
  if (error.code === 'refused') {
    const message =
      dialect.name === 'PostgreSQL'
        ? `Connection to ${error.server} refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.`
        : `Communications link failure: connection to ${error.server} refused`;
    // Java's cause below it is a bare "Connection refused", which says less.
    return new FlinkFault(dialect.exceptionOf('08'), message);
  }
  return new FlinkFault(dialect.exceptionOf(error.sqlState), error.message);
}

/** A failure while a source or a lookup opens. */
export function openFault(error: unknown, dialect: Dialect): unknown {
  const cause = driverFault(error, dialect);
  if (!(cause instanceof FlinkFault) || cause === error) return cause;
  return new FlinkFault('IllegalArgumentException', `open() failed.${cause.message}`, cause);
}
