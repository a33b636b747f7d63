import { readFileSync } from 'node:fs';
import { RegistryError, SchemaRegistryClient } from '../../clients/schema-registry/index.ts';
import type { Options } from '../connectors/options.ts';
import { asFault, FlinkFault, validation } from '../errors.ts';

/** Options that the formats with a schema registry share (AvroConfluentFormatOptions), without prefix. */
export const REGISTRY_OPTIONS = [
  'url',
  'subject',
  'schema',
  'ssl.keystore.location',
  'ssl.keystore.password',
  'ssl.truststore.location',
  'ssl.truststore.password',
  'basic-auth.credentials-source',
  'basic-auth.user-info',
  'bearer-auth.credentials-source',
  'bearer-auth.token',
  'properties',
] as const;

/** Their names before Flink 1.14, by the name that was. */
export const FORMER_REGISTRY_OPTIONS: Readonly<Record<string, string>> = {
  'schema-registry.schema': 'schema',
  'schema-registry.subject': 'subject',
  'schema-registry.url': 'url',
};

/** The header before each message: a zero byte and the schema's id. */
export const HEADER = 5;

/** Id of the schema that wrote a message (ConfluentSchemaRegistryCoder.readSchema). */
export function schemaIdOf(bytes: Uint8Array): number {
  if (bytes.length < HEADER) throw new FlinkFault('EOFException', '');
  if (bytes[0] !== 0) throw new FlinkFault('IOException', 'Unknown data format. Magic number does not match');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(1);
}

/** A message of a schema: header and body. */
export function withHeader(id: number, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEADER + body.length);
  new DataView(out.buffer).setInt32(1, id);
  out.set(body, HEADER);
  return out;
}

/** Checks the options of a registry; throws for what Flink has and this runtime cannot do. */
export function checkRegistryOptions(identifier: string, options: Options): void {
  if (options.url === undefined) {
    throw validation(`One or more required options are missing.\n\nMissing required options are:\n\nurl`);
  }
  connectionOf(identifier, options);
}

/** A client for a format's options (RegistryAvroFormatFactory.buildOptionalPropertiesMap). */
export function registryOf(identifier: string, options: Options): SchemaRegistryClient {
  try {
    return new SchemaRegistryClient(connectionOf(identifier, options));
  } catch (error) {
    throw registryFault(error);
  }
}

function connectionOf(identifier: string, options: Options) {
  const source = options['basic-auth.credentials-source'];
  const bearer = options['bearer-auth.credentials-source'];
  const option = (key: string) => `${identifier}.${key}`;
  if (source !== undefined && source !== 'USER_INFO' && source !== 'URL') {
    throw validation(
      `The local runtime does not support '${option('basic-auth.credentials-source')}' = '${source}'; it supports USER_INFO and URL.`,
    );
  }
  if (bearer !== undefined && bearer !== 'STATIC_TOKEN') {
    throw validation(
      `The local runtime does not support '${option('bearer-auth.credentials-source')}' = '${bearer}'; it supports STATIC_TOKEN.`,
    );
  }
  const properties = mapOption(options.properties ?? '');
  for (const [key, value] of Object.entries(options))
    if (key.startsWith('properties.')) properties[key.slice('properties.'.length)] = value;
  const unknown = Object.keys(properties).filter(
    (key) => key !== 'use.latest.version' && !key.startsWith('request.header.'),
  );
  if (unknown.length)
    throw validation(
      `The local runtime does not support '${option('properties')}' = '${unknown.join(', ')}'; it supports request.header.*.`,
    );
  const info = options['basic-auth.user-info'];
  const colon = info?.indexOf(':') ?? -1;
  if (info !== undefined && source === 'USER_INFO' && colon < 0)
    throw validation(`'${option('basic-auth.user-info')}' must be of the form <username>:<password>.`);
  const basic = info !== undefined && colon >= 0 && source === 'USER_INFO';
  const token = options['bearer-auth.token'];
  return {
    urls: (options.url ?? '')
      .split(',')
      .map((url) => url.trim())
      .filter(Boolean),
    ...(basic
      ? {
          auth: {
            kind: 'basic' as const,
            user: (info as string).slice(0, colon),
            password: (info as string).slice(colon + 1),
          },
        }
      : token !== undefined && bearer === 'STATIC_TOKEN'
        ? { auth: { kind: 'bearer' as const, token } }
        : {}),
    headers: Object.fromEntries(
      Object.entries(properties)
        .filter(([key]) => key.startsWith('request.header.'))
        .map(([key, value]) => [key.slice('request.header.'.length), value]),
    ),
    ...stores(option, options),
  };
}

/** Certificates: PEM to trust, PKCS#12 for the client. Java's own key stores cannot be read here. */
function stores(
  option: (key: string) => string,
  options: Options,
): { ca?: Uint8Array; pfx?: Uint8Array; pfxPassword?: string } {
  const read = (key: string, endings: RegExp, kinds: string): Uint8Array | undefined => {
    const path = options[key];
    if (path === undefined) return undefined;
    if (!endings.test(path))
      throw validation(`The local runtime reads '${option(key)}' as ${kinds} only; '${path}' is neither by its name.`);
    try {
      return new Uint8Array(readFileSync(path));
    } catch (error) {
      throw validation(`'${option(key)}' cannot be read: ${error instanceof Error ? error.message : error}`);
    }
  };
  const ca = read('ssl.truststore.location', /\.(pem|crt|cer)$/i, 'PEM (.pem, .crt, .cer)');
  const pfx = read('ssl.keystore.location', /\.(p12|pfx)$/i, 'PKCS#12 (.p12, .pfx)');
  const password = options['ssl.keystore.password'];
  return {
    ...(ca ? { ca } : {}),
    ...(pfx ? { pfx } : {}),
    ...(password === undefined ? {} : { pfxPassword: password }),
  };
}

/** A MAP option: `k1:v1,k2:v2`. */
function mapOption(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const pair of text.split(',').filter(Boolean)) {
    const colon = pair.indexOf(':');
    if (colon < 0) throw validation(`Map item is not a key-value pair (missing ':'?)`);
    out[pair.slice(0, colon).trim()] = pair.slice(colon + 1).trim();
  }
  return out;
}

/** Failures of the registry as Flink's job would carry them. */
export function registryFault(error: unknown): FlinkFault {
  if (!(error instanceof RegistryError)) return asFault(error);
  if (error.code === 'UNREACHABLE') return new FlinkFault('ConnectException', error.message);
  if (error.code === 'TIMEOUT') return new FlinkFault('SocketTimeoutException', error.message);
  return new FlinkFault('RestClientException', error.message);
}

/** Where a schema is not there when a message is read: the source has not called `prepare`. */
export const notPrepared = (id: number) => new Error(`schema ${id} was not fetched before its message was read`);
