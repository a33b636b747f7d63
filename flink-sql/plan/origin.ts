/**
 * Where a node of a logical plan was written: offsets in `text`, which is the statement's, or a view's query where the node comes from a
 * view. Kept only where `BindContext.origins` asks for it; planning does not look at it.
 */
export interface Origin {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
