import { parentPort } from 'node:worker_threads';
import { asFault } from '../../local-runtime/errors.ts';
import { type CompiledMessageFilter, ConditionError, compileMessageFilter } from './compile.ts';
import type { ThreadAnswer, ThreadQuestion } from './protocol.ts';

const filters = new Map<number, CompiledMessageFilter>();

function known(filter: number): CompiledMessageFilter {
  const found = filters.get(filter);
  if (!found) throw new Error('The condition is not known');
  return found;
}

function answer(question: Extract<ThreadQuestion, { readonly request: number }>): ThreadAnswer {
  const { request, filter } = question;
  try {
    if (question.type === 'page') return { request, ...known(filter).test(question.page) };
    const made = compileMessageFilter(question.condition, question.key, question.value, question.zone);
    filters.set(filter, made);
    return { request, needs: made.needs };
  } catch (error) {
    const { start, end } = error instanceof ConditionError ? error : { start: 0, end: 0 };
    return { request, problem: { message: asFault(error).chain().at(-1)?.message ?? String(error), start, end } };
  }
}

parentPort?.on('message', (question: ThreadQuestion) => {
  if (question.type === 'close') filters.delete(question.filter);
  else if (question.type === 'schemas') filters.get(question.filter)?.know(question.schemas);
  else {
    const given = answer(question);
    parentPort?.postMessage(given, given.chosen ? [given.chosen.buffer as ArrayBuffer] : []);
  }
});
