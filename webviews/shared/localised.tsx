import { Fragment, type ReactNode, useSyncExternalStore } from 'react';
import { onTexts, timesTold } from './l10n.ts';

/** Draws anew what is in it when the language is told after it was drawn. */
export function Localised({ children }: { readonly children: ReactNode }) {
  const told = useSyncExternalStore(onTexts, timesTold, timesTold);
  return <Fragment key={told}>{children}</Fragment>;
}
