import { bytes, clock, duration, shortNumber } from '../job/format.ts';
import type { JobFigures } from '../messages.ts';
import { t } from '../shared/l10n.ts';

/** What the job of a result does, in a few words; what the server does not tell is left out. */
export function JobFiguresLine({ figures }: { readonly figures: JobFigures }) {
  const { watermark, lag, lateRecords, stateBytes, stateOfCheckpoint } = figures;
  return (
    <>
      {watermark !== null && watermark !== 'end' && (
        <span
          className="mr-quiet"
          data-testid="result-watermark"
          title={t('Watermark: no row before it is expected any more')}
        >
          {t('watermark {0}', clock(watermark))}
          {lag !== null && ` · ${t('{0} behind', duration(lag))}`}
        </span>
      )}
      {lateRecords !== null && lateRecords > 0 && (
        <span
          className="mr-late"
          data-testid="result-late"
          title={t('Rows that came after the watermark had passed them, and were dropped')}
        >
          {t('{0} late', shortNumber(lateRecords))}
        </span>
      )}
      {stateBytes !== null && stateBytes > 0 && (
        <span
          className="mr-quiet"
          data-testid="result-state"
          title={stateOfCheckpoint ? t('State in the last checkpoint') : t('State of all operators')}
        >
          {t('state {0}', bytes(stateBytes))}
        </span>
      )}
    </>
  );
}
