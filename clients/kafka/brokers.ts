import { setTimeout as sleep } from 'node:timers/promises';
import {
  Base,
  type BaseOptions,
  type Broker,
  type CallbackWithPromise,
  type Connection,
  findCoordinatorV3,
  findErrorBy,
  kGetBootstrapConnection,
  kGetConnection,
  ProtocolError,
} from '@platformatic/kafka';
import { abortable } from './abortable.ts';
import { ask, protocolError } from './admin/ask.ts';
import { type Metadata, metadataApi } from './admin/topic-requests.ts';
import { wasRefused, watchAlerts } from './closings.ts';
import { errorParts } from './error-parts.ts';
import { type KafkaConnection, KafkaError } from './kafka-client.ts';

const NO_ID = '00000000-0000-0000-0000-000000000000';
/** How long leaders are taken for known, as the Java client does (metadata.max.age.ms). */
const KEPT_MS = 300_000;

export type CoordinatorKind = 'group' | 'transaction';

/** Connections to the brokers of a cluster, one each, and who leads what. */
export class Brokers {
  readonly connection: KafkaConnection;
  readonly base: Base;
  private readonly closing = new AbortController();
  /** Brokers as they were named last, by id. */
  private readonly known = new Map<number, Broker>();
  private readonly led = new Map<string, { readonly leaders: readonly number[]; readonly at: number }>();

  /** `hosts`: what brokers call themselves → where they are reached. */
  constructor(connection: KafkaConnection, hosts: Readonly<Record<string, string>> = {}) {
    this.connection = connection;
    this.base = new Base(baseOptions(connection));
    watchAlerts(this.base, connection);
    if (Object.keys(hosts).length) reachBy(this.base, hosts);
  }

  /** Aborted when the client is closed. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  /**
   * What the brokers say of these topics, of all (null) or of none, now. Errors of single topics and partitions are in the answer: the
   * library's own request fails as a whole where one partition has no leader.
   */
  async describe(topics: readonly string[] | null, isCreating = false): Promise<Metadata> {
    const request = {
      topics: topics?.map((name) => ({ id: NO_ID, name })) ?? null,
      isCreating,
      withClusterOperations: false,
      withTopicOperations: false,
    };
    const metadata = await ask(await this.any(), metadataApi, request);
    this.known.clear();
    for (const { id, host, port } of metadata.brokers) this.known.set(id, { host, port });
    return metadata;
  }

  /** The connection to a broker by its id. */
  async node(id: number): Promise<Connection> {
    if (!this.known.has(id)) await this.describe([]);
    const broker = this.known.get(id);
    if (!broker) throw new ProtocolError('LEADER_NOT_AVAILABLE');
    return this.to(broker);
  }

  private to(broker: Broker): Promise<Connection> {
    return new Promise((resolve, reject) => {
      this.base[kGetConnection](broker, (error, found) => (found ? resolve(found) : reject(error)));
    });
  }

  /** The connection to any broker that answers: those that were named to us first, then those that they have named. */
  async any(): Promise<Connection> {
    try {
      return await new Promise((resolve, reject) => {
        this.base[kGetBootstrapConnection]((error, found) => (found ? resolve(found) : reject(error)));
      });
    } catch (error) {
      for (const broker of this.known.values()) {
        try {
          return await this.to(broker);
        } catch {
          // The first failure is told when the others do not answer, either.
        }
      }
      throw error;
    }
  }

  /** Ids of all brokers. */
  async nodes(): Promise<number[]> {
    return (await this.describe([])).brokers.map(({ id }) => id);
  }

  /** The broker that coordinates a group or the transactions of an id. */
  async coordinator(kind: CoordinatorKind, key: string): Promise<Connection> {
    return this.node(await this.coordinatorId(kind, key));
  }

  async coordinatorId(kind: CoordinatorKind, key: string): Promise<number> {
    const [any] = await this.nodes();
    const { coordinators } = await findCoordinatorV3.api.async(await this.node(any ?? 0), kind === 'group' ? 0 : 1, [
      key,
    ]);
    return coordinators[0]?.nodeId ?? -1;
  }

  /** Leaders of a topic's partitions, in their order; -1 where there is none. They are kept for a while unless `forceUpdate`. */
  async leaders(topic: string, forceUpdate: boolean, autocreateTopics = false): Promise<readonly number[]> {
    const kept = this.led.get(topic);
    if (kept && !forceUpdate && performance.now() - kept.at < KEPT_MS) return kept.leaders;
    const found = (await this.describe([topic], autocreateTopics)).topics.find(({ name }) => name === topic);
    if (found && found.errorCode !== 0) throw protocolError(found.errorCode);
    if (!found?.partitions.length) throw new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION');
    const leaders = found.partitions.toSorted((a, b) => a.partition - b.partition).map(({ leader }) => leader);
    this.led.set(topic, { leaders, at: performance.now() });
    return leaders;
  }

  /**
   * Does `work` again, with back-off, as long as its failure may pass and `limitMs` is not over. Ends at once when the client is closed.
   */
  async retrying<T>(limitMs: number, work: (attempt: number) => Promise<T>): Promise<T> {
    const end = Date.now() + limitMs;
    for (let attempt = 0, wait = 20; ; attempt++, wait = Math.min(wait * 2, 1000)) {
      try {
        return await this.unlessClosed(work(attempt));
      } catch (error) {
        if (this.signal.aborted || !mayPass(error, this.connection) || Date.now() + wait > end) throw error;
      }
      await sleep(wait, undefined, { signal: this.signal });
    }
  }

  /** The result, or the end of the client, whichever comes first. */
  unlessClosed<T>(work: Promise<T>): Promise<T> {
    return abortable(work, this.signal);
  }

  /** Does not wait long for brokers that do not take the farewell. */
  async close(): Promise<void> {
    this.closing.abort(new Error('the Kafka client was closed'));
    await Promise.race([this.base.close().catch(() => undefined), sleep(500, undefined, { ref: false })]);
  }
}

/** Every connection goes through the pool's `get`, also those to brokers that only other brokers have named. */
function reachBy(base: Base, hosts: Readonly<Record<string, string>>): void {
  const pool = base.connections;
  const get: (broker: Broker, callback: CallbackWithPromise<Connection>) => void = pool.get.bind(pool);
  const mapped = (broker: Broker, callback?: CallbackWithPromise<Connection>) => {
    const where = broker && mappedBroker(broker, hosts);
    return callback ? get(where, callback) : (get as (broker: Broker) => unknown)(where);
  };
  pool.get = mapped as typeof pool.get;
}

/** By `host:port`, else by the host alone; the target may be a host or `host:port`. */
export function mappedBroker<B extends { readonly host: string; readonly port: number }>(
  broker: B,
  hosts: Readonly<Record<string, string>>,
): B {
  const target = hosts[`${broker.host}:${broker.port}`] ?? hosts[broker.host];
  if (target === undefined) return broker;
  const [, host = target, port] = /^(.+?)(?::(\d+))?$/.exec(target) ?? [];
  return { ...broker, host, port: port === undefined ? broker.port : Number(port) };
}

export function baseOptions(connection: KafkaConnection): BaseOptions {
  const base: BaseOptions = {
    clientId: connection.clientId,
    bootstrapBrokers: [...connection.bootstrap],
    timeout: connection.timeoutMs,
    connectTimeout: Math.min(5000, connection.timeoutMs),
    requestTimeout: connection.timeoutMs,
    retries: 2,
    retryDelay: 250,
    autocreateTopics: false,
  };
  if (connection.tls) {
    const { checkHost, ...tls } = connection.tls;
    base.tls = checkHost === false ? { ...tls, checkServerIdentity: () => undefined } : tls;
  }
  if (connection.sasl) base.sasl = { ...connection.sasl };
  return base;
}

/** May the failure be gone when the same is asked again? Who was refused once is refused again. */
function mayPass(error: unknown, connection: KafkaConnection): boolean {
  const parts = errorParts(error);
  const ours = parts.find((one) => one instanceof KafkaError);
  if (ours ? ours.code === 'AUTHENTICATION' : parts.some((one) => codeOf(one) === 'PLT_KFK_AUTHENTICATION'))
    return false;
  if (wasRefused(connection)) return false;
  if (!(error instanceof Error) || findErrorBy(error, 'canRetry', true) === null) return false;
  return !parts.some(({ message }) => /self.signed|certificate|TLS|SSL/i.test(message));
}

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);
