import {
  apiVersionsV1,
  apiVersionsV3,
  type Connection,
  createAPI,
  findErrorBy,
  ProtocolError,
  Writer,
} from '@platformatic/kafka';
import { KafkaError } from '../kafka-client.ts';
import { type Api, commonVersion, type WireVersion, wireVersion } from './wire.ts';

/** Versions that a broker offers, by API key, and the greatest `metadata.version` that it knows (of its release), where it tells. */
export interface Offer {
  readonly versions: ReadonlyMap<number, readonly [least: number, greatest: number]>;
  readonly metadataVersion?: number;
}

const offers = new WeakMap<Connection, Promise<Offer>>();

/** What a broker offers; asked once for each connection. */
export function offerOf(broker: Connection): Promise<Offer> {
  let found = offers.get(broker);
  if (!found) {
    found = askForOffer(broker);
    offers.set(broker, found);
    // A failure is not kept: the next request asks again.
    found.catch(() => offers.delete(broker));
  }
  return found;
}

async function askForOffer(broker: Connection): Promise<Offer> {
  const { apiKeys, features } = await newest(broker);
  const metadata = features.find((f) => f.name === 'metadata.version');
  return {
    versions: new Map(apiKeys.map((a) => [a.apiKey, [a.minVersion, a.maxVersion] as const])),
    ...(metadata && { metadataVersion: metadata.maxVersion }),
  };
}

async function newest(broker: Connection) {
  try {
    const { apiKeys, supportedFeatures } = await apiVersionsV3.api.async(broker, 'millrace', '1');
    return { apiKeys, features: supportedFeatures ?? [] };
  } catch (error) {
    if (!(error instanceof Error) || findErrorBy(error, 'apiId', 'UNSUPPORTED_VERSION') === null) throw error;
    const { apiKeys } = await apiVersionsV1.api.async(broker, 'millrace', '1');
    return { apiKeys, features: [] };
  }
}

type Sent<Q, A> = ReturnType<typeof createAPI<[Q], A>>;
const made = new Map<string, unknown>();

/**
 * Sends a request in the greatest version that both sides know. Errors inside the answer are the caller's: one refused topic must not
 * hide the others. Throws UNSUPPORTED when there is no common version.
 */
export async function ask<Q, A>(broker: Connection, api: Api<Q, A>, request: Q): Promise<A> {
  const { versions } = await offerOf(broker);
  const number = commonVersion(api, versions.get(api.key));
  if (number === undefined)
    throw new KafkaError('UNSUPPORTED', `Kafka at ${broker.host}:${broker.port} does not offer ${api.name}.`);
  return sender(api, wireVersion(api, number)).async(broker, request);
}

function sender<Q, A>(api: Api<Q, A>, version: WireVersion): Sent<Q, A> {
  const id = `${api.key}/${version.number}`;
  let found = made.get(id) as Sent<Q, A> | undefined;
  if (!found) {
    found = createAPI<[Q], A>(
      api.key,
      version.number,
      (request: Q) => {
        const writer = Writer.create();
        api.request.write(writer, request, version);
        return writer;
      },
      (_id, _key, _version, reader) => api.response.read(reader, version),
      version.isFlexible,
      version.isFlexible,
    );
    made.set(id, found);
  }
  return found;
}

/** An error code of an answer as the library's error, with the broker's own words where it sent some. */
export function protocolError(code: number, words: string | null = null): Error {
  try {
    return new ProtocolError(code, words);
  } catch {
    // A code that the library does not know yet.
    return new KafkaError('FAILED', words ?? `the broker answered with error code ${code}`);
  }
}

/** What an error code means, in one line, the broker's own words first. */
export function reasonOf(code: number, words: string | null = null): string {
  return words || protocolError(code).message;
}
