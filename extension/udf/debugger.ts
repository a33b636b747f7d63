export type FunctionLanguage = 'java' | 'python';

/** A debugger of VS Code that functions in a language can be debugged with. */
interface Debugger {
  /** As `contributes.debuggers` names it, the preferred one first. */
  readonly types: readonly string[];
  /** The extension that brings it. */
  readonly extension: string;
  readonly title: string;
}

export const DEBUGGERS: Readonly<Record<FunctionLanguage, Debugger>> = {
  java: { types: ['java'], extension: 'vscjava.vscode-java-debug', title: 'Debugger for Java' },
  python: { types: ['debugpy', 'python'], extension: 'ms-python.debugpy', title: 'Python Debugger' },
};

export const languageOf = (path: string): FunctionLanguage => (path.endsWith('.py') ? 'python' : 'java');

/** Options with which the local runtime calls functions only once a debugger is attached, on a port that is free. */
export const DEBUG_OPTIONS = ['millrace.udf.debug-port=0', 'millrace.udf.debug-wait=true'] as const;

/** The port on which functions wait for a debugger, of a line that the runtime says; undefined: the line says something else. */
export function debuggerPort(line: string): number | undefined {
  const port = /functions wait for a debugger on 127\.0\.0\.1:(\d+)\s*$/.exec(line)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** The debugger that is installed among those that extensions contribute; undefined: none is. */
export function debuggerType(language: FunctionLanguage, manifests: readonly unknown[]): string | undefined {
  const installed = new Set(manifests.flatMap(typesOf));
  return DEBUGGERS[language].types.find((type) => installed.has(type));
}

function typesOf(manifest: unknown): string[] {
  const { contributes } = (manifest ?? {}) as { contributes?: { debuggers?: readonly { type?: unknown }[] } };
  return (contributes?.debuggers ?? []).flatMap(({ type }) => (typeof type === 'string' ? [type] : []));
}

/** What VS Code's debugger is told to attach to; `folder` is the project's. */
export interface AttachConfiguration {
  readonly type: string;
  readonly request: 'attach';
  readonly name: string;
  readonly [key: string]: unknown;
}

/** The configuration of the Java or the Python debugger for functions that wait on a port of this machine. */
export function attachConfiguration(
  { type, name, port }: { readonly type: string; readonly name: string; readonly port: number },
  folder: string,
): AttachConfiguration {
  const common = { type, request: 'attach', name } as const;
  if (type === 'java') return { ...common, hostName: '127.0.0.1', port, sourcePaths: [`${folder}/src/main/java`] };
  return { ...common, connect: { host: '127.0.0.1', port }, justMyCode: true };
}
