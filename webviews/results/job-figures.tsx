import { bytes, clock, duration, shortNumber } from '../job/format.ts';
import type { JobFigures } from '../messages.ts';

/** What the job of a result does, in a few words; what the server does not tell is left out. */
export function JobFiguresLine({ figures }: { readonly figures: JobFigures }) {
  const { watermark, lag, lateRecords, stateBytes, stateOfCheckpoint } = figures;
  return (
    <>
      {watermark !== null && watermark !== 'end' && (
        <span
          className="mr-quiet"
          data-testid="result-watermark"
          title="Watermark: no row before it is expected any more"
        >
          watermark {clock(watermark)}
          {lag !== null && ` · ${duration(lag)} behind`}
        </span>
      )}
      {lateRecords !== null && lateRecords > 0 && (
        <span
          className="mr-late"
          data-testid="result-late"
          title="Rows that came after the watermark had passed them, and were dropped"
        >
          {shortNumber(lateRecords)} late
        </span>
      )}
      {stateBytes !== null && stateBytes > 0 && (
        <span
          className="mr-quiet"
          data-testid="result-state"
          title={stateOfCheckpoint ? 'State in the last checkpoint' : 'State of all operators'}
        >
          state {bytes(stateBytes)}
        </span>
      )}
    </>
  );
}
