import { t } from '../shared/l10n.ts';
import { clock } from './format.ts';
import type { ExceptionState } from './messages.ts';

interface Props {
  readonly exceptions: readonly ExceptionState[];
  readonly now: number;
  readonly onOpen: (time: number) => void;
}

/** Why it failed, the root cause first; the trace one click away. */
export function Exceptions({ exceptions, now, onOpen }: Props) {
  if (exceptions.length === 0) return <p className="mj-quiet">{t('None: the job has not failed.')}</p>;
  return (
    <>
      {exceptions.map(({ time, message, causes, trace, task }) => (
        <article className="mj-exception" key={`${time} ${message}`}>
          <div className="mj-quiet">
            {clock(time, now)}
            {task !== null && ` · ${task}`}
          </div>
          <pre className="mj-words" data-testid="root-cause">
            {message}
          </pre>
          {causes.length > 1 && (
            <details>
              <summary>{t('Within ({0})', causes.length - 1)}</summary>
              <ol>
                {causes.slice(1).map((cause, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the chain never changes
                  <li key={i}>
                    <b>{cause.className}</b> {cause.message.split('\n', 1)[0]}
                  </li>
                ))}
              </ol>
            </details>
          )}
          <details>
            <summary>{t('Stack trace')}</summary>
            <button type="button" className="mj-link" onClick={() => onOpen(time)}>
              {t('Open in an editor')}
            </button>
            <pre className="mj-trace">{trace}</pre>
          </details>
        </article>
      ))}
    </>
  );
}
