import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DeploymentStore } from '../deployment/index.ts';
import { loadProject } from '../environments/load.ts';

/** The folder of the project: that of millrace.json, else the nearest that has `.millrace` or `.git`, else the current one. */
export function projectFolder(): string {
  const cwd = process.cwd();
  const { file, folder } = loadProject(cwd);
  if (file !== undefined) return folder;
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, '.millrace')) || existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return cwd;
  }
}

export const deployments = (): DeploymentStore => new DeploymentStore(projectFolder());
