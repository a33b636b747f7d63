import { javaCommand } from './flink-classes.ts';
import { HostProcess } from './host-process.ts';
import { pythonCommand } from './python.ts';

/** How long a host without work is kept, ms. */
const KEPT = 60_000;

/** What a host is started for. */
export interface HostNeed {
  readonly language: 'JAVA' | 'SCALA' | 'PYTHON';
  /** Full paths of jars or Python files. */
  readonly files: readonly string[];
  /** The session's options: `millrace.udf.…`, `python.…`. */
  readonly options: Readonly<Record<string, string>>;
}

interface Idle {
  readonly key: string;
  readonly host: HostProcess;
  readonly timer: NodeJS.Timeout;
}

/** Hosts that answered a question and wait for a job with the same functions, which takes one along. */
const idle: Idle[] = [];

const OPTIONS = /^(millrace\.udf\.|python\.)/;

function keyOf({ language, files, options }: HostNeed): string {
  const own = Object.entries(options)
    .filter(([key]) => OPTIONS.test(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([language === 'PYTHON', files, own]);
}

/** A host for this caller alone. Throws FlinkFault where one cannot be started. */
export async function takeHost(need: HostNeed, print: (text: string) => void): Promise<HostProcess> {
  const key = keyOf(need);
  const at = idle.findIndex((each) => each.key === key && each.host.alive);
  if (at >= 0) {
    const [{ host, timer }] = idle.splice(at, 1) as [Idle];
    clearTimeout(timer);
    host.hold(true);
    host.print = print;
    return host;
  }
  const command =
    need.language === 'PYTHON' ? pythonCommand(need.files, need.options) : await javaCommand(need.files, need.options);
  return new HostProcess(command, print);
}

/** Takes back a host in which no function is open. It keeps nobody alive, and ends when no one asks for it. */
export function giveBackHost(need: HostNeed, host: HostProcess): void {
  const key = keyOf(need);
  if (!host.alive || idle.some((each) => each.key === key)) {
    void host.close();
    return;
  }
  const timer = setTimeout(() => {
    idle.splice(
      idle.findIndex((each) => each.host === host),
      1,
    );
    void host.close();
  }, KEPT);
  timer.unref();
  host.hold(false);
  idle.push({ key, host, timer });
}
