export {
  type CompatibilityCheck,
  type RegistryMode,
  type SchemaDraft,
  SchemaRegistryAdmin,
  type SchemaRegistryAdminOptions,
  type SubjectDetail,
} from './admin.ts';
export {
  type Compatibility,
  type RegisteredSchema,
  type SchemaReference,
  SchemaRegistryClient,
  type SchemaType,
  type SubjectVersion,
} from './client.ts';
export { RegistryError, type RegistryFailure, shownAddress } from './errors.ts';
export type { RegistryAuth, RegistryConnection } from './http.ts';
