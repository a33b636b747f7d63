import { type Answer, levelIn, schemaIn } from './answers.ts';
import type { Compatibility, SchemaReference, SchemaType, SubjectVersion } from './client.ts';
import { RegistryError } from './errors.ts';
import { type RegistryConnection, RegistryHttp } from './http.ts';

export interface SchemaRegistryAdminOptions {
  readonly connection: RegistryConnection;
  /** Every writing verb fails with READ_ONLY. */
  readonly isReadOnly?: boolean;
  /** A context of the registry (`.staging`): subjects are those of it. Default: the registry's own. */
  readonly context?: string;
}

/** A schema that is to be checked or registered. */
export interface SchemaDraft {
  readonly schema: string;
  readonly type: SchemaType;
  readonly references?: readonly SchemaReference[];
}

/** May a draft become the next version? */
export interface CompatibilityCheck {
  readonly isCompatible: boolean;
  /** In the registry's words, what stands against it. */
  readonly messages: readonly string[];
  /** The level that was asked for: of the subject or of the registry. */
  readonly level: Compatibility;
  /** The subject has no version yet: all is compatible. */
  readonly isFirst: boolean;
}

export type RegistryMode = 'READWRITE' | 'READONLY' | 'READONLY_OVERRIDE' | 'IMPORT' | 'FORWARD';

export interface SubjectDetail {
  readonly subject: string;
  /** Ascending; those that are softly deleted are in `deleted`. */
  readonly versions: readonly number[];
  readonly deleted: readonly number[];
  readonly level: Compatibility;
  /** Does the subject have another level than the registry? Some registries name a level for every subject, so that equal ones are not told. */
  readonly hasOwnLevel: boolean;
}

const segment = encodeURIComponent;

/**
 * A registry with Confluent's REST API for people who look and change. Nothing is kept: each call asks the server. Every call throws a
 * RegistryError in the server's words.
 */
export class SchemaRegistryAdmin {
  readonly isReadOnly: boolean;
  private readonly http: RegistryHttp;
  private readonly prefix: string;

  constructor({ connection, isReadOnly = false, context }: SchemaRegistryAdminOptions) {
    this.http = new RegistryHttp(connection);
    this.isReadOnly = isReadOnly;
    this.prefix = context === undefined || context === '' || context === '.' ? '' : `:${context}:`;
  }

  /** Names, without the context's prefix; softly deleted ones too where asked for. */
  async subjects(withDeleted = false, signal?: AbortSignal): Promise<string[]> {
    const query = [
      ...(withDeleted ? ['deleted=true'] : []),
      ...(this.prefix === '' ? [] : [`subjectPrefix=${segment(this.prefix)}`]),
    ].join('&');
    const all = (await this.http.call('GET', `/subjects${query && `?${query}`}`, undefined, signal)) as string[];
    const own = all.filter((name) => (this.prefix === '' ? !name.startsWith(':.') : name.startsWith(this.prefix)));
    return own.map((name) => name.slice(this.prefix.length)).sort();
  }

  /** Contexts, the registry's own as `.`; a registry that has none gives that one. */
  async contexts(signal?: AbortSignal): Promise<string[]> {
    try {
      const names = (await this.http.call('GET', '/contexts', undefined, signal)) as string[];
      return names.map((name) => name.replace(/^:|:$/g, ''));
    } catch (error) {
      if (isMissing(error)) return ['.'];
      throw error;
    }
  }

  async subject(subject: string, signal?: AbortSignal): Promise<SubjectDetail> {
    const [versions, all, own, registry] = await Promise.all([
      this.versions(subject, false, signal).catch(emptyWhereMissing),
      this.versions(subject, true, signal).catch(emptyWhereMissing),
      this.ownLevel(subject, signal),
      this.level(undefined, signal),
    ]);
    if (all.length === 0 && versions.length === 0)
      throw new RegistryError('NOT_FOUND', `Subject '${subject}' not found.`, 404, 40401);
    const live = new Set(versions);
    return {
      subject,
      versions,
      deleted: all.filter((version) => !live.has(version)),
      level: own ?? registry,
      hasOwnLevel: own !== undefined && own !== registry,
    };
  }

  async versions(subject: string, withDeleted = false, signal?: AbortSignal): Promise<number[]> {
    const query = withDeleted ? '?deleted=true' : '';
    const path = `${this.path(subject)}/versions${query}`;
    return ((await this.http.call('GET', path, undefined, signal)) as number[]).sort((a, b) => a - b);
  }

  async version(
    subject: string,
    version: number | 'latest',
    withDeleted = false,
    signal?: AbortSignal,
  ): Promise<SubjectVersion> {
    const query = withDeleted ? '?deleted=true' : '';
    const path = `${this.path(subject)}/versions/${version}${query}`;
    const answer = (await this.http.call('GET', path, undefined, signal)) as Answer;
    return { ...schemaIn(answer), subject, version: Number(answer.version), id: Number(answer.id) };
  }

  /** Ids of schemas that refer to a version: it cannot be deleted before they are. */
  async referencedBy(subject: string, version: number, signal?: AbortSignal): Promise<number[]> {
    const path = `${this.path(subject)}/versions/${version}/referencedby`;
    return (await this.http.call('GET', path, undefined, signal)) as number[];
  }

  /** The version of a subject that has just this schema; undefined where none has. */
  async find(subject: string, draft: SchemaDraft, signal?: AbortSignal): Promise<SubjectVersion | undefined> {
    try {
      const answer = (await this.http.call('POST', this.path(subject), bodyOf(draft), signal)) as Answer;
      return {
        schema: draft.schema,
        type: draft.type,
        references: draft.references ?? [],
        subject,
        version: Number(answer.version),
        id: Number(answer.id),
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Asks whether a draft may become the next version; against all versions where the level is transitive. */
  async check(subject: string, draft: SchemaDraft, signal?: AbortSignal): Promise<CompatibilityCheck> {
    const level = (await this.ownLevel(subject, signal)) ?? (await this.level(undefined, signal));
    const versions = await this.versions(subject, false, signal).catch(emptyWhereMissing);
    if (versions.length === 0) return { isCompatible: true, messages: [], level, isFirst: true };
    const against = `/compatibility/subjects/${segment(this.prefix + subject)}/versions`;
    const ask = (path: string) =>
      this.http.call('POST', `${path}?verbose=true`, bodyOf(draft), signal) as Promise<Answer>;
    const isTransitive = level.endsWith('_TRANSITIVE');
    const answers = isTransitive
      ? // A registry that cannot compare with all at once is asked for each.
        await ask(against).then(
          (answer) => [answer],
          (error) => {
            if (!isMissing(error)) throw error;
            return Promise.all(versions.map((version) => ask(`${against}/${version}`)));
          },
        )
      : [await ask(`${against}/latest`)];
    return {
      isCompatible: answers.every((answer) => answer.is_compatible === true),
      messages: answers.flatMap(reasonsIn),
      level,
      isFirst: false,
    };
  }

  /** Level of a subject, or the registry's where it has none of its own. */
  async level(subject?: string, signal?: AbortSignal): Promise<Compatibility> {
    const own = subject === undefined ? undefined : await this.ownLevel(subject, signal);
    return own ?? levelIn((await this.http.call('GET', '/config', undefined, signal)) as Answer);
  }

  private async ownLevel(subject: string, signal?: AbortSignal): Promise<Compatibility | undefined> {
    try {
      const path = `/config/${segment(this.prefix + subject)}`;
      return levelIn((await this.http.call('GET', path, undefined, signal)) as Answer);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async mode(signal?: AbortSignal): Promise<RegistryMode> {
    return ((await this.http.call('GET', '/mode', undefined, signal)) as Answer).mode as RegistryMode;
  }

  /** Registers a draft, or finds it there; gives its id. */
  async register(subject: string, draft: SchemaDraft): Promise<number> {
    const answer = (await this.write('POST', `${this.path(subject)}/versions`, bodyOf(draft))) as Answer | undefined;
    if (typeof answer?.id !== 'number') throw new RegistryError('FAILED', `Registering ${subject} gave no id.`);
    return answer.id;
  }

  /** Deletes a version softly: who has its id can still read. `permanent` needs that first. */
  async deleteVersion(subject: string, version: number, permanent = false): Promise<void> {
    await this.write('DELETE', `${this.path(subject)}/versions/${version}${permanent ? '?permanent=true' : ''}`);
  }

  /** Deletes all versions softly, or for good those that are softly deleted; gives them. */
  async deleteSubject(subject: string, permanent = false): Promise<number[]> {
    return (await this.write('DELETE', `${this.path(subject)}${permanent ? '?permanent=true' : ''}`)) as number[];
  }

  /** Brings a softly deleted version's schema back, as the newest version; gives its id. Registries have no other way. */
  async restore(subject: string, version: number): Promise<number> {
    return this.register(subject, await this.version(subject, version, true));
  }

  /** Sets the level of a subject, or of the registry where none is named. */
  async setLevel(level: Compatibility, subject?: string): Promise<void> {
    const path = subject === undefined ? '/config' : `/config/${segment(this.prefix + subject)}`;
    await this.write('PUT', path, { compatibility: level });
  }

  /** Takes a subject's own level away: the registry's counts again. */
  async clearLevel(subject: string): Promise<void> {
    await this.write('DELETE', `/config/${segment(this.prefix + subject)}`);
  }

  close(): void {
    this.http.close();
  }

  private readonly path = (subject: string): string => `/subjects/${segment(this.prefix + subject)}`;

  /** The one way by which anything is changed. */
  private async write(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    if (this.isReadOnly)
      throw new RegistryError('READ_ONLY', 'This connection is read-only: nothing is written to its schema registry.');
    return this.http.call(method, path, body);
  }
}

const isMissing = (error: unknown): boolean => error instanceof RegistryError && error.code === 'NOT_FOUND';

function emptyWhereMissing(error: unknown): number[] {
  if (isMissing(error)) return [];
  throw error;
}

/** Why a schema is not compatible: Confluent's registry tells `messages`, Apicurio's one `reason`. */
function reasonsIn({ messages, reason }: Answer): string[] {
  if (Array.isArray(messages) && messages.length > 0) return messages.map(String);
  return typeof reason === 'string' && reason !== '' ? [reason] : [];
}

function bodyOf({ schema, type, references }: SchemaDraft): unknown {
  return {
    schema,
    ...(type === 'AVRO' ? {} : { schemaType: type }),
    ...(references?.length ? { references } : {}),
  };
}
