import { mapRelInputs } from '../../binder/query/rel-walk.ts';
import type { Rel } from '../rel.ts';

const isEmpty = (rel: Rel): boolean => rel.kind === 'Values' && rel.rows.length === 0;
const empty = (rel: Rel): Rel => ({ kind: 'Values', fields: rel.fields, rows: [] });

/** A filter that lets nothing through is no rows, and so is what only shapes them; one that lets all through is gone (PruneEmptyRules). */
export function pruneEmpty(rel: Rel): Rel {
  switch (rel.kind) {
    case 'Filter': {
      const input = pruneEmpty(rel.input);
      const { condition } = rel;
      if (condition.kind === 'Literal') {
        return condition.value === true ? input : empty(rel);
      }
      return isEmpty(input) ? empty(rel) : { ...rel, input };
    }
    case 'Project': {
      const input = pruneEmpty(rel.input);
      return isEmpty(input) ? empty(rel) : { ...rel, input };
    }
    default:
      return mapRelInputs(rel, pruneEmpty);
  }
}
