import { t } from './l10n.ts';

interface FormActionsProps {
  readonly isTesting: boolean;
  readonly onTest: () => void;
  readonly onCancel: () => void;
}

/** What the form of a connection ends with; Save submits it. */
export function FormActions({ isTesting, onTest, onCancel }: FormActionsProps) {
  return (
    <div className="mf-actions">
      <button type="submit" className="mf-primary">
        {t('Save')}
      </button>
      <button type="button" onClick={onTest} disabled={isTesting}>
        {isTesting ? t('Testing…') : t('Test Connection')}
      </button>
      <button type="button" onClick={onCancel}>
        {t('Cancel')}
      </button>
    </div>
  );
}
