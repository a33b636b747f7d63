import { Fragment, type ReactNode } from 'react';

interface SentenceProps {
  /** Already in the reader's language; `{0}` stands for the first part. */
  readonly text: string;
  readonly parts: readonly ReactNode[];
}

/** A sentence with elements in it, wherever its language puts them. */
export function Sentence({ text, parts }: SentenceProps) {
  return text.split(/\{(\d+)\}/).map((piece, i) => {
    const key = i;
    return <Fragment key={key}>{i % 2 === 0 ? piece : parts[Number(piece)]}</Fragment>;
  });
}
