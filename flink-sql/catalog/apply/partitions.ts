import { catalogError } from '../errors.ts';
import type { CatalogStore } from '../store.ts';
import type { Command } from './command.ts';

function samePartition(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function partitionText(spec: Readonly<Record<string, string>>): string {
  const items = Object.entries(spec).map(([key, value]) => `${key}=${value}`);
  return `CatalogPartitionSpec{{${items.join(', ')}}}`;
}

export function addPartitions(command: Command<'AddPartitions'>, catalog: CatalogStore): void {
  const { catalog: name, database, name: table } = command.identifier;
  const found = [...catalog.partitions(command.identifier)];
  const object = catalog.permanentObject(command.identifier);
  const keys = object?.kind === 'table' ? object.partitionKeys : [];
  if (keys.length === 0) {
    const message = `Table ${database}.${table} in catalog ${name} is not partitioned.`;
    throw catalogError('TableNotPartitionedException', message, 'not-partitioned');
  }
  for (const spec of command.partitions) {
    const given = Object.keys(spec);
    if (given.length !== keys.length || !keys.every((key) => given.includes(key))) {
      const message = `PartitionSpec ${partitionText(spec)} does not match partition keys [${keys.join(', ')}] of table ${database}.${table} in catalog ${name}.`;
      throw catalogError('PartitionSpecInvalidException', message, 'partition-spec');
    }
    if (!found.some((other) => samePartition(other, spec))) {
      found.push(spec);
    } else if (!command.ignoreIfExists) {
      throw catalogError(
        'PartitionAlreadyExistsException',
        `Partition ${partitionText(spec)} of table ${database}.${table} in catalog ${name} already exists.`,
        'already-exists',
      );
    }
  }
  catalog.putPartitions(command.identifier, found);
}

export function dropPartitions(command: Command<'DropPartitions'>, catalog: CatalogStore): void {
  const { catalog: name, database, name: table } = command.identifier;
  let found = catalog.partitions(command.identifier);
  for (const spec of command.partitions) {
    const kept = found.filter((other) => !samePartition(other, spec));
    if (kept.length === found.length && !command.ifExists) {
      throw catalogError(
        'PartitionNotExistException',
        `Partition ${partitionText(spec)} of table ${database}.${table} in catalog ${name} does not exist.`,
        'unknown-partition',
      );
    }
    found = kept;
  }
  catalog.putPartitions(command.identifier, found);
}
