import type { Environment } from './environment.ts';
import { type Expansion, expand, type VariableLookup } from './expand.ts';
import type { Masker } from './masker.ts';

/** Fills variables in; what is secret of them is hidden by the masker from then on. */
export function maskedExpand(
  environment: Environment,
  lookup: VariableLookup,
  masker: Masker,
): (text: string) => Expansion {
  return (text) => {
    const expansion = expand(text, environment, lookup);
    masker.add(expansion.secrets);
    return expansion;
  };
}
