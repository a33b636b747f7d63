import type { ResolvedFunction } from '../catalog/model.ts';
import type { LogicalType } from '../types/logical-type.ts';

/** An argument as the binder knows it when it asks for a function's signature. */
export interface AskedArgument {
  readonly type: LogicalType;
  /** Text of a literal that is not NULL. */
  readonly literal?: string;
}

/** What a call of a user's function asks Flink's type inference. */
export interface SignatureQuestion {
  readonly fn: ResolvedFunction;
  /** The last part of the function's name. */
  readonly name: string;
  readonly args: readonly AskedArgument[];
  /** An aggregate below GROUP BY with keys. */
  readonly grouped: boolean;
}

/** A function of a user with the arguments it was asked for: all that is needed to run it. */
export interface UserFunctionCall {
  readonly className: string;
  readonly language: ResolvedFunction['language'];
  readonly name: string;
  /** Full paths of its jars or Python files. */
  readonly files: readonly string[];
  readonly args: readonly AskedArgument[];
  readonly grouped: boolean;
  readonly deterministic: boolean;
  /** Its answers come later. */
  readonly isAsync?: true;
  /** Of an aggregate: what Flink says where it needs a method that the function lacks; empty where it has it. */
  readonly missing?: { readonly merge: string; readonly retract: string };
}

/** FunctionKind of Flink. */
export type UserFunctionKind =
  | 'SCALAR'
  | 'ASYNC_SCALAR'
  | 'TABLE'
  | 'ASYNC_TABLE'
  | 'AGGREGATE'
  | 'TABLE_AGGREGATE'
  | 'PROCESS_TABLE'
  | 'OTHER';

export interface Signature {
  readonly kind: UserFunctionKind;
  /** What the arguments are cast to. */
  readonly args: readonly LogicalType[];
  /** Absent for kinds that are not run. */
  readonly result?: LogicalType;
  readonly call: UserFunctionCall;
}

/** A chain of exceptions, outermost first, by short class names. */
export type SignatureFault = readonly { readonly exception: string; readonly message: string }[];

/** Signatures of users' functions. Only who runs the functions can tell them. */
export interface UserFunctions {
  /** Throws SignatureNeeded where it is not known yet: ask for it, then bind again. */
  signature(question: SignatureQuestion): Signature | { readonly fault: SignatureFault };
}

/** Thrown through the binder, which asks nobody itself. Not an error of the text. */
export class SignatureNeeded extends Error {
  readonly question: SignatureQuestion;

  constructor(question: SignatureQuestion) {
    super(`the signature of ${question.name} is needed`);
    this.name = 'SignatureNeeded';
    this.question = question;
  }
}
