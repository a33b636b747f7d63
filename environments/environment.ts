/** Changes options of tables whose name, connector or both fit. */
export interface TableRule {
  /** Name with `*` and `?`; fits the table's last name or its whole path. */
  readonly match: string | undefined;
  readonly connector: string | undefined;
  /** Null takes the option away. */
  readonly options: Readonly<Record<string, string | null>>;
}

/** A place where the same text runs: production, a test cluster, this machine. */
export interface Environment {
  readonly name: string;
  /** Addresses in table options, `host` or `host:port`, and what stands in their place. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly tables: readonly TableRule[];
  readonly variables: Readonly<Record<string, string>>;
  /** Session options, set when a session opens. */
  readonly options: Readonly<Record<string, string>>;
  /** Current catalog and database of a new session. */
  readonly catalog: string | undefined;
  readonly database: string | undefined;
  /** Name of a connection of the settings, or the URL of a SQL Gateway; absent: the local runtime. */
  readonly connection: string | undefined;
}

/** An environment in which nothing is changed; variables come from outside. */
export const noEnvironment: Environment = {
  name: '',
  hosts: {},
  tables: [],
  variables: {},
  options: {},
  catalog: undefined,
  database: undefined,
  connection: undefined,
};

export interface ReadEnvironments {
  readonly environments: ReadonlyMap<string, Environment>;
  /** One line for each entry that cannot be used. */
  readonly problems: readonly string[];
}

const KEYS = new Set(['hosts', 'tables', 'variables', 'options', 'catalog', 'database', 'connection']);

/** Reads environments by name, as they stand in millrace.json or in settings.json, where anything may stand. */
export function readEnvironments(value: unknown, where = 'environments'): ReadEnvironments {
  const environments = new Map<string, Environment>();
  const problems: string[] = [];
  if (value === undefined) return { environments, problems };
  if (!isObject(value)) return { environments, problems: [`${where} is not an object of environments by name`] };
  for (const [name, entry] of Object.entries(value)) {
    const found: string[] = [];
    const environment = readOne(name, entry, `${where}.${name}`, found);
    if (found.length > 0) problems.push(...found);
    else environments.set(name, environment);
  }
  return { environments, problems };
}

function readOne(name: string, entry: unknown, where: string, problems: string[]): Environment {
  if (!isObject(entry)) {
    problems.push(`${where} is not an object`);
    return { ...noEnvironment, name };
  }
  for (const key of Object.keys(entry)) if (!KEYS.has(key)) problems.push(`${where}.${key} is not known`);
  const texts = (key: 'hosts' | 'variables' | 'options'): Record<string, string> => {
    const out: Record<string, string> = {};
    const part = entry[key] ?? {};
    if (!isObject(part)) problems.push(`${where}.${key} is not an object`);
    else
      for (const [k, v] of Object.entries(part)) {
        if (typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean') out[k] = String(v);
        else problems.push(`${where}.${key}.${k} is not a text`);
      }
    return out;
  };
  const text = (key: 'catalog' | 'database' | 'connection'): string | undefined => {
    const v = entry[key];
    if (v !== undefined && typeof v !== 'string') problems.push(`${where}.${key} is not a text`);
    return typeof v === 'string' ? v : undefined;
  };
  const rules = entry.tables ?? [];
  if (!Array.isArray(rules)) problems.push(`${where}.tables is not a list`);
  return {
    name,
    hosts: texts('hosts'),
    tables: Array.isArray(rules) ? rules.flatMap((rule, i) => readRule(rule, `${where}.tables[${i}]`, problems)) : [],
    variables: texts('variables'),
    options: texts('options'),
    catalog: text('catalog'),
    database: text('database'),
    connection: text('connection'),
  };
}

function readRule(rule: unknown, where: string, problems: string[]): TableRule[] {
  if (!isObject(rule) || !isObject(rule.options)) {
    problems.push(`${where} has no options`);
    return [];
  }
  const { match, connector } = rule;
  if (
    (match !== undefined && typeof match !== 'string') ||
    (connector !== undefined && typeof connector !== 'string')
  ) {
    problems.push(`${where}: match and connector are texts`);
    return [];
  }
  const options: Record<string, string | null> = {};
  for (const [key, value] of Object.entries(rule.options)) {
    if (value === null || typeof value === 'string') options[key] = value;
    else if (typeof value === 'number' || typeof value === 'boolean') options[key] = String(value);
    else problems.push(`${where}.options.${key} is neither a text nor null`);
  }
  return [{ match, connector, options }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
