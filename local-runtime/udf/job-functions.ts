import type { UserFunctionCall } from '../../flink-sql/functions/user-functions.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Column, valueAt } from '../batch/column.ts';
import { defaultEnv } from '../codegen/env.ts';
import { FlinkFault } from '../errors.ts';
import { castToString } from '../functions/cast/to-string.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { writeColumn } from './columns.ts';
import { FunctionFailure, type HostProcess } from './host-process.ts';
import { giveBackUsedHost, type HostNeed, type HostVoice, takeHost } from './hosts.ts';
import { callRequest, closeRequest, openRequest, restoreRequest } from './requests.ts';
import { type AsyncSettings, asyncSettings, jobParameters, timeoutOf } from './settings.ts';

/**
 * The functions of one job on one thread: those with the same files share a host, which is theirs alone until they are closed, so that
 * what one job's functions do, static state and crashes too, touches no other.
 */
export class JobFunctions {
  private readonly options: Readonly<Record<string, string>>;
  private readonly voice: HostVoice;
  private readonly hosts = new Map<string, { readonly need: HostNeed; readonly host: Promise<HostProcess> }>();
  private opened = 0;
  private readonly open = new Set<number>();

  constructor(options: Readonly<Record<string, string>>, voice: HostVoice) {
    this.options = options;
    this.voice = voice;
  }

  /** @param argTypes what the call's arguments are cast to */
  use(call: UserFunctionCall, argTypes: readonly LogicalType[]): RunningFunction {
    const id = this.opened++;
    this.open.add(id);
    const start = (): Promise<HostProcess> => {
      const { files, language } = call;
      const key = JSON.stringify([language, files]);
      const known = this.hosts.get(key);
      if (known) return known.host;
      const need: HostNeed = { language, files, options: this.options };
      const host = takeHost(need, { ...this.voice, print: this.printer() });
      this.hosts.set(key, { need, host });
      return host;
    };
    return new RunningFunction(id, call, argTypes, this.options, start, () => this.closed(id));
  }

  /** Lines of what functions print, as those of the print connector. */
  private printer(): (text: string) => void {
    let rest = '';
    return (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.voice.print(line);
    };
  }

  private async closed(id: number): Promise<void> {
    this.open.delete(id);
    if (this.open.size > 0) return;
    const hosts = [...this.hosts.values()];
    this.hosts.clear();
    await Promise.all(
      hosts.map(async ({ need, host }) => {
        // One that did not start has told those who asked.
        const started = await host.catch(() => undefined);
        if (started) await giveBackUsedHost(need, started);
      }),
    );
  }
}

/** A function that is being called by one operator. */
export class RunningFunction {
  private readonly id: number;
  private readonly call: UserFunctionCall;
  private readonly argTypes: readonly LogicalType[];
  private readonly options: Readonly<Record<string, string>>;
  private readonly start: () => Promise<HostProcess>;
  private readonly onClose: () => Promise<void>;
  private host: HostProcess | undefined;
  private opening: Promise<HostProcess> | undefined;
  private readonly async: AsyncSettings | undefined;
  private capacity = 4096;
  /** Calls that are not answered yet. */
  private calls = 0;

  constructor(
    id: number,
    call: UserFunctionCall,
    argTypes: readonly LogicalType[],
    options: Readonly<Record<string, string>>,
    start: () => Promise<HostProcess>,
    onClose: () => Promise<void>,
  ) {
    this.id = id;
    this.call = call;
    this.argTypes = argTypes;
    this.options = options;
    this.start = start;
    this.onClose = onClose;
    this.async = call.isAsync ? asyncSettings(options) : undefined;
  }

  private open(): Promise<HostProcess> {
    this.opening ??= this.start().then(async (host) => {
      await this.failing(host.request(this.openMessage(), timeoutOf(this.options)));
      this.host = host;
      return host;
    });
    return this.opening;
  }

  private openMessage(): ByteWriter {
    const { async } = this;
    const settings = async ? Object.entries(async).map(([key, value]) => [`async.${key}`, String(value)]) : [];
    return openRequest(this.id, this.call, jobParameters(this.options), Object.fromEntries(settings));
  }

  /** How long a call with so many rows may take, ms; the host itself sees to the limit of each row of an asynchronous one. */
  private limitOf(rows: number): number | undefined {
    const own = timeoutOf(this.options);
    if (own === undefined || !this.async) return own;
    return own + this.async.limit * Math.ceil(rows / this.async.most);
  }

  /**
   * Calls the function for `rows` rows. `before` writes what comes between their number and the arguments. Throws FlinkFault with the
   * function's name and the arguments of the row.
   */
  async rows(columns: readonly Column[], rows: number, before?: (out: ByteWriter) => void): Promise<ByteReader> {
    const host = this.host ?? (await this.open());
    const out = callRequest(this.id, rows, this.capacity);
    before?.(out);
    for (const [i, column] of columns.entries()) writeColumn(out, this.argTypes[i] as LogicalType, column, rows);
    this.capacity = Math.max(this.capacity, out.length);
    this.calls++;
    try {
      return await this.failing(host.request(out, this.limitOf(rows)), columns);
    } finally {
      this.calls--;
    }
  }

  async restore(accumulators: readonly (readonly [number, Uint8Array])[]): Promise<void> {
    const host = this.host ?? (await this.open());
    await this.failing(host.request(restoreRequest(this.id, accumulators), timeoutOf(this.options)));
  }

  private async failing<T>(answer: Promise<T>, columns: readonly Column[] = []): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof FunctionFailure ? this.faultOf(error, columns) : error;
    }
  }

  /** What the function threw, where, and for which arguments, at the innermost cause, which is what people are shown. */
  private faultOf({ row, chain }: FunctionFailure, columns: readonly Column[]): FlinkFault {
    const given = row < 0 ? '' : `(${columns.map((column, c) => this.argument(column, c, row)).join(', ')})`;
    return chain.reduceRight<FlinkFault | undefined>((cause, { exception, message, frames }) => {
      if (cause) return new FlinkFault(exception, message, cause);
      // Nothing that the function did.
      if (frames === '' && exception.endsWith('.ValidationException')) return new FlinkFault(exception, message);
      const [first] = frames.split('\n');
      const place = first ? `, ${first.trim()}` : '';
      return new FlinkFault(
        exception,
        `${message}${message === '' ? '' : ' '}[function ${this.call.name}${given}${place}]`,
      );
    }, undefined) as FlinkFault;
  }

  private argument(column: Column, c: number, row: number): string {
    const type = this.argTypes[c] as LogicalType;
    const text = castToString(valueAt(column, row), type, defaultEnv());
    if (text === null) return 'NULL';
    const short = text.length > 200 ? `${text.slice(0, 200)}…` : text;
    return type.root === 'CHAR' || type.root === 'VARCHAR' ? `'${short}'` : short;
  }

  async close(): Promise<void> {
    // A host that is still starting is waited for: it must not outlive the job.
    const host = this.host ?? (await this.opening?.catch(() => undefined));
    try {
      // Nothing else ends what a function does for a job that is cancelled.
      if (this.calls > 0) host?.kill();
      else if (host?.alive) await this.failing(host.request(closeRequest(this.id), timeoutOf(this.options)));
    } finally {
      await this.onClose();
    }
  }
}
