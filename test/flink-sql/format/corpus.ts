import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const conformance = join(import.meta.dirname, '../../conformance');

/** Every recorded statement and script: what a real Flink was asked. */
export function corpus(): string[] {
  const texts: string[] = [];
  for (const entry of readdirSync(conformance, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (entry.name.endsWith('.sql')) texts.push(readFileSync(path, 'utf8'));
    else if (entry.name.endsWith('.jsonl') && /(statements|expressions)$/.test(entry.parentPath)) {
      for (const line of readFileSync(path, 'utf8').split('\n')) {
        const { sql, expr } = (line === '' ? {} : JSON.parse(line)) as { sql?: string; expr?: string };
        if (sql !== undefined) texts.push(sql);
        if (expr !== undefined) texts.push(`SELECT ${expr}`);
      }
    }
  }
  return [...new Set(texts)];
}
