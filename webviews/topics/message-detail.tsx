import { type ReactNode, useState } from 'react';
import { t } from '../shared/l10n.ts';
import { bytes, count, time } from './format.ts';
import type { MessagePlace, MessageView, PartView } from './messages.ts';

interface MessageDetailProps {
  readonly place: MessagePlace;
  /** A text is a problem. */
  readonly message: MessageView | string | undefined;
  readonly readOnly: boolean;
  readonly onCopy: (text: string) => void;
  readonly onEdit: () => void;
  readonly onClose: () => void;
}

/** One message in full. */
export function MessageDetail({ place, message, readOnly, onCopy, onEdit, onClose }: MessageDetailProps) {
  return (
    <aside
      className="mt-detail"
      aria-label={t('Message {0} of partition {1}', place.offset, place.partition)}
      data-testid="message"
    >
      <div className="mt-bar">
        <b>{t('Partition {0}, offset {1}', place.partition, count(place.offset))}</b>
        <span className="mt-space" />
        {!readOnly && (
          <button type="button" className="mt-button" onClick={onEdit}>
            {t('Edit and Produce…')}
          </button>
        )}
        <button type="button" className="mt-button" aria-label={t('Close the message')} onClick={onClose}>
          ×
        </button>
      </div>
      {message === undefined && <p role="status">{t('Reading the message…')}</p>}
      {typeof message === 'string' && (
        <div className="mt-alert" role="alert">
          {message}
        </div>
      )}
      {message !== undefined && typeof message !== 'string' && <Whole message={message} onCopy={onCopy} />}
    </aside>
  );
}

function Whole({ message, onCopy }: { readonly message: MessageView; readonly onCopy: (text: string) => void }) {
  return (
    <>
      <p className="mt-quiet">
        {time(message.time)} (
        {message.timestampType === 'LogAppendTime' ? t('given by the broker') : t('given by the producer')})
        {message.batch === '' ? '' : ` · ${message.batch}`}
      </p>
      {message.control !== null && (
        <p className="mt-note">
          {message.control === 'commit'
            ? t('The marker that commits a transaction.')
            : t('The marker that aborts a transaction.')}
        </p>
      )}
      {message.isTombstone && (
        <p className="mt-note" data-testid="tombstone">
          {t('A tombstone: its value is null, so compaction removes its key.')}
        </p>
      )}
      {message.control === null && (
        <>
          <Part title={t('Key')} part={message.key} onCopy={onCopy} />
          <Part title={t('Value')} part={message.value} onCopy={onCopy} />
        </>
      )}
      {message.headers.length > 0 && (
        <section>
          <h2>
            {t('Headers')} <span className="mt-quiet">{bytes(message.headerBytes)}</span>
          </h2>
          <table className="mt-table">
            <tbody>
              {message.headers.map(({ name, text, hex }, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: names of headers may repeat
                <tr key={i}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  <td title={hex}>{text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

interface PartProps {
  readonly title: string;
  readonly part: PartView;
  readonly onCopy: (text: string) => void;
}

function Part({ title, part, onCopy }: PartProps): ReactNode {
  const [isHex, setHex] = useState(false);
  if (part.isNull) {
    return (
      <section>
        <h2>
          {title} <span className="mt-quiet">{t('null')}</span>
        </h2>
      </section>
    );
  }
  const shown = isHex ? part.hex : part.text;
  return (
    <section data-testid={`message-${title.toLowerCase()}`}>
      <h2>
        {title} <span className="mt-badge">{part.format}</span> <span className="mt-quiet">{bytes(part.size)}</span>
        {part.schema !== null && <span className="mt-quiet"> · {part.schema}</span>}
        <span className="mt-space" />
        <button type="button" className="mt-link" aria-pressed={isHex} onClick={() => setHex(!isHex)}>
          {isHex ? t('Decoded') : t('Hex')}
        </button>
        <button type="button" className="mt-link" onClick={() => onCopy(shown)}>
          {t('Copy')}
        </button>
      </h2>
      {part.problem !== null && <p className="mt-bad">{part.problem}</p>}
      {part.size === 0 ? (
        <p className="mt-quiet">{t('empty')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <pre className="mt-code" tabIndex={0}>
          {shown}
        </pre>
      )}
      {part.whyNot.length > 0 && (
        <details>
          <summary>{t('Why not another format?')}</summary>
          <dl className="mt-why">
            {part.whyNot.map(({ format, reason }) => (
              <div key={format}>
                <dt>{format}</dt>
                <dd>{reason}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}
