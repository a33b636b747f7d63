/** Loads the library of names, which is a bundle of its own; the function it gives makes one that is seeded, or not. */
export async function loadNames(): Promise<(seed: number | undefined) => (path: string) => string> {
  return (await import('./library.ts')).libraryOfNames;
}
