import { type Connection, findErrorBy } from '@platformatic/kafka';
import { abortable } from '../abortable.ts';
import { Brokers } from '../brokers.ts';
import { hasWorked } from '../closings.ts';
import { explain } from '../explain.ts';
import { type KafkaConnection, KafkaError } from '../kafka-client.ts';
import { ask, offerOf, protocolError } from './ask.ts';
import type { Metadata } from './topic-requests.ts';
import type { Api } from './wire.ts';

const UNKNOWN_TOPIC = 3;

/** How long an administrative request is tried again while leaders or coordinators move: people wait for it. */
const PATIENCE_MS = 10_000;
/** How long brokers that cannot be reached are tried. */
const NETWORK_MS = 1500;

/** The brokers of a cluster, and who of them is to be asked for what. */
export class Cluster {
  readonly connection: KafkaConnection;
  readonly brokers: Brokers;
  private readonly hosts: Readonly<Record<string, string>>;

  constructor(connection: KafkaConnection, hosts: Readonly<Record<string, string>> = {}) {
    this.connection = connection;
    this.hosts = hosts;
    this.brokers = new Brokers(connection, hosts);
  }

  /** Which Kafka it is, for messages. */
  get where(): string {
    return this.connection.bootstrap.join(',');
  }

  /** Connections of their own, for reads that wait at the brokers. */
  readers(): Brokers {
    return new Brokers(this.connection, this.hosts);
  }

  /** Does `work`, ends with the client or the signal, and explains failures: `what` as in `listing topics`. */
  async call<T>(what: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      const answer = await abortable(this.brokers.unlessClosed(work()), signal);
      hasWorked(this.connection);
      return answer;
    } catch (error) {
      if (signal?.aborted) throw new KafkaError('CLOSED', `It was cancelled: ${what}.`, { cause: error });
      throw explain(error, what, this.connection);
    }
  }

  /** Again while leaders and coordinators move; not long while nobody can be reached. */
  retrying<T>(work: (attempt: number) => Promise<T>): Promise<T> {
    const began = Date.now();
    return this.brokers.retrying(Math.min(PATIENCE_MS, this.connection.retryMs), async (attempt) => {
      try {
        return await work(attempt);
      } catch (error) {
        const isNetwork = error instanceof Error && findErrorBy(error, 'code', 'PLT_KFK_NETWORK') !== null;
        if (!isNetwork || Date.now() - began < NETWORK_MS) throw error;
        // Not one of the library's, which would be tried again.
        throw new Error('no answer', { cause: error });
      }
    });
  }

  /** Of these topics, of all (null) or of none. Errors of single topics are in the answer. */
  metadata(topics: readonly string[] | null): Promise<Metadata> {
    return this.brokers.describe(topics);
  }

  /** One topic's; throws UNKNOWN_TOPIC, or what else the brokers have against it. */
  async topicMetadata(name: string): Promise<{ metadata: Metadata; topic: Metadata['topics'][number] }> {
    const metadata = await this.metadata([name]);
    const topic = metadata.topics.find((t) => t.name === name);
    if (!topic || topic.errorCode === UNKNOWN_TOPIC)
      throw new KafkaError('UNKNOWN_TOPIC', `Topic '${name}' does not exist on ${this.where}.`);
    if (topic.errorCode !== 0) throw protocolError(topic.errorCode);
    return { metadata, topic };
  }

  /** Any broker that answers. */
  any(): Promise<Connection> {
    return this.brokers.any();
  }

  async offers(name: Pick<Api<unknown, unknown>, 'key' | 'versions'>): Promise<boolean> {
    const offered = (await offerOf(await this.any())).versions.get(name.key);
    return offered !== undefined && offered[1] >= name.versions[0] && offered[0] <= name.versions[1];
  }

  /** Asks the controller, as brokers with ZooKeeper want it; others hand the request on. */
  async controller<Q, A>(api: Api<Q, A>, request: Q): Promise<A> {
    const { controller } = await this.metadata([]);
    return ask(controller >= 0 ? await this.brokers.node(controller) : await this.any(), api, request);
  }

  /** The id of the broker that coordinates a group. */
  async coordinatorOf(group: string): Promise<{ broker: number }> {
    return { broker: await this.brokers.coordinatorId('group', group) };
  }

  /** Asks the coordinator of a group. */
  async coordinator<Q, A>(group: string, api: Api<Q, A>, request: Q): Promise<A> {
    return ask(await this.brokers.coordinator('group', group), api, request);
  }

  /** Asks every broker; who does not answer is in `failures`, in words. Throws when nobody answers. */
  async everyone<Q, A>(
    api: Api<Q, A>,
    request: Q,
  ): Promise<{ answers: { broker: number; answer: A }[]; failures: { broker: number; error: unknown }[] }> {
    const ids = await this.brokers.nodes();
    const answers: { broker: number; answer: A }[] = [];
    const failures: { broker: number; error: unknown }[] = [];
    await Promise.all(
      ids.map(async (broker) => {
        try {
          answers.push({ broker, answer: await ask(await this.brokers.node(broker), api, request) });
        } catch (error) {
          failures.push({ broker, error });
        }
      }),
    );
    if (answers.length === 0 && failures[0]) throw failures[0].error;
    return { answers, failures };
  }

  close(): Promise<void> {
    return this.brokers.close();
  }
}
