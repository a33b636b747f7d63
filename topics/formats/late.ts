/** Protobuf's library is read with the first message that needs it. */
export const parseProtobufLate = () => import('./protobuf.ts');
