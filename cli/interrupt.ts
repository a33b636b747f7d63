/** Aborts with the first SIGINT or SIGTERM. */
export function abortOnSignal(): { readonly signal: AbortSignal; release(): void } {
  const abort = new AbortController();
  const stop = (): void => abort.abort(new Error('Interrupted'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return {
    signal: abort.signal,
    release() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
