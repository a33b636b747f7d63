import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { DELETE, INSERT, ROW_KIND_SHORT, UPDATE_AFTER, UPDATE_BEFORE } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import type { FlinkFault } from '../../../local-runtime/errors.ts';
import { formatFor } from '../../../local-runtime/formats/registry.ts';
import { avroFields, avroRows, batchOf, fixture, rowsOf } from './flink-rows.ts';

interface Messages {
  readonly id: number;
  readonly schema: string;
  readonly messages: readonly string[];
}
const recorded = JSON.parse(Buffer.from(fixture('avro-messages.json')).toString('utf8')) as {
  readonly 'avro-confluent': Messages;
  readonly 'debezium-avro-confluent': Messages;
};
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

let server: Server;
let url: string;
const registered: { path: string; body: unknown }[] = [];
let asked = 0;

/** A registry that knows the two schemas that Flink registered, and gives the id 1 or 2 to them again, 9 to others. */
beforeAll(async () => {
  const known = Object.values(recorded);
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked++;
    const id = /^\/schemas\/ids\/(\d+)$/.exec(request.url ?? '')?.[1];
    const answer = (status: number, json: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    if (request.method === 'POST') {
      const { schema, schemaType } = JSON.parse(body) as { schema: string; schemaType?: string };
      registered.push({ path: request.url ?? '', body: schemaType ?? 'AVRO' });
      answer(200, { id: known.find((k) => k.schema === schema)?.id ?? 9 });
      return;
    }
    const found = known.find((k) => String(k.id) === id);
    if (found) answer(200, { schema: found.schema });
    else answer(404, { error_code: 40403, message: `No schema with ID '${id}' was found.` });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function decode(format: string, fields: readonly RowField[], messages: readonly Uint8Array[]) {
  const decoder = formatFor(format).decoder?.({ fields, options: { url }, zone: 'UTC' });
  const out = new BatchBuilder(fields.map((f) => f.type));
  await decoder?.prepare?.(messages);
  // Nothing is asked twice.
  expect(decoder?.prepare?.(messages.slice(0, 1))).toBe(undefined);
  for (const message of messages) decoder?.message(message, out);
  const batch = out.take();
  return rowsOf(batch).map((row, i) => ({ kind: ROW_KIND_SHORT[batch.kinds?.[i] ?? 0], row }));
}

describe('avro-confluent', () => {
  const { id, messages } = recorded['avro-confluent'];

  test("Flink's messages, one request for their schema", async () => {
    const before = asked;
    const rows = await decode('avro-confluent', avroFields, messages.map(bytes));
    expect(rows.map((r) => r.row)).toEqual(avroRows);
    expect(asked - before).toBe(1);
  });

  test('the same bytes are written, the schema registered under the subject', async () => {
    const encoder = formatFor('avro-confluent').encoder?.({
      fields: avroFields,
      options: { url, subject: 'orders-value' },
      zone: 'UTC',
    });
    await encoder?.open?.();
    const batch = batchOf(avroFields, avroRows);
    expect([0, 1].map((i) => Buffer.from(encoder?.row(batch, i) ?? []).toString('base64'))).toEqual(messages);
    expect(registered.at(-1)).toEqual({ path: '/subjects/orders-value/versions', body: 'AVRO' });
  });

  test("what is wrong with a message, in Flink's words", async () => {
    const decoder = formatFor('avro-confluent').decoder?.({ fields: avroFields, options: { url }, zone: 'UTC' });
    const out = new BatchBuilder(avroFields.map((f) => f.type));
    const chain = (message: Uint8Array) => {
      try {
        decoder?.message(message, out);
        return [];
      } catch (error) {
        return (error as FlinkFault).chain().map((link) => `${link.exception}: ${link.message}`);
      }
    };
    const unknown = Uint8Array.of(0, 0, 0, 1, 0, 0);
    await decoder?.prepare?.([unknown]);
    expect(chain(new TextEncoder().encode('no avro'))).toEqual([
      'IOException: Failed to deserialize Avro record.',
      'IOException: Unknown data format. Magic number does not match',
    ]);
    expect(chain(unknown)).toEqual([
      'IOException: Failed to deserialize Avro record.',
      `RestClientException: The schema registry at ${url} refused GET /schemas/ids/256: No schema with ID '256' was found.; error code: 40403`,
    ]);
    expect(id).toBe(1);
  });

  test('a schema of ones own must fit the table', () => {
    const format = formatFor('avro-confluent');
    const fields: RowField[] = [{ name: 'a', type: types.int() }];
    const schema = '{"type":"record","name":"r","fields":[{"name":"a","type":"long"}]}';
    expect(() => format.decoder?.({ fields, options: { url, schema }, zone: 'UTC' })).toThrow(
      `Schema provided for 'avro-confluent' format does not match the table schema: ${schema}`,
    );
    const fits = schema.replace('"long"', '["int","null"]');
    expect(() => format.decoder?.({ fields, options: { url, schema: fits }, zone: 'UTC' })).not.toThrow();
  });

  test.each([
    [{}, 'Missing required options are:\n\nurl'],
    [
      { 'basic-auth.credentials-source': 'SASL_INHERIT' },
      "does not support 'avro-confluent.basic-auth.credentials-source' = 'SASL_INHERIT'",
    ],
    [
      { 'bearer-auth.credentials-source': 'OAUTHBEARER' },
      "does not support 'avro-confluent.bearer-auth.credentials-source' = 'OAUTHBEARER'",
    ],
    [
      { 'ssl.truststore.location': '/x/trust.jks' },
      "reads 'avro-confluent.ssl.truststore.location' as PEM (.pem, .crt, .cer) only",
    ],
    [
      { properties: 'auto.register.schemas:false' },
      "does not support 'avro-confluent.properties' = 'auto.register.schemas'",
    ],
  ])('options %o', (options, message) => {
    const all = Object.keys(options).length ? { url, ...options } : options;
    expect(() => formatFor('avro-confluent').validate(all as Record<string, string>)).toThrow(message);
  });
});

describe('debezium-avro-confluent', () => {
  const { messages } = recorded['debezium-avro-confluent'];
  const fields: RowField[] = [
    { name: 'i', type: types.int(false) },
    { name: 's', type: types.string() },
  ];
  const changes = [
    { kind: '+I', row: [1, 'a'] },
    { kind: '-D', row: [1, 'a'] },
    { kind: '+I', row: [1, 'b'] },
    { kind: '+I', row: [2, 'c'] },
  ];

  test("Flink's messages", async () => {
    expect(await decode('debezium-avro-confluent', fields, messages.map(bytes))).toEqual(changes);
  });

  test('the same bytes are written', async () => {
    const options = { url, subject: 's-value' };
    const encoder = formatFor('debezium-avro-confluent').encoder?.({ fields, options, zone: 'UTC' });
    await encoder?.open?.();
    const batch = batchOf(
      fields,
      changes.map((c) => c.row),
      [INSERT, UPDATE_BEFORE, UPDATE_AFTER, INSERT],
    );
    expect(changes.map((_, i) => Buffer.from(encoder?.row(batch, i) ?? []).toString('base64'))).toEqual(messages);
    expect(batchOf(fields, [[1, 'a']], [DELETE]).kinds?.[0]).toBe(DELETE);
  });
});

describe('json-confluent', () => {
  const fields: RowField[] = [
    { name: 'a', type: types.int(false) },
    { name: 'b', type: types.array(types.string()) },
  ];

  test('written with the id of a JSON Schema, read without asking', async () => {
    const format = formatFor('json-confluent');
    const encoder = format.encoder?.({ fields, options: { url, subject: 'j-value' }, zone: 'UTC' });
    await encoder?.open?.();
    const message = encoder?.row(batchOf(fields, [[1, ['x', null]]]), 0) ?? new Uint8Array(0);
    expect(registered.at(-1)).toEqual({ path: '/subjects/j-value/versions', body: 'JSON' });
    expect([...message.subarray(0, 5)]).toEqual([0, 0, 0, 0, 9]);
    expect(new TextDecoder().decode(message.subarray(5))).toBe('{"a":1,"b":["x",null]}');
    const before = asked;
    const decoder = format.decoder?.({ fields, options: { url }, zone: 'UTC' });
    const out = new BatchBuilder(fields.map((f) => f.type));
    decoder?.message(message, out);
    expect(rowsOf(out.take())).toEqual([[1, ['x', null]]]);
    expect(asked).toBe(before);
    expect(() => decoder?.message(message.subarray(5), out)).toThrow(
      'Unknown data format. Magic number does not match',
    );
  });
});
