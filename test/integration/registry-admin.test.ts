import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RegistryError, type SchemaDraft, SchemaRegistryAdmin } from '../../clients/schema-registry/index.ts';
import { missingFor, type Registry, startRegistry } from '../harness/services.ts';

const missing = missingFor('registry');
const v1: SchemaDraft = {
  type: 'AVRO',
  schema: '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}',
};
const v2: SchemaDraft = {
  type: 'AVRO',
  schema:
    '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"note","type":["null","string"],"default":null}]}',
};
const broken: SchemaDraft = {
  type: 'AVRO',
  schema: '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"must","type":"int"}]}',
};

describe.skipIf(missing)(
  `schema registry: what people look at and change${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let registry: Registry;
    let admin: SchemaRegistryAdmin;
    const subject = () => `topics-${randomUUID()}-value`;
    beforeAll(async () => {
      registry = await startRegistry();
      admin = new SchemaRegistryAdmin({ connection: { urls: [registry.url] } });
    }, 180_000);
    afterAll(async () => {
      admin?.close();
      await registry?.stop();
    });
    const failure = async (call: Promise<unknown>): Promise<RegistryError> => {
      const error = await call.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (!(error instanceof RegistryError)) throw new Error(`no RegistryError: ${error}`);
      return error;
    };

    test('subjects, versions, schemas, what is the same', async () => {
      const name = subject();
      const id = await admin.register(name, v1);
      expect(await admin.register(name, v1)).toBe(id);
      const second = await admin.register(name, v2);
      expect(second).not.toBe(id);
      expect(await admin.subjects()).toContain(name);
      expect(await admin.subject(name)).toMatchObject({ versions: [1, 2], deleted: [], hasOwnLevel: false });
      expect(await admin.version(name, 1)).toMatchObject({ subject: name, version: 1, id, type: 'AVRO' });
      expect(JSON.parse((await admin.version(name, 'latest')).schema)).toEqual(JSON.parse(v2.schema));
      expect(await admin.find(name, v1)).toMatchObject({ version: 1, id });
      expect(await admin.find(name, broken)).toBeUndefined();
      expect(await admin.contexts()).toContain('.');
    });

    test('compatibility is asked before a schema is registered', async () => {
      const name = subject();
      expect(await admin.check(name, broken)).toMatchObject({ isCompatible: true, isFirst: true });
      await admin.register(name, v1);
      await admin.setLevel('BACKWARD', name);
      expect(await admin.level(name)).toBe('BACKWARD');
      expect(await admin.check(name, v2)).toMatchObject({ isCompatible: true, level: 'BACKWARD', isFirst: false });
      const refusal = await admin.check(name, broken);
      expect(refusal.isCompatible).toBe(false);
      expect(refusal.messages.join()).toMatch(/must/);
      await admin.setLevel('FULL_TRANSITIVE', name);
      await admin.register(name, v2);
      expect(await admin.check(name, broken)).toMatchObject({ isCompatible: false, level: 'FULL_TRANSITIVE' });
      const refused = await failure(admin.register(name, broken));
      expect(refused.status).toBe(409);
      expect(refused.code).toBe('INCOMPATIBLE');
      await admin.clearLevel(name);
      expect((await admin.subject(name)).hasOwnLevel).toBe(false);
      expect((await admin.check(name, broken)).level).toBe(await admin.level());
    });

    test('a broken schema is refused in the server’s words', async () => {
      const error = await failure(admin.register(subject(), { type: 'AVRO', schema: '{"type":"record"}' }));
      expect(error.code).toBe('INVALID');
      expect(error.message).toMatch(/^The schema registry at http:\/\/127\.0\.0\.1:\d+\S* refused POST /);
    });

    test('references', async () => {
      const [money, price] = [subject(), subject()];
      await admin.register(money, {
        type: 'AVRO',
        schema: '{"type":"record","name":"shop.Money","fields":[{"name":"cents","type":"long"}]}',
      });
      const references = [{ name: 'shop.Money', subject: money, version: 1 }];
      const schema = '{"type":"record","name":"shop.Price","fields":[{"name":"m","type":"shop.Money"}]}';
      const id = await admin.register(price, { type: 'AVRO', schema, references });
      expect((await admin.version(price, 1)).references).toEqual(references);
      expect(await admin.referencedBy(money, 1)).toContain(id);
    });

    test('protobuf and JSON Schema', async () => {
      const [proto, json] = [subject(), subject()];
      const schema = '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}';
      await admin.register(proto, { type: 'PROTOBUF', schema: 'syntax = "proto3"; message A { int64 id = 1; }' });
      await admin.register(json, { type: 'JSON', schema });
      expect((await admin.version(proto, 1)).type).toBe('PROTOBUF');
      expect((await admin.version(json, 1)).type).toBe('JSON');
    });

    test('versions and subjects are deleted', async () => {
      const name = subject();
      await admin.register(name, v1);
      await admin.register(name, v2);
      await admin.deleteVersion(name, 1);
      expect((await admin.subject(name)).versions).toEqual([2]);
      expect(await admin.deleteSubject(name)).toContain(2);
      expect(await admin.subjects()).not.toContain(name);
      expect((await admin.subject(name)).versions).toEqual([]);
      expect((await failure(admin.version(name, 'latest'))).code).toBe('NOT_FOUND');
      expect((await failure(admin.subject(subject()))).code).toBe('NOT_FOUND');
    });

    test('what is read-only changes nothing, in one place', async () => {
      const name = subject();
      const looker = new SchemaRegistryAdmin({ connection: { urls: [registry.url] }, isReadOnly: true });
      const writes = [
        () => looker.register(name, v1),
        () => looker.deleteVersion(name, 1),
        () => looker.deleteSubject(name),
        () => looker.setLevel('NONE', name),
        () => looker.clearLevel(name),
      ];
      for (const write of writes) expect((await failure(write())).code).toBe('READ_ONLY');
      expect(await looker.subjects()).not.toContain(name);
      looker.close();
    });
  },
);
