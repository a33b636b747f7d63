import * as vscode from 'vscode';
import { DeploymentStore } from '../../deployment/record.ts';

/** The records of deployments of each folder of the workspace. */
export function deploymentStores(): DeploymentStore[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => new DeploymentStore(uri.fsPath));
}
