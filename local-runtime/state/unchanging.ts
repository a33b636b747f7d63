const known = new WeakSet<ArrayBufferView>();

/**
 * Says of a part of a snapshot that its bytes will not be written again, whatever the operator does: it need not be copied while the
 * snapshot is written. Gives the view itself.
 */
export function unchanging<T extends ArrayBufferView>(view: T): T {
  known.add(view);
  return view;
}

export function isUnchanging(view: ArrayBufferView): boolean {
  return known.has(view);
}
