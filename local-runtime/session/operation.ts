import { randomUUID } from 'node:crypto';
import { asFault } from '../errors.ts';
import type { Job } from '../job/job-api.ts';
import { faultError, SessionError } from './errors.ts';
import type { Fetched, StatementResult } from './results.ts';

export type OperationStatus =
  | 'INITIALIZED'
  | 'PENDING'
  | 'RUNNING'
  | 'FINISHED'
  | 'CANCELED'
  | 'CLOSED'
  | 'ERROR'
  | 'TIMEOUT';

/** A page of a result, or that the statement is not submitted yet. */
export type FetchedPage =
  | { readonly kind: 'NOT_READY' }
  | { readonly result: StatementResult; readonly fetched: Fetched };

/**
 * A statement on its way (OperationManager.Operation): FINISHED means that it was submitted, not that its job has ended. Its rows are
 * fetched page by page; closing it stops a query's job.
 */
export class Operation {
  readonly handle = randomUUID();
  readonly statement: string;
  /** Job of a query, to be cancelled when nobody fetches any more. */
  queryJob: Job | undefined;
  private state: OperationStatus = 'PENDING';
  private result: StatementResult | undefined;
  private error: SessionError | undefined;
  private settle: () => void = () => undefined;
  /** Resolves when the statement is submitted or has failed. */
  readonly submitted: Promise<void> = new Promise((resolve) => {
    this.settle = resolve;
  });

  constructor(statement: string) {
    this.statement = statement;
  }

  get status(): OperationStatus {
    return this.state;
  }

  /** Runs the work unless the operation was cancelled while it waited. Never rejects. */
  async run(work: () => StatementResult | Promise<StatementResult>): Promise<void> {
    if (this.state !== 'PENDING') return;
    this.state = 'RUNNING';
    try {
      const result = await work();
      if (this.isOver()) {
        // Cancelled or closed while it was submitted.
        result.rows.close();
        await this.queryJob?.cancel();
        return;
      }
      this.result = result;
      this.state = 'FINISHED';
    } catch (error) {
      if (!this.isOver()) this.state = 'ERROR';
      const found = error instanceof SessionError ? error : faultError(asFault(error));
      const failed = `Failed to execute the operation ${this.handle}.`;
      this.error = new SessionError(
        [{ exception: 'SqlExecutionException', message: failed }, ...found.chain],
        found.diagnostic,
      );
    } finally {
      this.settle();
    }
  }

  private isOver(): boolean {
    return this.state === 'CANCELED' || this.state === 'CLOSED';
  }

  /** Cancels what is not submitted yet; afterwards that is an error, as in Flink. */
  async cancel(): Promise<void> {
    if (this.state === 'CANCELED' || this.state === 'CLOSED') return;
    if (this.state !== 'PENDING' && this.state !== 'RUNNING') {
      const message = `Failed to convert the Operation Status from ${this.state} to CANCELED for ${this.handle}.`;
      throw new SessionError([{ exception: 'SqlGatewayException', message }]);
    }
    this.state = 'CANCELED';
    this.settle();
    await this.queryJob?.cancel();
  }

  async close(): Promise<void> {
    this.state = 'CLOSED';
    this.settle();
    this.result?.rows.close();
    await this.queryJob?.cancel();
  }

  /** The result once it is there; throws the statement's failure. */
  async outcome(): Promise<StatementResult> {
    await this.submitted;
    if (this.error) throw this.error;
    if (!this.result) throw this.notFetchable();
    return this.result;
  }

  /**
   * The page of a token. Waits up to `waitMs` for the statement or for rows, so that a client sees them at once and need not spin;
   * then answers NOT_READY or a page without rows. Throws the failure of the statement or of its job.
   */
  async fetch(token: number, waitMs: number): Promise<FetchedPage> {
    if (this.state === 'PENDING' || this.state === 'RUNNING') await this.waitSubmitted(waitMs);
    if (this.error) throw this.error;
    const result = this.result;
    if (!result) {
      if (this.isOver()) throw this.notFetchable();
      return { kind: 'NOT_READY' };
    }
    if (result.rows.isCurrent(token)) await result.rows.arrival(waitMs);
    return { result, fetched: result.rows.fetch(token) };
  }

  private async waitSubmitted(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.submitted, late]);
    clearTimeout(timer);
  }

  private notFetchable(): SessionError {
    const message = `Can not fetch results from the ${this.handle} in ${this.state} status.`;
    return new SessionError([{ exception: 'SqlGatewayException', message }]);
  }
}
