import type { JoinType } from '../../../flink-sql/plan/rel.ts';

/** Whether rows of the left and of the right input come without a match too, with NULLs beside them. */
export function outerSides(joinType: JoinType): readonly [boolean, boolean] {
  return [joinType === 'LEFT' || joinType === 'FULL', joinType === 'RIGHT' || joinType === 'FULL'];
}
