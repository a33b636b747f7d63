import { MessageFilterProblem, MessageFilters } from '../../topics/filter/filters.ts';
import type { ReadQuery } from '../../webviews/topics/messages.ts';
import type { KafkaLink } from './link.ts';
import type { ConditionProblem, OpenFilter } from './reading.ts';

/** Conditions over the messages of topics. */
export class Conditions {
  readonly #filters: MessageFilters;

  /** @param script the bundle `message-filter.cjs` */
  constructor(script: string) {
    this.#filters = new MessageFilters(script);
  }

  /** Opens the condition of a query, with the types that the topic's messages have. */
  async open(link: KafkaLink, topic: string, query: ReadQuery, signal: AbortSignal): Promise<OpenFilter> {
    const [{ samplesOf }, { typeMessages }] = await Promise.all([
      import('./samples.ts'),
      import('../../topics/infer/typing.ts'),
    ]);
    const typing = await typeMessages(await samplesOf(link, topic, { key: query.key, value: query.value }, signal));
    const filter = await this.#filters.open({ condition: query.filter, typing }, await link.schemas());
    return {
      filter: filter.test,
      types: { key: typing.key.type, value: typing.value.type },
      get unreadable() {
        return filter.unreadable;
      },
      close: () => filter.close(),
    };
  }

  problemOf(error: unknown): ConditionProblem | undefined {
    if (!(error instanceof MessageFilterProblem)) return undefined;
    const { message, start, end } = error;
    return { message, start, end };
  }

  dispose(): void {
    this.#filters.dispose();
  }
}
