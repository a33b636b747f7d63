import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { NexmarkEvents } from '../../../local-runtime/connectors/nexmark/events.ts';

const CHUNK = 1 << 20;

/** Time as the json format reads a TIMESTAMP(3). */
const timeText = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

/** The three tables' rows as JSON lines, in a folder each, for so many bids; kept for the next run. */
export function nexmarkFiles(cache: string, bids: number): string {
  const folder = join(cache, `nexmark-${bids}`);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  const events = new NexmarkEvents({ seed: 42 });
  const files = { person: new Lines(part, 'person'), auction: new Lines(part, 'auction'), bid: new Lines(part, 'bid') };
  for (let n = 0; files.bid.count < bids; n++) {
    const kind = events.kind(n);
    const event = events[kind](n);
    files[kind].add(
      JSON.stringify(event, (key, value) => (key === 'dateTime' || key === 'expires' ? timeText(value) : value)),
    );
  }
  for (const file of Object.values(files)) file.close();
  const side = Array.from({ length: 10_000 }, (_, id) => JSON.stringify({ id, label: `value ${id}` }));
  mkdirSync(join(part, 'side_input'));
  writeFileSync(join(part, 'side_input', 'part-0.jsonl'), `${side.join('\n')}\n`);
  renameSync(part, folder);
  return folder;
}

class Lines {
  count = 0;
  private readonly file: number;
  private text = '';

  constructor(folder: string, name: string) {
    mkdirSync(join(folder, name), { recursive: true });
    this.file = openSync(join(folder, name, 'part-0.jsonl'), 'w');
  }

  add(line: string): void {
    this.text += `${line}\n`;
    this.count++;
    if (this.text.length > CHUNK) this.flush();
  }

  private flush(): void {
    writeSync(this.file, this.text);
    this.text = '';
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }
}

const BID =
  'auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING';
const AUCTION =
  'id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING';
const PERSON =
  'id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING, `dateTime` TIMESTAMP(3), extra STRING';

/** CREATE TABLE statements over the files. */
export function tables(folder: string): string[] {
  const time = "p_time AS PROCTIME(), WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND";
  const table = (name: string, columns: string) =>
    `CREATE TABLE ${name} (${columns}) WITH ('connector' = 'filesystem', 'path' = 'file://${join(folder, name)}', 'format' = 'json')`;
  return [
    table('bid', `${BID}, ${time}`),
    table('auction', `${AUCTION}, ${time}`),
    table('person', `${PERSON}, ${time}`),
    table('side_input', 'id BIGINT, label STRING'),
  ];
}
