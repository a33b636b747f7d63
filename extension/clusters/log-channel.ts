import { open, stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Disposable } from '../disposables.ts';

const EVERY_MS = 1000;
/** The end of a log that is shown to begin with. */
const FIRST_BYTES = 256 * 1024;

/** A log file as an output channel: what is there, then what comes. It is read only while the file is there. */
export class LogChannel implements Disposable {
  readonly #channel: vscode.OutputChannel;
  readonly #file: string;
  readonly #timer: NodeJS.Timeout;
  #at: number | undefined;
  #reading = false;

  constructor(name: string, file: string) {
    this.#channel = vscode.window.createOutputChannel(name, 'log');
    this.#file = file;
    this.#timer = setInterval(() => void this.#read(), EVERY_MS);
    void this.#read();
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#channel.dispose();
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      const { size } = await stat(this.#file);
      // A new server writes the file anew.
      if (this.#at === undefined || size < this.#at) this.#at = Math.max(0, size - FIRST_BYTES);
      if (size === this.#at) return;
      const file = await open(this.#file);
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(size - this.#at), 0, size - this.#at, this.#at);
        this.#at += bytesRead;
        this.#channel.append(buffer.subarray(0, bytesRead).toString('utf8'));
      } finally {
        await file.close();
      }
    } catch (error) {
      // The cluster's folder may go; anything else is told where one looks for it.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
        this.#channel.appendLine(String(error));
    } finally {
      this.#reading = false;
    }
  }
}
