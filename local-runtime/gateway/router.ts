import type { Answer } from './http.ts';
import { notFound } from './rest-error.ts';

/** A request that matched a route. */
export interface Request {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** REST version of the path, the newest without one. */
  readonly version: number;
  readonly body: string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PATCH';
  /** `:name` stands for one segment. */
  readonly path: string;
  /** First REST version that has it. */
  readonly since?: number;
  readonly run: (request: Request) => Answer | Promise<Answer>;
}

interface CompiledRoute {
  readonly route: Route;
  readonly segments: readonly string[];
}

/** REST versions of the SQL Gateway; a path without one means the newest. */
const NEWEST = 4;

/** Finds the route of a method and path. */
export class Router {
  private readonly byMethod = new Map<string, CompiledRoute[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const list = this.byMethod.get(route.method) ?? [];
      list.push({ route, segments: route.path.slice(1).split('/') });
      this.byMethod.set(route.method, list);
    }
  }

  /** Throws RestError 404 when there is none. */
  match(method: string, path: string): { route: Route; parameters: Record<string, string>; version: number } {
    const segments = path.slice(1).split('/');
    if (segments.length > 1 && segments[segments.length - 1] === '') segments.pop();
    let version = NEWEST;
    const named = /^v([1-4])$/.exec(segments[0] ?? '');
    if (named) {
      version = Number(named[1]);
      segments.shift();
    }
    for (const { route, segments: pattern } of this.byMethod.get(method) ?? []) {
      if (pattern.length !== segments.length || version < (route.since ?? 1)) continue;
      const parameters = matchSegments(pattern, segments);
      if (parameters) return { route, parameters, version };
    }
    throw notFound(path);
  }
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (let i = 0; i < pattern.length; i++) {
    const expected = pattern[i] as string;
    const given = segments[i] as string;
    if (expected.startsWith(':')) parameters[expected.slice(1)] = decode(given);
    else if (expected !== given) return undefined;
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A stray `%`: the parameter's own check refuses it.
  }
}
