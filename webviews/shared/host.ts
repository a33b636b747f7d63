/** The part of VS Code's webview API that is used here. */
interface HostApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): HostApi;

/** The extension, as a webview panel sees it. One for each page. */
export interface Host<Out, In> {
  send(message: Out): void;
  /** Gives what undoes it. */
  listen(listener: (message: In) => void): () => void;
}

/** Connects the page with the extension. May be called once. */
export function connectHost<Out, In>(): Host<Out, In> {
  const api = acquireVsCodeApi();
  return {
    send: (message) => api.postMessage(message),
    listen(listener) {
      const heard = ({ data }: MessageEvent<In>): void => listener(data);
      window.addEventListener('message', heard);
      return () => window.removeEventListener('message', heard);
    },
  };
}
