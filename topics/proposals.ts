import { parse, walk } from '../flink-sql/syntax/index.ts';

/** A connection that a text of the workspace speaks of. */
export interface ProposedConnection {
  /** `host:port`, several with commas. */
  readonly bootstrap: string;
  readonly registryUrl?: string;
  /** Names of the texts that it was found in. */
  readonly from: readonly string[];
}

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Brokers and registries that Kafka tables of SQL texts name; what has a variable in it is left out. */
export function connectionsInSql(texts: readonly NamedText[]): ProposedConnection[] {
  const found: { bootstrap: string; registryUrl: string | undefined; from: string }[] = [];
  for (const { name, text } of texts) {
    if (!text.includes('bootstrap.servers')) continue;
    for (const options of optionLists(text)) {
      const bootstrap = options.get('properties.bootstrap.servers');
      if (bootstrap === undefined || bootstrap.includes('${')) continue;
      const registryUrl = [...options].find(
        ([key, url]) => /(^|\.)(avro|json|debezium-avro)-confluent\.url$/.test(key) && !url.includes('${'),
      )?.[1];
      found.push({ bootstrap: bootstrap.replace(/\s+/g, ''), registryUrl, from: name });
    }
  }
  return merged(found);
}

function optionLists(text: string): ReadonlyMap<string, string>[] {
  const out: ReadonlyMap<string, string>[] = [];
  for (const { node } of parse(text).statements) {
    if (!node) continue;
    walk(node, (each) => {
      if (each.kind === 'CreateTable')
        out.push(new Map(each.options.flatMap(({ key, value }) => (value ? [[key.value, value.value]] : []))));
      return true;
    });
  }
  return out;
}

const KAFKA_IMAGE = /kafka|redpanda|bitnami\/kafka|cp-server/i;
const REGISTRY_IMAGE = /schema-registry|apicurio|karapace/i;
const ADVERTISED =
  /(?:KAFKA_(?:CFG_)?ADVERTISED_LISTENERS["']?\s*[:=]|--advertise-kafka-addr(?:=|\s+))\s*["']?([^"'\n]+)/;

/**
 * Brokers of docker-compose files as they are reached from this machine: by listeners that are advertised for it, else by published
 * ports. A careful reader of the few lines it needs, not of YAML: what it does not understand it leaves out.
 */
export function connectionsInCompose(texts: readonly NamedText[]): ProposedConnection[] {
  return merged(
    texts.flatMap(({ name, text }) => {
      const services = servicesOf(text);
      const brokers = services.flatMap((service) => {
        if (!KAFKA_IMAGE.test(service.image) || REGISTRY_IMAGE.test(service.image)) return [];
        const place = brokerOf(service);
        return place === undefined ? [] : [place];
      });
      if (brokers.length === 0) return [];
      const registry = services.find(({ image, ports }) => REGISTRY_IMAGE.test(image) && ports.length > 0);
      const isApicurio = registry !== undefined && /apicurio/i.test(registry.image);
      const registryUrl =
        registry && `http://localhost:${registry.ports[0]?.host}${isApicurio ? '/apis/ccompat/v7' : ''}`;
      return [{ bootstrap: brokers.join(','), registryUrl, from: name }];
    }),
  );
}

interface Service {
  readonly image: string;
  readonly ports: readonly { readonly host: number; readonly container: number }[];
  readonly body: string;
}

function servicesOf(text: string): Service[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, ''));
  const begin = lines.findIndex((line) => /^services\s*:\s*$/.test(line));
  if (begin < 0) return [];
  const out: Service[] = [];
  let body: string[] = [];
  let indent = -1;
  const take = () => {
    if (body.length > 0) out.push(serviceOf(body));
    body = [];
  };
  for (const line of lines.slice(begin + 1)) {
    if (line.trim() === '') continue;
    const margin = line.length - line.trimStart().length;
    if (margin === 0) break;
    if (indent < 0) indent = margin;
    if (margin === indent) take();
    body.push(line);
  }
  take();
  return out;
}

function serviceOf(lines: readonly string[]): Service {
  const body = lines.join('\n');
  const image = /^\s*image\s*:\s*["']?([^"'\s]+)/m.exec(body)?.[1] ?? '';
  const at = lines.findIndex((line) => /^\s*ports\s*:/.test(line));
  const ports: { host: number; container: number }[] = [];
  for (const line of at < 0 ? [] : lines.slice(at)) {
    if (line !== lines[at] && !/^\s*-/.test(line)) break;
    for (const [, host, container] of line.matchAll(/(?:^|[^\d.:])(?:\d+\.\d+\.\d+\.\d+:)?(\d{2,5}):(\d{2,5})(?!\d)/g))
      ports.push({ host: Number(host), container: Number(container) });
  }
  return { image, ports, body };
}

function brokerOf({ body, ports }: Service): string | undefined {
  const advertised = [...(ADVERTISED.exec(body)?.[1] ?? '').matchAll(/(?:\w+:\/\/)?([\w.-]+):(\d+)/g)];
  const local = advertised.find(([, host]) => /^(localhost|127\.0\.0\.1|0\.0\.0\.0)$/.test(host as string));
  if (local) return `localhost:${local[2]}`;
  const published =
    ports.find(({ container }) => advertised.some(([, , port]) => Number(port) === container)) ??
    ports.find(({ container }) => container >= 9090 && container <= 9099);
  return published && `localhost:${published.host}`;
}

function merged(
  found: readonly { readonly bootstrap: string; readonly registryUrl: string | undefined; readonly from: string }[],
) {
  const out = new Map<string, { bootstrap: string; registryUrl?: string; from: string[] }>();
  for (const { bootstrap, registryUrl, from } of found) {
    const known = out.get(bootstrap) ?? { bootstrap, from: [] };
    if (!known.from.includes(from)) known.from.push(from);
    if (registryUrl !== undefined) known.registryUrl ??= registryUrl;
    out.set(bootstrap, known);
  }
  return [...out.values()] satisfies ProposedConnection[];
}
