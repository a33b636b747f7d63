import type { ErrorState } from '../messages.ts';
import { t } from '../shared/l10n.ts';

/** A failure: Flink's words first, where, and the rest one click away. */
export function ErrorView({ error }: { readonly error: ErrorState }) {
  const { message, place, causes, trace } = error;
  // Flink's parser lists every token that it would have taken; that helps few and hides the rest.
  const cut = message.search(/\n\s*Was expecting (?:one of)?:/);
  const words = cut < 0 ? message : message.slice(0, cut);
  const expected = cut < 0 ? undefined : message.slice(cut).trim();
  return (
    <div className="mr-error" role="alert" data-testid="result-error">
      <pre className="mr-words" data-testid="error-message">
        {words}
      </pre>
      {place && (
        <div className="mr-place" data-testid="error-place">
          {t('line {0}, column {1}', place.line, place.column)}
        </div>
      )}
      {expected && (
        <details>
          <summary>{t('What the parser expected')}</summary>
          <pre className="mr-trace">{expected}</pre>
        </details>
      )}
      {causes.length > 1 && (
        <details data-testid="error-causes">
          <summary>{t('Caused by ({0})', causes.length)}</summary>
          <ol className="mr-causes">
            {causes.map((cause, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the chain never changes
              <li key={i}>
                <b>{cause.className}</b> {cause.message.split('\n', 1)[0]}
              </li>
            ))}
          </ol>
        </details>
      )}
      {trace && (
        <details data-testid="error-trace">
          <summary>{t('Show stack trace')}</summary>
          <pre className="mr-trace">{trace}</pre>
        </details>
      )}
    </div>
  );
}
