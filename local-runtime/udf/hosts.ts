import { statSync } from 'node:fs';
import { javaCommand } from './flink-classes.ts';
import { type HostCommand, HostProcess } from './host-process.ts';
import { pythonCommand } from './python.ts';
import { loadRequest, resetRequest } from './requests.ts';
import { debugOf, timeoutOf } from './settings.ts';

/** How long a host without work is kept, ms: while people write the next statement. */
const KEPT = 300_000;
/** How many such there are at once; each is a process of about 150 MB. */
const MOST = 2;

/** What a host is started for. */
export interface HostNeed {
  readonly language: 'JAVA' | 'SCALA' | 'PYTHON';
  /** Full paths of jars or Python files. */
  readonly files: readonly string[];
  /** The session's options: `millrace.udf.…`, `python.…`. */
  readonly options: Readonly<Record<string, string>>;
}

/** Where a host's words go. */
export interface HostVoice {
  /** What functions print. */
  readonly print: (text: string) => void;
  readonly notice: (text: string) => void;
}

interface Idle {
  readonly key: string;
  /** Files whose classes it has loaded, as they were; empty: none. */
  readonly loaded: string;
  readonly host: HostProcess;
  readonly timer: NodeJS.Timeout;
}

/** Hosts without work: a caller takes one along, which is its own until it gives it back. */
const idle: Idle[] = [];

const OPTIONS = /^(millrace\.udf\.(?!timeout$)|python\.)/;

/** What all users of one process have in common. */
function keyOf({ language, options }: HostNeed): string {
  const own = Object.entries(options)
    .filter(([key]) => OPTIONS.test(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([language === 'PYTHON', own]);
}

/** A file that is built anew is another. */
const stampOf = (files: readonly string[]): string =>
  JSON.stringify(
    files.map((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return [file, found?.mtimeMs, found?.size];
    }),
  );

function takeIdle(key: string, loaded: string): HostProcess | undefined {
  const at = idle.findIndex((each) => each.key === key && each.loaded === loaded && each.host.alive);
  if (at < 0) return undefined;
  const [{ host, timer }] = idle.splice(at, 1) as [Idle];
  clearTimeout(timer);
  host.hold(true);
  return host;
}

/** A host for this caller alone, with the files loaded. Throws FlinkFault where one cannot be started. */
export async function takeHost(need: HostNeed, voice: HostVoice): Promise<HostProcess> {
  const { files, language, options } = need;
  const key = keyOf(need);
  const stamp = stampOf(files);
  const ready = takeIdle(key, stamp);
  if (ready) {
    ready.voice = voice;
    return ready;
  }
  const command: () => Promise<HostCommand> = async () =>
    language === 'PYTHON' ? pythonCommand(files, options) : await javaCommand(options);
  const host = takeIdle(key, '') ?? new HostProcess(await command(), voice);
  host.voice = voice;
  try {
    await host.request(loadRequest(files), timeoutOf(options));
  } catch (error) {
    await host.close();
    throw error;
  }
  return host;
}

/** Takes back a host that answered questions and has no function open: a job with the same files takes it as it is. */
export function giveBackHost(need: HostNeed, host: HostProcess): void {
  keep({ key: keyOf(need), loaded: stampOf(need.files), host });
}

/**
 * Takes back a host whose functions were closed: it forgets their classes and serves the next job, unless they left something behind
 * (threads), or somebody debugs them.
 */
export async function giveBackUsedHost(need: HostNeed, host: HostProcess): Promise<void> {
  if (!host.alive || need.language === 'PYTHON' || debugOf(need.options)) return host.close();
  const clean = await host.request(resetRequest(), timeoutOf(need.options)).then(
    (answer) => answer.byte() === 1,
    // It died, or what it ran does not let go.
    () => false,
  );
  if (clean) keep({ key: keyOf(need), loaded: '', host });
  else await host.close();
}

function keep({ key, loaded, host }: Omit<Idle, 'timer'>): void {
  if (!host.alive || idle.some((each) => each.key === key && each.loaded === loaded)) {
    void host.close();
    return;
  }
  const timer = setTimeout(() => end(host), KEPT);
  timer.unref();
  host.hold(false);
  idle.push({ key, loaded, host, timer });
  const [oldest] = idle;
  if (idle.length > MOST && oldest) end(oldest.host);
}

function end(host: HostProcess): void {
  const at = idle.findIndex((each) => each.host === host);
  if (at < 0) return;
  clearTimeout(idle[at]?.timer);
  idle.splice(at, 1);
  void host.close();
}
