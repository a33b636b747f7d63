import { t } from '../shared/l10n.ts';
import type { DeployChoices } from './messages.ts';

const DURATION = /^\s*\d+\s*[a-z]*\s*$/i;
const WHOLE = /^\s*\d+\s*$/;

export type ChoiceProblems = Readonly<Partial<Record<keyof DeployChoices, string>>>;

/** What is wrong with the choices, by field; the extension looks at them again. */
export function choiceProblems(choices: DeployChoices, upgrade: boolean): ChoiceProblems {
  const { name, parallelism, checkpoints, restart, attempts, delay, start, savepoint } = choices;
  const problems: Partial<Record<keyof DeployChoices, string>> = {};
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(name)) problems.name = t('Letters, digits, blanks and . _ -');
  if (parallelism !== '' && (!WHOLE.test(parallelism) || Number(parallelism) < 1))
    problems.parallelism = t('A whole number from 1');
  if (checkpoints !== '' && !DURATION.test(checkpoints)) problems.checkpoints = t('A duration, such as 30 s');
  if (restart === 'fixed-delay' && attempts !== '' && !WHOLE.test(attempts)) problems.attempts = t('A whole number');
  if (restart === 'fixed-delay' && delay !== '' && !DURATION.test(delay))
    problems.delay = t('A duration, such as 10 s');
  if (!upgrade && start === 'savepoint' && savepoint.trim() === '') problems.savepoint = t('Where is it?');
  return problems;
}
