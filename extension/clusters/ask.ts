import * as vscode from 'vscode';
import type { FlinkSource } from '../../clusters/local-cluster.ts';
import { FLINK_VERSIONS, flinkVersion } from '../../clusters/versions.ts';

/** What a person wants of a new cluster. */
export interface WantedCluster {
  readonly name: string;
  readonly flink: FlinkSource;
  readonly slots: number;
  readonly memoryMb: number;
  readonly connectors: readonly string[];
}

const COORDINATE = /^[\w.-]+:[\w.-]+:[\w.-]+$/;
const OWN = vscode.l10n.t('Jars by coordinate…');

/** Asks step by step; undefined where the person gives up. `docker`: whether Docker answers here. */
export async function askForCluster(
  taken: readonly string[],
  docker: () => Promise<boolean>,
): Promise<WantedCluster | undefined> {
  const title = vscode.l10n.t('Start a Local Flink Cluster');
  const chosen = await vscode.window.showQuickPick(sources(docker), {
    title: vscode.l10n.t('{0} (1/4): version', title),
  });
  const flink = await chosen?.source();
  if (!chosen || !flink) return undefined;
  const connectors = await askForConnectors(chosen.version, vscode.l10n.t('{0} (2/4): connectors', title));
  if (!connectors) return undefined;
  const size = await askForSize(vscode.l10n.t('{0} (3/4): size', title));
  if (!size) return undefined;
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('{0} (4/4): name', title),
    value: freeName(chosen.version === undefined ? 'flink' : `flink-${chosen.version}`, taken),
    validateInput: (text) => {
      if (!/^[A-Za-z0-9][\w.-]{0,59}$/.test(text)) return vscode.l10n.t('Letters, digits and . _ -');
      return taken.includes(text) ? vscode.l10n.t('A cluster of that name runs') : undefined;
    },
  });
  return name === undefined ? undefined : { name, flink, connectors, ...size };
}

interface SourceItem extends vscode.QuickPickItem {
  /** Pinned: its connectors are known. */
  readonly version?: string;
  source(): Promise<FlinkSource | undefined>;
}

async function sources(docker: () => Promise<boolean>): Promise<SourceItem[]> {
  const installed = FLINK_VERSIONS.map(({ version }, i): SourceItem => {
    const description = i === 0 ? vscode.l10n.t('what the local runtime is compared with') : '';
    return { label: `Flink ${version}`, description, version, source: async () => ({ version }) };
  });
  const folder: SourceItem = {
    label: `$(folder-opened) ${vscode.l10n.t('A folder with a Flink distribution…')}`,
    source: askForFolder,
  };
  if (!(await docker())) return [...installed, folder];
  const inDocker = FLINK_VERSIONS.map(({ version, image }): SourceItem => {
    const label = `$(package) ${vscode.l10n.t('Flink {0} in Docker', version)}`;
    return { label, description: image, version, source: async () => ({ image }) };
  });
  const other: SourceItem = {
    label: `$(package) ${vscode.l10n.t('An image of Docker with Flink…')}`,
    source: askForImage,
  };
  return [...installed, folder, ...inDocker, other];
}

async function askForImage(): Promise<FlinkSource | undefined> {
  const image = await vscode.window.showInputBox({
    title: vscode.l10n.t('Image of Docker'),
    placeHolder: 'flink:2.2.1-java17',
    prompt: vscode.l10n.t('Flink in /opt/flink with its SQL Gateway, and java on the PATH, as in the images of Flink'),
  });
  return image === undefined || image.trim() === '' ? undefined : { image: image.trim() };
}

async function askForFolder(): Promise<{ readonly home: string } | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t('Use This Flink'),
    })) ?? [];
  return folder && { home: folder.fsPath };
}

async function askForConnectors(version: string | undefined, title: string): Promise<readonly string[] | undefined> {
  const known = version === undefined ? [] : (flinkVersion(version)?.connectors ?? []);
  const items = [
    ...known.map(({ title: label, artifacts }) => ({
      label,
      description: artifacts.join(' '),
      artifacts,
      picked: label === 'Kafka',
    })),
    {
      label: OWN,
      description: vscode.l10n.t('group:artifact:version from Maven Central'),
      artifacts: [] as readonly string[],
      picked: false,
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title, canPickMany: true });
  if (!chosen) return undefined;
  const artifacts = chosen.flatMap((item) => item.artifacts);
  if (!chosen.some(({ label }) => label === OWN)) return artifacts;
  const own = await vscode.window.showInputBox({
    title: vscode.l10n.t('Jars by coordinate, with blanks between'),
    placeHolder: 'org.apache.flink:flink-sql-parquet:2.2.1',
    validateInput: (text) => {
      const wrong = text
        .trim()
        .split(/\s+/)
        .find((one) => !COORDINATE.test(one));
      return wrong === undefined ? undefined : vscode.l10n.t("'{0}' is not group:artifact:version", wrong);
    },
  });
  return own === undefined ? undefined : [...artifacts, ...own.trim().split(/\s+/)];
}

async function askForSize(title: string): Promise<{ slots: number; memoryMb: number } | undefined> {
  const sizes = [
    {
      label: vscode.l10n.t('Small'),
      description: vscode.l10n.t('4 slots, 512 MiB for tasks'),
      slots: 4,
      memoryMb: 512,
    },
    {
      label: vscode.l10n.t('Medium'),
      description: vscode.l10n.t('8 slots, 1 GiB for tasks'),
      slots: 8,
      memoryMb: 1024,
    },
    {
      label: vscode.l10n.t('Large'),
      description: vscode.l10n.t('16 slots, 4 GiB for tasks'),
      slots: 16,
      memoryMb: 4096,
    },
    { label: vscode.l10n.t('Other…'), description: vscode.l10n.t('slots and memory'), slots: 0, memoryMb: 0 },
  ];
  const chosen = await vscode.window.showQuickPick(sizes, { title });
  if (!chosen || chosen.slots > 0) return chosen;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Slots, and MiB of memory for tasks'),
    value: '4 512',
    validateInput: (typed) =>
      /^\s*\d+\s+\d+\s*$/.test(typed) ? undefined : vscode.l10n.t('Two whole numbers, such as 4 512'),
  });
  const [slots = 0, memoryMb = 0] = text?.trim().split(/\s+/).map(Number) ?? [];
  return text === undefined ? undefined : { slots, memoryMb };
}

function freeName(wanted: string, taken: readonly string[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!taken.includes(name)) return name;
  }
}
