export { JobManagerClient, type JobManagerOptions, type SavepointOptions } from './client.ts';
export { findJobManager } from './discover.ts';
export { JobManagerError, type JobManagerErrorKind } from './errors.ts';
export * from './types.ts';
