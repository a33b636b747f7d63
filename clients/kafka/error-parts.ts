/** An error, what it is made of (the library gathers attempts), and its causes, outermost first. */
export function errorParts(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const own = error instanceof AggregateError ? error.errors.flatMap((one) => errorParts(one, depth + 1)) : [];
  return [error, ...own, ...errorParts(error.cause, depth + 1)];
}
