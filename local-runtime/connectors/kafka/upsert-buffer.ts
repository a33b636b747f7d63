import type { OutgoingRecord } from '../../../clients/kafka/index.ts';

/**
 * Keeps the last record of each key until there are enough or it is time (ReducingUpsertWriter). Give `flush` what sends; a failure of
 * a flush by time is told by the next `add` or `flush`.
 */
export class UpsertBuffer {
  private readonly rows: number;
  private readonly intervalMs: number;
  private readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  private byKey = new Map<string, OutgoingRecord>();
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();
  private failure: { readonly error: unknown } | undefined;

  constructor(
    limits: { readonly rows: number; readonly intervalMs: number },
    send: (records: readonly OutgoingRecord[]) => Promise<void>,
  ) {
    this.rows = limits.rows;
    this.intervalMs = limits.intervalMs;
    this.send = send;
  }

  async add(records: readonly OutgoingRecord[]): Promise<void> {
    for (const record of records) {
      const key = record.key ? Buffer.from(record.key).toString('latin1') : '';
      this.byKey.set(key, record);
      if (this.byKey.size >= this.rows) await this.flush();
    }
    if (this.byKey.size > 0 && this.timer === undefined) {
      this.timer = setTimeout(() => {
        this.flush().catch((error: unknown) => {
          this.failure = { error };
        });
      }, this.intervalMs);
    }
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.failure) throw this.failure.error;
    const records = [...this.byKey.values()];
    this.byKey.clear();
    // One after the other: the order of a key's records is that of its changes.
    this.sending = this.sending.then(() => this.send(records));
    await this.sending;
  }

  close(): void {
    clearTimeout(this.timer);
    this.byKey.clear();
  }
}
