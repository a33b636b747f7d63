/** Work that must not be done while a batch goes through a job: whoever has it waits until the job has come to such a point. */
export class BetweenBatches {
  private readonly steps: (() => Promise<void>)[] = [];
  private ended: Error | undefined;
  private wake: () => void = () => undefined;

  /** Has the job do `work` at the next occasion. Rejects when it fails, or the job ends before. */
  call<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.ended) {
        reject(this.ended);
        return;
      }
      this.steps.push(() => (this.ended ? Promise.reject(this.ended).catch(reject) : work().then(resolve, reject)));
      this.wake();
    });
  }

  /** Resolves when there is something to do. */
  waiting(): Promise<void> {
    if (this.steps.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** For the job, between two batches. */
  async run(): Promise<void> {
    for (let step = this.steps.shift(); step; step = this.steps.shift()) await step();
  }

  /** The job does nothing any more: who waits, and who comes, is told `why`. */
  close(why: Error): void {
    this.ended = why;
    void this.run();
  }
}
