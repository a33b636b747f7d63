/** The names nearest to a misspelt one, best first, three at most: few letters differ, or one begins the other. */
export function nearest(name: string, known: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  return [...new Set(known)]
    .map((k) => ({ k, d: distance(wanted, k.toLowerCase()) }))
    .filter(
      ({ k, d }) =>
        d <= limit || (wanted.length > 3 && (k.toLowerCase().startsWith(wanted) || wanted.startsWith(k.toLowerCase()))),
    )
    .sort((a, b) => a.d - b.d || (a.k < b.k ? -1 : 1))
    .slice(0, 3)
    .map(({ k }) => k);
}

/** Letters to change, add, take away or swap (optimal string alignment). */
function distance(a: string, b: string): number {
  let twoBack: number[] = [];
  let back = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((back[j] as number) + 1, (row[j - 1] as number) + 1, (back[j - 1] as number) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (twoBack[j - 2] as number) + 1);
      row.push(best);
    }
    twoBack = back;
    back = row;
  }
  return back[b.length] as number;
}
