import type { SecretStore } from '../../../extension/connections/secrets.ts';
import type { KeyedStore } from '../../../extension/connections/session-memory.ts';

/** Stands for the editor's secret storage and the workspace's state. */
export function memoryStore(content: Record<string, string>): SecretStore & { readonly map: Map<string, string> } {
  const map = new Map(Object.entries(content));
  return {
    map,
    get: async (key) => map.get(key),
    store: async (key, value) => void map.set(key, value),
    delete: async (key) => void map.delete(key),
  };
}

export function keyedStore(): KeyedStore & { readonly map: Map<string, unknown> } {
  const map = new Map<string, unknown>();
  return {
    map,
    get: <T>(key: string) => map.get(key) as T | undefined,
    update: async (key, value) => {
      if (value === undefined) map.delete(key);
      else map.set(key, JSON.parse(JSON.stringify(value)));
    },
  };
}
