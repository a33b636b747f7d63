import { describe, expect, it } from 'vitest';
import {
  attachConfiguration,
  DEBUG_OPTIONS,
  DEBUGGERS,
  debuggerPort,
  debuggerType,
  languageOf,
} from '../../../extension/udf/debugger.ts';
import { debuggerLine, debugOf } from '../../../local-runtime/udf/settings.ts';

const brings = (...types: readonly string[]) => ({ contributes: { debuggers: types.map((type) => ({ type })) } });

describe('the debugger of functions', () => {
  it('finds the port in what the runtime says, and in nothing else', () => {
    expect(debuggerPort(`millrace: ${debuggerLine('Java', 40123)}`)).toBe(40123);
    expect(debuggerPort(debuggerLine('Python', 5005))).toBe(5005);
    expect(debuggerPort('Listening for transport dt_socket at address: 5005')).toBeUndefined();
    expect(debuggerPort('')).toBeUndefined();
  });

  it('asks the runtime for a free port, and to wait', () => {
    const options = Object.fromEntries(DEBUG_OPTIONS.map((option) => option.split('=')));
    expect(debugOf(options)).toEqual({ port: 0, waits: true });
  });

  it('is that of an extension which is installed', () => {
    const others = [undefined, {}, { contributes: { debuggers: [{}] } }, brings('node')];
    expect(debuggerType('java', others)).toBeUndefined();
    expect(debuggerType('java', [...others, brings('java')])).toBe('java');
    expect(debuggerType('python', [...others, brings('java')])).toBeUndefined();
    expect(debuggerType('python', [brings('python')])).toBe('python');
    expect(debuggerType('python', [brings('python'), brings('debugpy')])).toBe('debugpy');
  });

  it('has the words of each language', () => {
    expect([languageOf('/p/A.java'), languageOf('/p/a.py')]).toEqual(['java', 'python']);
    expect(DEBUGGERS.java.extension).toBe('vscjava.vscode-java-debug');
    expect(attachConfiguration({ type: 'java', name: 'a.B', port: 5005 }, '/p')).toEqual({
      type: 'java',
      request: 'attach',
      name: 'a.B',
      hostName: '127.0.0.1',
      port: 5005,
      sourcePaths: ['/p/src/main/java'],
    });
    expect(attachConfiguration({ type: 'debugpy', name: 'a.b', port: 5005 }, '/p')).toEqual({
      type: 'debugpy',
      request: 'attach',
      name: 'a.b',
      connect: { host: '127.0.0.1', port: 5005 },
      justMyCode: true,
    });
  });
});
