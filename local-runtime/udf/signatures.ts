import { stat } from 'node:fs/promises';
import type { ResolvedFunction } from '../../flink-sql/catalog/model.ts';
import {
  type Signature,
  type SignatureFault,
  SignatureNeeded,
  type SignatureQuestion,
  type UserFunctionKind,
  type UserFunctions,
} from '../../flink-sql/functions/user-functions.ts';
import { parseType } from '../../flink-sql/syntax/index.ts';
import { typeFromSyntax } from '../../flink-sql/types/from-syntax.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { asSerializableString } from '../../flink-sql/types/print.ts';
import { FlinkFault } from '../errors.ts';
import { FunctionFailure } from './host-process.ts';
import { giveBackHost, type HostNeed, takeHost } from './hosts.ts';
import { askRequest } from './requests.ts';
import { timeoutOf } from './settings.ts';

type Answer = Signature | { readonly fault: SignatureFault };

/** What one session knows of the signatures of its functions. */
export class SignatureCache {
  /** With the times of the files: a jar that was built anew is asked anew. */
  private readonly known = new Map<string, Answer>();

  /** Binds with what is known, asks for what is missing, and binds again. */
  async bound<T>(surroundings: Surroundings, bind: (functions: UserFunctions) => T): Promise<T> {
    const stamps = new Map<string, string>();
    const asked = new Map<string, Answer>();
    const functions: UserFunctions = {
      signature(question) {
        const answer = asked.get(questionKey(question));
        if (!answer) throw new SignatureNeeded(question);
        return answer;
      },
    };
    for (;;) {
      try {
        return bind(functions);
      } catch (error) {
        if (!(error instanceof SignatureNeeded)) throw error;
        const { question } = error;
        const files = await surroundings.filesOf(question.fn);
        const key = JSON.stringify([questionKey(question), await stampsOf(files, stamps)]);
        const answer = this.known.get(key) ?? (await ask(question, files, surroundings));
        this.known.set(key, answer);
        asked.set(questionKey(question), answer);
      }
    }
  }
}

export interface Surroundings {
  /** Full paths of the jars, or Python files, in which a function's class may be. */
  filesOf(fn: ResolvedFunction): Promise<readonly string[]>;
  readonly options: Readonly<Record<string, string>>;
  readonly notice: (text: string) => void;
}

const questionKey = ({ fn, name, args, grouped }: SignatureQuestion): string =>
  JSON.stringify([
    fn.language,
    fn.className,
    fn.jars,
    name,
    grouped,
    args.map(({ type, literal }) => [asSerializableString(type), literal]),
  ]);

async function stampsOf(files: readonly string[], stamps: Map<string, string>): Promise<string[]> {
  for (const file of files) {
    if (stamps.has(file)) continue;
    const found = await stat(file).catch(() => undefined);
    stamps.set(file, `${file} ${found?.mtimeMs} ${found?.size}`);
  }
  return files.map((file) => stamps.get(file) as string);
}

async function ask(question: SignatureQuestion, files: readonly string[], around: Surroundings): Promise<Answer> {
  const { fn, name, args, grouped } = question;
  const need: HostNeed = { language: fn.language, files, options: around.options };
  const host = await takeHost(need, { print: around.notice, notice: around.notice });
  try {
    const reader = await host.request(
      askRequest({ className: fn.className, name, args, grouped }),
      timeoutOf(around.options),
    );
    const kind = reader.text() as UserFunctionKind;
    const deterministic = reader.byte() === 1;
    const expected = Array.from({ length: reader.int() }, () => typeOf(reader.text()));
    const result = reader.text();
    const missing = kind === 'AGGREGATE' ? { merge: reader.text(), retract: reader.text() } : undefined;
    const { className, language } = fn;
    return {
      kind,
      args: expected,
      ...(result === '' ? {} : { result: typeOf(result) }),
      call: {
        className,
        language,
        name,
        files,
        args,
        grouped,
        deterministic,
        ...(kind === 'ASYNC_SCALAR' && { isAsync: true }),
        ...(missing && { missing }),
      },
    };
  } catch (error) {
    if (error instanceof FunctionFailure) return { fault: error.chain };
    throw error;
  } finally {
    giveBackHost(need, host);
  }
}

function typeOf(text: string): LogicalType {
  const { node, errors } = parseType(text);
  if (!node || errors.length > 0) {
    throw new FlinkFault(
      'UnsupportedOperationException',
      `The local runtime gives functions no values of type ${text}.`,
    );
  }
  return typeFromSyntax(node);
}
