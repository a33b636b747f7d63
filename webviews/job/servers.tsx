import { t } from '../shared/l10n.ts';
import { bytes } from './format.ts';
import type { ServerState } from './messages.ts';

export interface ShownLog {
  readonly server: string;
  readonly name: string;
  readonly text: string;
}

interface Props {
  readonly servers: readonly ServerState[] | null;
  readonly log: ShownLog | undefined;
  readonly onLog: (server: string, name: string) => void;
}

/** JobManager and TaskManagers with their logs. */
export function Servers({ servers, log, onLog }: Props) {
  if (servers === null) return <p role="status">{t('Asking…')}</p>;
  return (
    <>
      {servers.map((server) => (
        <section className="mj-server" key={server.id} aria-label={server.name}>
          <h2>{server.name}</h2>
          <p className="mj-quiet">
            {[
              server.slots === null ? '' : t('{0} of {1} slots free', server.freeSlots ?? 0, server.slots),
              server.memory === null ? '' : t('{0} of memory', bytes(server.memory)),
              server.heapUsed === null ? '' : t('heap {0} of {1}', bytes(server.heapUsed), bytes(server.heapMax ?? 0)),
            ]
              .filter((words) => words !== '')
              .join(' · ')}
          </p>
          {server.logs.length === 0 ? (
            <p className="mj-quiet">{t('It serves no log files.')}</p>
          ) : (
            <ul className="mj-logs">
              {server.logs.map(({ name, size }) => (
                <li key={name}>
                  <button type="button" className="mj-link" onClick={() => onLog(server.id, name)}>
                    {name}
                  </button>{' '}
                  <span className="mj-quiet">{bytes(size)}</span>
                </li>
              ))}
            </ul>
          )}
          {log?.server === server.id && (
            <figure className="mj-log">
              <figcaption>{t('The end of {0}', log.name)}</figcaption>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
              <pre tabIndex={0}>{log.text}</pre>
            </figure>
          )}
        </section>
      ))}
    </>
  );
}
