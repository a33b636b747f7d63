import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPTION_EFFECTS } from '../../../local-runtime/planner/option-effects.ts';
import { refuseUnsupported } from '../../../local-runtime/planner/options.ts';

/** Refuses or not, and gives what it tells. */
function told(options: Readonly<Record<string, string>>): string[] {
  const notices: string[] = [];
  refuseUnsupported(options, (text) => notices.push(text));
  return notices;
}

const ROOT = join(import.meta.dirname, '../../..');

/** All source text that may read an option. */
const SOURCES = ['local-runtime', 'flink-sql']
  .flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('option-effects.ts'))
      .map((file) => readFileSync(join(ROOT, room, file), 'utf8')),
  )
  .join('\n');

describe('options of Flink 2.2', () => {
  it('knows every option of the table API', () => {
    const count = (prefix: string) => Object.keys(OPTION_EFFECTS).filter((name) => name.startsWith(prefix)).length;
    // The options in Flink 2.2.1's ExecutionConfigOptions with WindowEmitStrategy, OptimizerConfigOptions and TableConfigOptions.
    expect(count('table.exec.')).toBe(65 + 5);
    expect(count('table.optimizer.')).toBe(28);
    expect(Object.keys(OPTION_EFFECTS)).toHaveLength(65 + 5 + 28 + 17);
  });

  for (const [name, effect] of Object.entries(OPTION_EFFECTS)) {
    if (effect === 'honoured') {
      it(`${name} is read somewhere`, () => {
        expect(SOURCES).toContain(`'${name}'`);
      });
    } else if (effect === 'none') {
      it(`${name} is taken silently`, () => {
        expect(told({ [name]: 'anything' })).toEqual([]);
      });
    } else if (effect === 'told') {
      it(`${name} is told to be without effect when it is on`, () => {
        expect(told({ [name]: 'false' })).toEqual([]);
        expect(told({ [name]: 'TRUE' })).toEqual([expect.stringContaining(`'${name}' has no effect`)]);
      });
    } else {
      it(`${name} is refused by name, but for what means the same here`, () => {
        expect(() => told({ [name]: 'anything' })).toThrow(`'${name}' = 'anything'`);
        for (const value of effect) expect(told({ [name]: value.toUpperCase() })).toEqual([]);
      });
    }
  }
});
