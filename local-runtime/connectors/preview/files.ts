import { formatFor } from '../../formats/registry.ts';
import type { SinkRequest } from '../connector.ts';
import { withPrefix } from '../options.ts';
import { partitionText } from './plain.ts';
import type { RowPreview } from './preview.ts';
import { formatText } from './text.ts';

/** Lines of files, with the folder of their partition. */
export function fileRows({ table, options, fields, env }: SinkRequest): RowPreview {
  const format = formatFor(options.format ?? '');
  const positions = fields.flatMap((field, i) => (table.partitionKeys.includes(field.name) ? [] : [i]));
  const inFile = positions.map((p) => fields[p] as (typeof fields)[number]);
  const line = formatText(format, inFile, positions, withPrefix(options, `${format.identifier}.`), env.zone);
  const partition = partitionText(table.partitionKeys, fields, env.zone);
  const path = (options.path ?? '').replace(/\/$/, '');
  return (batch, i) => {
    const value = line(batch, i);
    if (value === undefined) return undefined;
    const folder = partition(batch, i);
    return { target: folder === null ? path : `${path}/${folder}`, key: null, value };
  };
}
