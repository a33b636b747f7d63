import { useEffect, useState } from 'react';
import type { JobFigures } from '../messages.ts';
import type { Channel } from './channel.ts';

/** What the job of a result does; undefined as long as nothing is known. */
export function useJob(channel: Channel, id: string): JobFigures | undefined {
  const [figures, setFigures] = useState<JobFigures>();
  useEffect(
    () =>
      channel.listen(id, (message) => {
        if (message.type === 'job') setFigures(message.figures);
      }),
    [channel, id],
  );
  return figures;
}
