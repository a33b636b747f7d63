import type { Phase } from '../../deployment/index.ts';
import type { DeployStep } from '../../webviews/deploy/messages.ts';
import { t } from '../../webviews/shared/l10n.ts';

const titles = (): Readonly<Record<Phase, string>> => ({
  connect: t('Connect'),
  prepare: t('Run what comes before the job'),
  validate: t('Let the cluster plan the job'),
  stop: t('Stop the version that runs, with a savepoint'),
  submit: t('Submit'),
  follow: t('Wait until it runs and has a checkpoint'),
});

/** The steps of a deployment as the form shows them. */
export class Steps {
  readonly #phases: readonly Phase[];
  readonly #texts = new Map<Phase, string>();
  #at: Phase | undefined;
  #end: 'done' | 'failed' | undefined;

  constructor(upgrade: boolean) {
    const all: readonly Phase[] = ['connect', 'prepare', 'validate', 'stop', 'submit', 'follow'];
    this.#phases = upgrade ? all : all.filter((phase) => phase !== 'stop');
  }

  enter(phase: Phase, text: string): void {
    this.#at = phase;
    this.#texts.set(phase, text);
  }

  end(how: 'done' | 'failed'): void {
    this.#end = how;
  }

  get all(): DeployStep[] {
    const at = this.#at === undefined ? -1 : this.#phases.indexOf(this.#at);
    return this.#phases.map((id, i) => {
      const here = this.#end ?? ('running' as const);
      const state = i < at ? 'done' : i === at ? here : 'waiting';
      return { id, title: titles()[id], state, text: this.#texts.get(id) ?? '' };
    });
  }
}
