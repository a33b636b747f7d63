export { type ConnectOptions, GatewayClient, type GatewayInfo } from './client.ts';
export {
  type Cause,
  describeCause,
  describeCauses,
  GatewayError,
  type GatewayErrorKind,
  type Place,
} from './errors.ts';
export { Operation, type ResultOptions } from './operation.ts';
export { Session, type SessionOptions } from './session.ts';
export * from './types.ts';
