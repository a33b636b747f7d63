import { HttpError, type HttpErrorKind } from '../http/index.ts';
import { type Cause, describeCauses, parseTrace } from '../sql-gateway/errors.ts';

/** What went wrong, as far as a caller must tell apart; a failed request has its own kind. */
export type JobManagerErrorKind =
  | HttpErrorKind
  /** The server does not know the job: it ended long ago, or the cluster was started anew. */
  | 'job-lost'
  /** The JobManager refused what was asked; `causes` holds its words. */
  | 'refused'
  /** A savepoint, or stopping with one, failed; the job goes on running. */
  | 'savepoint-failed';

export interface JobManagerErrorInit {
  readonly kind: JobManagerErrorKind;
  readonly status?: number | undefined;
  readonly causes?: readonly Cause[];
  readonly trace?: string | undefined;
  readonly cause?: unknown;
}

/** Every failure of JobManagerClient. The message is one line that names the server, or the innermost cause in Flink's words. */
export class JobManagerError extends Error {
  override readonly name = 'JobManagerError';
  readonly kind: JobManagerErrorKind;
  readonly status: number | undefined;
  /** Innermost first. */
  readonly causes: readonly Cause[];
  /** The server's stack trace, whole. */
  readonly trace: string | undefined;

  constructor(message: string, init: JobManagerErrorInit) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.kind = init.kind;
    this.status = init.status;
    this.causes = init.causes ?? [];
    this.trace = init.trace;
  }
}

/** What the JobManager's web server says of a path that it has no handler for. */
const NO_HANDLER = /^Unable to load requested file /;
const JOB_LOST = /FlinkJobNotFoundException|Job [0-9a-f]{32} not found/;

/** Whether the job has no coordinator of checkpoints at all (AbstractCheckpointStatsHandler, CheckpointConfigHandler). */
export function isWithoutCheckpoints({ status, causes }: JobManagerError): boolean {
  return status === 404 && causes.some(({ message }) => /^Checkpointing (is not|has not been) enabled/.test(message));
}

/** A failed request as JobManagerError; anything else (an abort) as it is. */
export function asJobManagerError(error: unknown, path: string, server: string): unknown {
  if (!(error instanceof HttpError)) return error;
  const { status, errors } = error;
  const first = errors[0] ?? '';
  if (status === 404 && NO_HANDLER.test(first)) {
    const message = `${server} has no ${path.replace(/\?.*$/s, '')}: is it a JobManager, and of that version?`;
    return new JobManagerError(message, { kind: 'no-endpoint', status, cause: error });
  }
  const trace = errors.find((text) => text.includes('\n')) ?? errors.at(-1);
  const causes = trace === undefined ? [] : parseTrace(trace);
  if (causes.length === 0) return new JobManagerError(error.message, { kind: error.kind, status, cause: error });
  const words = describeCauses(causes) ?? error.message;
  const kind = status === 404 && JOB_LOST.test(trace ?? '') ? 'job-lost' : 'refused';
  return new JobManagerError(kind === 'job-lost' ? `${server} does not know the job: ${words}` : words, {
    kind,
    status,
    causes,
    trace,
    cause: error,
  });
}

/** A stack trace that came in an answer, as an error. */
export function errorOfTrace(kind: JobManagerErrorKind, trace: string): JobManagerError {
  const causes = parseTrace(trace);
  const words = describeCauses(causes) ?? (trace.trim().split('\n', 1)[0] || 'no reason given');
  return new JobManagerError(words, { kind, causes, trace });
}
