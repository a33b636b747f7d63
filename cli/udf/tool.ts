import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../usage.ts';

const TIMEOUT_MS = 30 * 60_000;

export interface ToolResult {
  readonly status: number;
  /** What it said on both streams. */
  readonly output: string;
}

/**
 * Runs a build tool of the person to its end. Ctrl-C reaches it by the terminal.
 * @throws when it is not there, or takes half an hour
 */
export function runTool(command: string, args: readonly string[], cwd: string): Promise<ToolResult> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'ENOENT' ? new Error(`${command} is not installed, or not on the PATH`) : error),
    );
    child.on('close', (status, signal) => {
      if (signal !== null) fail(new Error(`${command} was ended by ${signal}`));
      else done({ status: status ?? 1, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

/** A project of functions: what builds it is seen by its files. */
export interface Project {
  readonly folder: string;
  readonly language: 'java' | 'python';
  /** Maven, or its wrapper in the project; Python, or that of the project's `.venv`. */
  readonly tool: string;
}

export function projectAt(path: string): Project {
  const folder = resolve(path);
  if (existsSync(join(folder, 'pom.xml'))) {
    const wrapper = join(folder, process.platform === 'win32' ? 'mvnw.cmd' : 'mvnw');
    return { folder, language: 'java', tool: existsSync(wrapper) ? wrapper : 'mvn' };
  }
  if (!existsSync(join(folder, 'requirements.txt')) && !existsSync(join(folder, 'pyproject.toml'))) {
    throw new UsageError(`${path}: no pom.xml, requirements.txt or pyproject.toml there`);
  }
  const own = join(folder, '.venv', ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  return { folder, language: 'python', tool: existsSync(own) ? own : 'python3' };
}
