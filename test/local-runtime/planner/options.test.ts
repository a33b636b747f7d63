import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPTION_EFFECTS } from '../../../local-runtime/planner/option-effects.ts';
import { refuseUnsupported } from '../../../local-runtime/planner/options.ts';

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
        expect(() => refuseUnsupported({ [name]: 'anything' })).not.toThrow();
      });
    } else {
      it(`${name} is refused by name, but for what means the same here`, () => {
        expect(() => refuseUnsupported({ [name]: 'anything' })).toThrow(`'${name}' = 'anything'`);
        for (const value of effect) expect(() => refuseUnsupported({ [name]: value.toUpperCase() })).not.toThrow();
      });
    }
  }
});
