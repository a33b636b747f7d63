import {
  type KafkaClient,
  KafkaError,
  type KafkaTransaction,
  type OpenTransaction,
  type OutgoingRecord,
  type ProducerOptions,
} from '../../../clients/kafka/index.ts';
import type { Subtask } from '../connector.ts';

/** What a checkpoint keeps of a sink that writes exactly once: the transactions that its commit ends. */
export interface PreparedTransactions {
  readonly pending: readonly OpenTransaction[];
}

/**
 * The transactions of one writer (ExactlyOnceKafkaWriter with KafkaCommitter). Rows between two checkpoints are one transaction, begun
 * with the first of them. A checkpoint keeps its producer id and epoch, by which it is committed afterwards, if need be by another
 * process; what lingers of a writer that is gone is aborted when the next one opens.
 */
export class SinkTransactions {
  private readonly client: KafkaClient;
  private readonly prefix: string;
  private readonly timeoutMs: number;
  private readonly options: ProducerOptions;
  private readonly subtask: Subtask;
  private readonly notice: (text: string) => void;
  private current: KafkaTransaction | undefined;
  private pending: OpenTransaction[] = [];
  /** Names whose transactions have ended, to be used again: the brokers remember every name for days. */
  private free: string[] = [];
  private names = 0;

  constructor(
    client: KafkaClient,
    prefix: string,
    timeoutMs: number,
    options: ProducerOptions,
    subtask: Subtask,
    notice: (text: string) => void,
  ) {
    this.client = client;
    this.prefix = prefix;
    this.timeoutMs = timeoutMs;
    this.options = options;
    this.subtask = subtask;
    this.notice = notice;
  }

  /** Commits what the checkpoint had prepared, then aborts what was written after it. */
  async restore(restored: PreparedTransactions | undefined): Promise<void> {
    for (const transaction of restored?.pending ?? []) {
      try {
        await this.client.endTransaction(transaction, 'commit');
      } catch (error) {
        if (!(error instanceof KafkaError) || error.code !== 'FENCED') throw error;
        // As Flink's committer: it was committed before, and its name used again, or the brokers gave it up in the meantime.
        this.notice(
          `The transaction '${transaction.id}' of the checkpoint could not be committed: it was committed before, or it took longer than 'properties.transaction.timeout.ms' and its rows are lost. ${error.message}`,
        );
      }
    }
    for (const id of await this.client.openTransactions(`${this.prefix}-`)) {
      const owner = /^-(\d+)-\d+$/.exec(id.slice(this.prefix.length))?.[1];
      if (owner !== undefined && Number(owner) % this.subtask.of === this.subtask.index)
        await this.client.abortTransactions(id);
    }
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    if (!this.current) {
      const id = this.free.pop() ?? `${this.prefix}-${this.subtask.index}-${++this.names}`;
      this.current = await this.client.beginTransaction(id, this.timeoutMs, this.options);
    }
    await this.current.send(records);
  }

  /** All that the next commit ends, also what a checkpoint that failed had prepared. */
  prepare(): PreparedTransactions {
    if (this.current) this.pending.push(this.current.transaction);
    this.current = undefined;
    return { pending: [...this.pending] };
  }

  async commit(): Promise<void> {
    while (this.pending.length) {
      const transaction = this.pending[0] as OpenTransaction;
      await this.client.endTransaction(transaction, 'commit');
      this.pending.shift();
      this.free.push(transaction.id);
    }
  }

  /** Gives up what is not prepared; what is stays open, for a job that starts from the checkpoint. */
  async close(): Promise<void> {
    const { current } = this;
    this.current = undefined;
    if (current) await this.client.endTransaction(current.transaction, 'abort');
  }
}
