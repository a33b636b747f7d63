import { geometricMean, type QueryResult, ratioOf, type Speed, speedOf } from './results.ts';

/** The circumstances of a run, for the head of its table. */
export interface Circumstances {
  readonly bids: number;
  readonly repeat: number;
  readonly parallelism: string;
  /** Processor, cores, versions and load. */
  readonly machine: string;
}

/** The results as Markdown: what was measured how, the table, and which queries fall short of the aim. */
export function report(results: readonly QueryResult[], about: Circumstances): string {
  const { bids, repeat, parallelism, machine } = about;
  const means = (['seconds', 'cpuSeconds'] as const).map((of) => {
    const ratios = results.flatMap((result) => ratioOf(result, of) ?? []);
    return ratios.length === 0 ? '–' : `**${geometricMean(ratios).toFixed(1)}**`;
  });
  const lines = [
    `${bids.toLocaleString('en')} bids, parallelism ${parallelism}, ${machine}. Medians of ${repeat} runs in turn with least–most, in thousands of rows`,
    'per second; both servers ran the query once before, on a small input. *Cold*: the first query of a new process, which also gives the memory;',
    'the memory of Flink is what its TaskManager holds after the runs, and goes on from query to query.',
    '',
    '| query | | Millrace | Flink | ratio | by CPU time | cold | MB | Flink: MB |',
    '|---|---|---|---|---|---|---|---|---|',
    ...results.map(row),
    `| geometric mean | | | | ${means[0]} | ${means[1]} | | | |`,
  ];
  const short = results.filter((result) => (ratioOf(result, 'seconds') ?? 5) < 5);
  if (short.length > 0) {
    const names = short.map((result) => `${result.name} (${ratioOf(result, 'seconds')?.toFixed(1)})`);
    lines.push('', `Below 5: ${names.join(', ')}.`);
  }
  return lines.join('\n');
}

function row(result: QueryResult): string {
  const { name, about, rows, millrace, flink, cold, peakMegabytes, flinkMegabytes = Number.NaN } = result;
  const ratio = (of: 'seconds' | 'cpuSeconds') => ratioOf(result, of)?.toFixed(1) ?? '–';
  const cells = [
    name,
    about,
    speedText(speedOf(rows, millrace)),
    speedText(speedOf(rows, flink)),
    ratio('seconds'),
    ratio('cpuSeconds'),
    speedOf(rows, [cold])?.median.toFixed(0),
    peakMegabytes.toFixed(0),
    Number.isFinite(flinkMegabytes) ? flinkMegabytes.toFixed(0) : '–',
  ];
  return `| ${cells.join(' | ')} |`;
}

function speedText(speed: Speed | undefined): string {
  if (speed === undefined) return '–';
  const { median, least, most } = speed;
  return `${median.toFixed(0)} (${least.toFixed(0)}–${most.toFixed(0)})`;
}

/** `text` with what stands between the marks of `section` replaced. Throws where the marks are missing. */
export function withSection(text: string, section: string, contents: string): string {
  const begin = `<!-- ${section} -->\n`;
  const end = `<!-- end of ${section} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`there is no section "${section}" to write into`);
  return `${text.slice(0, from + begin.length)}\n${contents}\n\n${text.slice(to)}`;
}
