export * from './admin/records.ts';
export type * from './admin/types.ts';
export * from './kafka-client.ts';
export { connectionFromProperties } from './kafka-properties.ts';

/** Loads the client library only when a Kafka table or browser is used. */
export async function openKafka(
  connection: import('./kafka-client.ts').KafkaConnection,
): Promise<import('./kafka-client.ts').KafkaClient> {
  const { connectKafka } = await import('./platformatic-client.ts');
  return connectKafka(connection);
}

/** Opens a cluster for looking at it and changing it; loads the client library. Connects with the first call. */
export async function openKafkaAdmin(
  options: import('./admin/types.ts').KafkaAdminOptions,
): Promise<import('./admin/types.ts').KafkaAdmin> {
  const { connectKafkaAdmin } = await import('./admin/kafka-admin.ts');
  return connectKafkaAdmin(options);
}
