import { useCallback, useEffect, useRef, useState } from 'react';
import type { Arrangement, ColumnState, View } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import type { Channel } from './channel.ts';
import { type ColumnOrder, laidOut, laidOutRows } from './column-layout.ts';
import { type CopyFormat, copyText } from './copy-formats.ts';
import { fetchRows, MOST_COPIED } from './copy-rows.ts';
import { count } from './format.ts';
import type { Range } from './selection.ts';

/** How long the word on a copy stays. */
const SAID_MS = 3000;

export interface CopySource {
  readonly id: string;
  readonly view: View;
  readonly arrange: Arrangement;
  readonly columns: readonly ColumnState[];
  readonly order: ColumnOrder;
}

/** Puts cells into the clipboard, wherever their rows are, and says for a moment how it went. */
export function useCopy(
  channel: Channel,
  { id, view, arrange, columns, order }: CopySource,
): [string | undefined, (range: Range, format: CopyFormat, heads: boolean) => void] {
  const [said, setSaid] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = useCallback(
    (range: Range, format: CopyFormat, heads: boolean) => {
      const say = (words: string): void => {
        setSaid(words);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => setSaid(undefined), SAID_MS);
      };
      const shown = laidOut(columns, order);
      const whole = range.fromColumn === 0 && range.toColumn === shown.length;
      fetchRows(channel, id, { view, arrange, from: range.fromRow, to: range.toRow })
        .then(async (fetched) => {
          const windows = fetched.map((window) => laidOutRows(window, order));
          const kinds = view === 'changelog' && whole;
          await navigator.clipboard.writeText(copyText(format, windows, range, shown, { kinds, heads }));
          const rows = windows.reduce((sum, { length }) => sum + length, 0);
          const cells = rows * (range.toColumn - range.fromColumn);
          const all = range.toRow - range.fromRow <= MOST_COPIED;
          if (!all) say(t('The first {0} rows copied', count(rows)));
          else if (cells > 1) say(t('{0} cells copied', count(cells)));
          else say(t('Cell copied'));
        })
        .catch((error: unknown) => say(t('Not copied: {0}', error instanceof Error ? error.message : String(error))));
    },
    [channel, id, columns, view, arrange, order],
  );
  return [said, copy];
}
