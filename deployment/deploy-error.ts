/** The steps of a deployment, in order. */
export type Phase = 'connect' | 'prepare' | 'validate' | 'stop' | 'submit' | 'follow';

export interface DeployErrorInit {
  /** Default: where the deployment was. */
  readonly phase?: Phase | undefined;
  /** The statement at fault, as offsets of the deployed text. */
  readonly range?: { readonly start: number; readonly end: number } | undefined;
  readonly trace?: string | undefined;
  /** The savepoint with which the old job was stopped: it can be started again from there. */
  readonly savepoint?: string | undefined;
  /** The job that was submitted, and whether it has ended since. */
  readonly jobId?: string | undefined;
  readonly ended?: boolean | undefined;
  /** Whether the person gave it up. */
  readonly cancelled?: boolean;
  readonly cause?: unknown;
}

/** Why a deployment failed, root cause first, and what it left behind. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
  readonly init: DeployErrorInit;

  constructor(message: string, init: DeployErrorInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.init = init;
  }

  /** The same with more known; what was known stays. */
  with(more: DeployErrorInit): DeployError {
    const known = Object.fromEntries(Object.entries(this.init).filter(([, value]) => value !== undefined));
    return new DeployError(this.message, { ...more, ...known });
  }

  /** Whether the old job was stopped, so that nothing runs now. */
  get leftNothingRunning(): boolean {
    return this.init.savepoint !== undefined;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
