import type { DecoderChoice } from '../../topics/types.ts';
import type { MessagePlace } from '../../webviews/topics/messages.ts';
import { editedContent } from './edited-content.ts';
import type { KafkaLink } from './link.ts';
import { pickedMessages } from './message-actions.ts';
import { newProduceDocument } from './produce-document.ts';

/** Opens messages in an editor, to be changed and written as new ones. */
export async function editMessages(
  link: KafkaLink,
  topic: string,
  places: readonly MessagePlace[],
  choice: DecoderChoice,
): Promise<void> {
  const messages = await pickedMessages(link, topic, places);
  await newProduceDocument(link, topic, editedContent(await (await link.decoder()).decode(messages, choice)));
}
