/** Where the extension writes what a user may want to read later; VS Code's LogOutputChannel fits. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
