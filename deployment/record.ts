import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobOptions } from './options.ts';

/** One submitted job of a deployment. */
export interface DeployedJob {
  readonly id: string;
  /** ISO time. */
  readonly submitted: string;
  /** The commit of the text, and whether the text differed from it. */
  readonly commit?: string | undefined;
  readonly dirty?: boolean | undefined;
  readonly startedFrom?: string | undefined;
  /** How it ended, where it was ended from here. */
  readonly ended?:
    | { readonly at: string; readonly how: 'stopped' | 'cancelled' | 'failed'; readonly savepoint?: string | undefined }
    | undefined;
}

/** `.millrace/deployments/NAME.json`: what runs where, from which commit. It holds no secret. */
export interface DeploymentRecord {
  readonly name: string;
  /** Path of the script or notebook, from the folder that has `.millrace`. */
  readonly source: string;
  readonly environment?: string | undefined;
  readonly connection?: string | undefined;
  /** Addresses, without credentials. */
  readonly gateway: string;
  readonly jobManager: string;
  readonly flinkVersion: string;
  readonly options: Omit<JobOptions, 'name' | 'startFrom'>;
  /** Values that were chosen for the text's parameters, by name. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** The newest first; the first is the one that runs, unless it has ended. */
  readonly jobs: readonly DeployedJob[];
}

/** Jobs of a deployment that are remembered. */
const REMEMBERED = 20;

/** The records of a workspace: text files beside each other, and the SQL of each as it was deployed, before variables were filled in. */
export class DeploymentStore {
  readonly folder: string;

  /** @param root the folder that has `.millrace` */
  constructor(root: string) {
    this.folder = join(root, '.millrace', 'deployments');
  }

  path(name: string): string {
    return join(this.folder, `${fileName(name)}.json`);
  }

  /** Sorted by name. A file that is no record is an error with its path. */
  list(): DeploymentRecord[] {
    if (!existsSync(this.folder)) return [];
    const files = readdirSync(this.folder).filter((file) => file.endsWith('.json'));
    return files.map((file) => this.#read(join(this.folder, file))).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): DeploymentRecord | undefined {
    const path = this.path(name);
    return existsSync(path) ? this.#read(path) : undefined;
  }

  /** The record whose newest job has this id. */
  ofJob(id: string): DeploymentRecord | undefined {
    return this.list().find(({ jobs }) => jobs[0]?.id === id);
  }

  /** The SQL of the deployment as it was submitted last. */
  sql(name: string): string | undefined {
    const path = this.#sqlPath(name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  /** Writes a record; `sql` too where it is given. */
  save(record: DeploymentRecord, sql?: string): void {
    mkdirSync(this.folder, { recursive: true });
    const kept: DeploymentRecord = {
      ...record,
      gateway: withoutCredentials(record.gateway),
      jobManager: withoutCredentials(record.jobManager),
      jobs: record.jobs.slice(0, REMEMBERED),
    };
    if (sql !== undefined) writeWhole(this.#sqlPath(record.name), sql);
    writeWhole(this.path(record.name), `${JSON.stringify(kept, undefined, 2)}\n`);
  }

  /** Notes how the newest job of a deployment ended. */
  ended(name: string, how: NonNullable<DeployedJob['ended']>): void {
    const record = this.get(name);
    const [newest, ...older] = record?.jobs ?? [];
    if (record && newest) this.save({ ...record, jobs: [{ ...newest, ended: how }, ...older] });
  }

  remove(name: string): void {
    for (const path of [this.path(name), this.#sqlPath(name)]) rmSync(path, { force: true });
  }

  #sqlPath(name: string): string {
    return join(this.folder, `${fileName(name)}.sql`);
  }

  #read(path: string): DeploymentRecord {
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    const record = value as Partial<DeploymentRecord> | null;
    const isRecord =
      typeof record?.name === 'string' && typeof record.gateway === 'string' && Array.isArray(record.jobs);
    if (!isRecord) throw new Error(`${path} is no record of a deployment`);
    return record as DeploymentRecord;
  }
}

const fileName = (name: string): string => name.replace(/[^\p{L}\p{N}._-]+/gu, '-');

function withoutCredentials(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  url.search = '';
  return url.toString().replace(/\/$/, '');
}

/** By rename, so that no reader sees half a file. */
function writeWhole(path: string, text: string): void {
  const part = `${path}.${process.pid}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, path);
  } finally {
    rmSync(part, { force: true });
  }
}
