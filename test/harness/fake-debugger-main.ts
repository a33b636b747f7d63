// The extension that fakeDebugger packs: a debugger that attaches and lets its functions go on.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Jdwp } from './jdwp.ts';

/** Of `contributes.debuggers`; put in by esbuild. */
declare const DEBUGGER_TYPE: string;

interface Request {
  readonly seq: number;
  readonly type: string;
  readonly command: string;
}

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUGGER_TYPE, {
      createDebugAdapterDescriptor: (session) => new vscode.DebugAdapterInlineImplementation(new Adapter(session)),
    }),
  );
}

/** Answers what VS Code asks of every debugger. */
class Adapter implements vscode.DebugAdapter {
  readonly #sends = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.#sends.event;
  readonly #session: vscode.DebugSession;
  #seq = 1;
  #jdwp: Jdwp | undefined;

  constructor(session: vscode.DebugSession) {
    this.#session = session;
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const request = message as unknown as Request;
    if (request.type === 'request') void this.#answer(request);
  }

  async #answer({ seq, command }: Request): Promise<void> {
    try {
      await this.#do(command);
      const body = command === 'initialize' ? { supportsConfigurationDoneRequest: true } : {};
      this.#send({ type: 'response', request_seq: seq, command, success: true, body });
    } catch (error) {
      this.#send({ type: 'response', request_seq: seq, command, success: false, message: String(error) });
    }
    if (command === 'initialize') this.#send({ type: 'event', event: 'initialized' });
    if (command === 'configurationDone') this.#send({ type: 'event', event: 'terminated' });
  }

  async #do(command: string): Promise<void> {
    const { configuration } = this.#session;
    if (command === 'attach') {
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      await writeFile(join(folder?.uri.fsPath ?? '.', 'attached.json'), JSON.stringify(configuration));
      if (DEBUGGER_TYPE === 'java') this.#jdwp = await Jdwp.attach(Number(configuration.port));
    } else if (command === 'configurationDone') {
      await this.#jdwp?.resume();
    } else if (command === 'disconnect') {
      this.#jdwp?.close();
    }
  }

  #send(message: object): void {
    this.#sends.fire({ seq: this.#seq++, ...message } as unknown as vscode.DebugProtocolMessage);
  }

  dispose(): void {
    this.#jdwp?.close();
    this.#sends.dispose();
  }
}
