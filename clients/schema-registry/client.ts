import { type Answer, levelIn, schemaIn } from './answers.ts';
import { RegistryError } from './errors.ts';
import { type RegistryConnection, RegistryHttp } from './http.ts';

export type SchemaType = 'AVRO' | 'PROTOBUF' | 'JSON';

export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** A schema as the registry keeps it. */
export interface RegisteredSchema {
  readonly schema: string;
  readonly type: SchemaType;
  readonly references: readonly SchemaReference[];
}

/** A version of a subject. */
export interface SubjectVersion extends RegisteredSchema {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
}

export type Compatibility =
  | 'NONE'
  | 'BACKWARD'
  | 'BACKWARD_TRANSITIVE'
  | 'FORWARD'
  | 'FORWARD_TRANSITIVE'
  | 'FULL'
  | 'FULL_TRANSITIVE';

const segment = encodeURIComponent;

/**
 * A registry with Confluent's REST API. Schemas by id and ids of registered schemas never change, so they are asked for once.
 * Every call throws a RegistryError that names server and cause.
 */
export class SchemaRegistryClient {
  private readonly http: RegistryHttp;
  private readonly byId = new Map<number, Promise<RegisteredSchema>>();
  private readonly registered = new Map<string, Promise<number>>();

  constructor(connection: RegistryConnection) {
    this.http = new RegistryHttp(connection);
  }

  async subjects(signal?: AbortSignal): Promise<string[]> {
    return (await this.http.call('GET', '/subjects', undefined, signal)) as string[];
  }

  async versions(subject: string, signal?: AbortSignal): Promise<number[]> {
    return (await this.http.call('GET', `/subjects/${segment(subject)}/versions`, undefined, signal)) as number[];
  }

  async version(subject: string, version: number | 'latest', signal?: AbortSignal): Promise<SubjectVersion> {
    const path = `/subjects/${segment(subject)}/versions/${version}`;
    const answer = (await this.http.call('GET', path, undefined, signal)) as Answer;
    return {
      ...schemaIn(answer),
      subject: String(answer.subject),
      version: Number(answer.version),
      id: Number(answer.id),
    };
  }

  /** The schema of an id; asked for once, failures are asked for again. */
  schema(id: number): Promise<RegisteredSchema> {
    const known = this.byId.get(id);
    if (known) return known;
    const asked = this.http.call('GET', `/schemas/ids/${id}`).then((answer) => schemaIn(answer as Answer));
    this.byId.set(id, asked);
    asked.catch(() => this.byId.delete(id));
    return asked;
  }

  /** Subjects and versions that have the schema of an id. */
  async subjectsOf(
    id: number,
    signal?: AbortSignal,
  ): Promise<{ readonly subject: string; readonly version: number }[]> {
    const answer = await this.http.call('GET', `/schemas/ids/${id}/versions`, undefined, signal);
    return (answer as Answer[]).map(({ subject, version }) => ({ subject: String(subject), version: Number(version) }));
  }

  /** The schema of a GUID, which serializers may put into headers, with the id that the registry gives it. */
  async schemaByGuid(guid: string, signal?: AbortSignal): Promise<RegisteredSchema & { readonly id: number }> {
    const answer = (await this.http.call('GET', `/schemas/guids/${segment(guid)}`, undefined, signal)) as Answer;
    return { ...schemaIn(answer), id: Number(answer.id ?? -1) };
  }

  /** Registers a schema under a subject, or finds it there, and gives its id. */
  register(
    subject: string,
    schema: string,
    type: SchemaType = 'AVRO',
    references: readonly SchemaReference[] = [],
  ): Promise<number> {
    const key = `${subject}\n${type}\n${JSON.stringify(references)}\n${schema}`;
    const known = this.registered.get(key);
    if (known) return known;
    const body = {
      schema,
      ...(type === 'AVRO' ? {} : { schemaType: type }),
      ...(references.length ? { references } : {}),
    };
    const asked = this.http.call('POST', `/subjects/${segment(subject)}/versions`, body).then((answer) => {
      const id = (answer as Answer | undefined)?.id;
      if (typeof id !== 'number') throw new RegistryError('FAILED', `Registering ${subject} gave no id.`);
      return id;
    });
    this.registered.set(key, asked);
    asked.catch(() => this.registered.delete(key));
    return asked;
  }

  /** May this schema become the subject's next version? */
  async compatible(subject: string, schema: string, type: SchemaType = 'AVRO'): Promise<boolean> {
    const path = `/compatibility/subjects/${segment(subject)}/versions/latest`;
    const body = { schema, ...(type === 'AVRO' ? {} : { schemaType: type }) };
    const answer = (await this.http.call('POST', path, body)) as Answer;
    return answer.is_compatible === true;
  }

  /** Deletes a subject and gives the versions that went; `permanent` needs a first deletion. */
  async deleteSubject(subject: string, permanent = false): Promise<number[]> {
    this.registered.clear();
    const query = permanent ? '?permanent=true' : '';
    return (await this.http.call('DELETE', `/subjects/${segment(subject)}${query}`)) as number[];
  }

  async deleteVersion(subject: string, version: number): Promise<void> {
    this.registered.clear();
    await this.http.call('DELETE', `/subjects/${segment(subject)}/versions/${version}`);
  }

  /** Compatibility level of a subject, or of the registry when none is named or the subject has none. */
  async compatibility(subject?: string): Promise<Compatibility> {
    const path = subject === undefined ? '/config' : `/config/${segment(subject)}?defaultToGlobal=true`;
    try {
      return levelIn((await this.http.call('GET', path)) as Answer);
    } catch (error) {
      // Registries that do not know defaultToGlobal say that the subject has no level of its own.
      if (subject !== undefined && error instanceof RegistryError && error.code === 'NOT_FOUND')
        return this.compatibility();
      throw error;
    }
  }

  async setCompatibility(level: Compatibility, subject?: string): Promise<void> {
    const path = subject === undefined ? '/config' : `/config/${segment(subject)}`;
    await this.http.call('PUT', path, { compatibility: level });
  }

  close(): void {
    this.http.close();
  }
}
