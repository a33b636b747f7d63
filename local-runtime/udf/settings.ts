import { FlinkFault } from '../errors.ts';
import { durationMillis } from '../time/duration.ts';

type Options = Readonly<Record<string, string>>;

const TIMEOUT = '60 s';

/** How long functions may take for one batch, or to be opened, ms; undefined: one who debugs them may take any time. */
export function timeoutOf(options: Options): number | undefined {
  const given = options['millrace.udf.timeout'];
  if (given === undefined && debugOf(options)) return undefined;
  return durationMillis(given ?? TIMEOUT);
}

/** How functions wait for a debugger. */
export interface DebugSettings {
  /** Of 127.0.0.1; 0: any that is free, which `debuggerLine` tells. */
  readonly port: number;
  /** Whether functions are called only once a debugger is attached. */
  readonly waits: boolean;
}

/** `millrace.udf.debug-port` and `millrace.udf.debug-wait`; undefined where nobody debugs. */
export function debugOf(options: Options): DebugSettings | undefined {
  const port = options['millrace.udf.debug-port'];
  if (port === undefined) return undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new FlinkFault('ValidationException', `'millrace.udf.debug-port' must be a port, or 0 for any: '${port}'`);
  const waits = options['millrace.udf.debug-wait'] ?? 'false';
  if (waits !== 'true' && waits !== 'false')
    throw new FlinkFault('ValidationException', `'millrace.udf.debug-wait' must be true or false: '${waits}'`);
  return { port: Number(port), waits: waits === 'true' };
}

/** What is said, once and as one line, when functions can be debugged: editors look for it. */
export const debuggerLine = (title: string, port: number): string =>
  `${title} functions wait for a debugger on 127.0.0.1:${port}`;

/** How an asynchronous function is called, with Flink's defaults (`table.exec.async-scalar.…`). */
export interface AsyncSettings {
  /** Calls that are under way at once. */
  readonly most: number;
  /** How often a call that failed is made again. */
  readonly tries: number;
  /** How long before that, ms. */
  readonly pause: number;
  /** How long all tries for a row may take, ms. */
  readonly limit: number;
}

export function asyncSettings(options: Options): AsyncSettings {
  const of = (key: string): string | undefined => options[`table.exec.async-scalar.${key}`];
  return {
    most: whole('max-concurrent-operations', of('max-concurrent-operations') ?? '10'),
    tries: retries(of('retry-strategy')) ? whole('max-attempts', of('max-attempts') ?? '3') : 0,
    pause: durationMillis(of('retry-delay') ?? '100 ms'),
    limit: durationMillis(of('timeout') ?? '3 min'),
  };
}

function retries(strategy = 'FIXED_DELAY'): boolean {
  const name = strategy.toUpperCase();
  if (name !== 'FIXED_DELAY' && name !== 'NO_RETRY') {
    throw new FlinkFault(
      'IllegalArgumentException',
      `Could not parse value '${strategy}' for key 'table.exec.async-scalar.retry-strategy'.`,
    );
  }
  return name === 'FIXED_DELAY';
}

function whole(key: string, text: string): number {
  if (/^\d{1,9}$/.test(text.trim()) && Number(text) > 0) return Number(text);
  throw new FlinkFault(
    'IllegalArgumentException',
    `Could not parse value '${text}' for key 'table.exec.async-scalar.${key}'.`,
  );
}

/** The job's parameters that functions ask their context for (`pipeline.global-job-parameters`: `key:value,key:value`). */
export function jobParameters(options: Options): Record<string, string> {
  const text = options['pipeline.global-job-parameters'];
  if (text === undefined) return {};
  return Object.fromEntries(
    text.split(',').map((entry): [string, string] => {
      const colon = entry.indexOf(':');
      return colon < 0 ? [entry.trim(), ''] : [entry.slice(0, colon).trim(), unquoted(entry.slice(colon + 1).trim())];
    }),
  );
}

const unquoted = (text: string): string => /^'(.*)'$/s.exec(text)?.[1]?.replaceAll("''", "'") ?? text;
