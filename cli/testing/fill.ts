import type { SqlTest } from '../../testing/model.ts';
import type { RunContext } from './local-run.ts';

/** A text with the parameters of the test, those of its file, and the variables of the environment filled in. */
export function filled(text: string, test: SqlTest, { params, expand }: RunContext): string {
  const named = text.replace(
    /\$\{([A-Za-z_]\w*)\}/g,
    (whole, name: string) => test.params.get(name) ?? params.get(name) ?? whole,
  );
  return expand(named);
}
