/** One connection of the setting `millrace.connections`. */
export interface ConnectionSetting {
  readonly name: string;
  readonly url: string;
}

export interface ReadConnections {
  readonly connections: readonly ConnectionSetting[];
  /** One line for each entry that cannot be used. */
  readonly problems: readonly string[];
}

/** Reads the setting as it comes out of settings.json, where anything may stand. */
export function readConnections(value: unknown): ReadConnections {
  const connections: ConnectionSetting[] = [];
  const problems: string[] = [];
  if (value === undefined) return { connections, problems };
  if (!Array.isArray(value)) return { connections, problems: ['millrace.connections is not a list'] };
  const names = new Set<string>();
  for (const [i, entry] of value.entries()) {
    const { name, url } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
      name?: unknown;
      url?: unknown;
    };
    const where = `millrace.connections[${i}]`;
    if (typeof name !== 'string' || name.trim() === '') problems.push(`${where} has no name`);
    else if (names.has(name)) problems.push(`${where} repeats the name ${name}`);
    else if (typeof url !== 'string' || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
      problems.push(`${where} (${name}) has no http or https url`);
    } else {
      names.add(name);
      connections.push({ name, url });
    }
  }
  return { connections, problems };
}
