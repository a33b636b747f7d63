/** What the form that deploys a text and the extension tell each other. Plain data: it goes through JSON. */

/** What the person chooses; every field a text, empty for what the text's own SETs and the cluster say. */
export interface DeployChoices {
  readonly connection: string;
  readonly name: string;
  readonly parallelism: string;
  readonly checkpoints: string;
  readonly restart: '' | 'none' | 'fixed-delay' | 'exponential-delay';
  readonly attempts: string;
  readonly delay: string;
  readonly start: 'fresh' | 'savepoint';
  readonly savepoint: string;
  readonly allowNonRestored: boolean;
  /** Of an upgrade. */
  readonly savepointDirectory: string;
  /** Values of the text's parameters by name; empty: as the text says. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A parameter that the text has. */
export interface DeployParameter {
  readonly name: string;
  readonly type: string;
  /** The values that it can have, where they are few. */
  readonly choices: readonly string[];
  /** What it is if nobody says otherwise. */
  readonly fallback: string | null;
}

/** A deployment that is known under a name. */
export interface KnownDeployment {
  readonly name: string;
  readonly connection: string;
  readonly jobId: string;
  /** Whether it was not ended from here; it may have ended otherwise. */
  readonly open: boolean;
  /** The savepoint that it ended with. */
  readonly savepoint: string;
}

export interface Remark {
  readonly line: number;
  readonly message: string;
}

export interface DeployLoad {
  readonly type: 'load';
  readonly source: string;
  readonly environment: string;
  readonly connections: readonly string[];
  readonly choices: DeployChoices;
  readonly known: readonly KnownDeployment[];
  /** What is run first, and the INSERTs, each by its first line. */
  readonly setup: number;
  readonly inserts: readonly string[];
  readonly skipped: readonly Remark[];
  readonly problems: readonly Remark[];
  readonly parameters: readonly DeployParameter[];
}

export type StepState = 'waiting' | 'running' | 'done' | 'failed';

export interface DeployStep {
  readonly id: string;
  readonly title: string;
  readonly state: StepState;
  readonly text: string;
}

export interface DeployFailure {
  readonly message: string;
  /** 1-based, in the text. */
  readonly line: number | null;
  readonly hasTrace: boolean;
  /** What became of the job that was submitted. */
  readonly left: string;
  /** The savepoint of the version before, which can be started again from it. */
  readonly rollback: string | null;
}

export type ToDeploy =
  | DeployLoad
  | { readonly type: 'steps'; readonly steps: readonly DeployStep[] }
  /** What is wrong with parameters, by name: nothing was begun. */
  | { readonly type: 'parameters'; readonly problems: Readonly<Record<string, string>> }
  | { readonly type: 'done'; readonly text: string; readonly record: string }
  | { readonly type: 'failed'; readonly failure: DeployFailure }
  /** Something else went wrong; the form stays. */
  | { readonly type: 'problem'; readonly message: string };

export type FromDeploy =
  | { readonly type: 'ready' }
  | { readonly type: 'deploy'; readonly choices: DeployChoices }
  | { readonly type: 'rollback' }
  /** Gives up what runs. */
  | { readonly type: 'abort' }
  | { readonly type: 'goto'; readonly line: number }
  | { readonly type: 'trace' }
  | { readonly type: 'showJob' }
  | { readonly type: 'openRecord' }
  | { readonly type: 'close' };
