import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startGateway } from '../local-runtime/gateway/server.ts';
import { UsageError } from './usage.ts';

const DEFAULT_PORT = '8083';

/** `millrace gateway`: serves until it gets SIGINT or SIGTERM. */
export async function gateway(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: DEFAULT_PORT },
      host: { type: 'string' },
      'no-token': { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`--port ${values.port}: not a port`);
  const fromEnvironment = process.env.MILLRACE_TOKEN;
  const token = values['no-token'] ? undefined : fromEnvironment || randomBytes(24).toString('base64url');
  const served = await startGateway({
    port,
    ...(values.host !== undefined && { host: values.host }),
    ...(token !== undefined && { token }),
    environment: {
      workingDirectory: process.cwd(),
      print: (line) => process.stdout.write(`${line}\n`),
      notice: (text) => process.stderr.write(`millrace: ${text}\n`),
      now: Date.now,
    },
  }).catch((error: unknown) => {
    throw taken(error, port);
  });
  process.stdout.write(`Flink SQL Gateway of the local runtime: ${served.url}\n`);
  if (token !== undefined && !fromEnvironment) process.stdout.write(`Bearer token: ${token}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await served.close();
  return 0;
}

function taken(error: unknown, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return error;
  return new Error(`port ${port} is taken; name another with --port`);
}
