/** A value of a YAML text. */
export type Yaml = string | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

/**
 * Reads the part of YAML that our templates keep to: block mappings and lists, scalars of one line (plain or quoted), lists in brackets.
 * Scalars stay texts. Throws at whatever else it meets, so that nothing is read wrongly.
 */
export function readYaml(text: string): Yaml {
  const lines = text.split(/\r?\n/).flatMap((line, i): Line[] => {
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) return [];
    return [{ indent: line.length - content.length, text: content.trimEnd(), number: i + 1 }];
  });
  const reader = new Reader(lines);
  const value = reader.block(0);
  reader.end();
  return value;
}

const KEY = /^((?:[\w.$-]+|"[^"]*"|'[^']*'))\s*:(?:\s+(.*))?$/;

class Reader {
  readonly #lines: Line[];
  #at = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = [...lines];
  }

  end(): void {
    const left = this.#lines[this.#at];
    if (left) throw new Error(`line ${left.number}: not understood: ${left.text}`);
  }

  block(indent: number): Yaml {
    const first = this.#lines[this.#at];
    if (!first || first.indent < indent) return '';
    return /^-(?:\s|$)/.test(first.text) ? this.#list(first.indent) : this.#mapping(first.indent);
  }

  #list(indent: number): Yaml {
    const items: Yaml[] = [];
    for (let line = this.#here(indent); line && /^-(?:\s|$)/.test(line.text); line = this.#here(indent)) {
      const rest = line.text.slice(1).trimStart();
      const inner = indent + line.text.length - rest.length;
      if (rest === '') {
        this.#at++;
        items.push(this.block(indent + 1));
      } else if (KEY.test(rest)) {
        // The rest of the line is the first line of a mapping.
        this.#lines[this.#at] = { indent: inner, text: rest, number: line.number };
        items.push(this.block(inner));
      } else {
        this.#at++;
        items.push(scalar(rest, line.number));
      }
    }
    return items;
  }

  #mapping(indent: number): Yaml {
    const found: Record<string, Yaml> = {};
    for (let line = this.#here(indent); line; line = this.#here(indent)) {
      const [, key = '', value] = KEY.exec(line.text) ?? [];
      if (key === '') break;
      const name = key.replace(/^(['"])(.*)\1$/, '$2');
      if (name in found) throw new Error(`line ${line.number}: ${name} stands twice`);
      this.#at++;
      found[name] = value === undefined || value.startsWith('#') ? this.block(indent + 1) : scalar(value, line.number);
    }
    return found;
  }

  #here(indent: number): Line | undefined {
    const line = this.#lines[this.#at];
    return line && line.indent === indent ? line : undefined;
  }
}

function scalar(text: string, line: number): Yaml {
  const refuse = (): never => {
    throw new Error(`line ${line}: not understood: ${text}`);
  };
  const [first = ''] = text;
  if (first === "'") return /^'((?:[^']|'')*)'$/.exec(text)?.[1]?.replaceAll("''", "'") ?? refuse();
  if (first === '"') {
    const inner = /^"((?:[^"\\]|\\.)*)"$/.test(text) ? (JSON.parse(text) as unknown) : refuse();
    return typeof inner === 'string' ? inner : refuse();
  }
  if (first === '[') {
    const inner = /^\[([^[\]{}'"]*)\]$/.exec(text)?.[1] ?? refuse();
    return inner.split(',').map((each) => each.trim());
  }
  // What begins a form of YAML that is not read here, or a remark or a mapping within the line.
  if ('{&*!|>%@`'.includes(first) || /\s#|:\s|:$/.test(text)) return refuse();
  return text;
}
