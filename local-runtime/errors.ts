/**
 * A failure as Flink reports it: a chain of Java exceptions, outermost first. `exception` is the short class name
 * (`ValidationException`, `NumberFormatException`); the gateway knows the packages. Thrown by connectors, formats, generated code
 * and operators; the innermost cause is what people need to read.
 */
export class FlinkFault extends Error {
  readonly exception: string;
  override readonly cause: FlinkFault | undefined;

  constructor(exception: string, message: string, cause?: FlinkFault) {
    super(message);
    this.name = exception;
    this.exception = exception;
    this.cause = cause;
  }

  /** The chain, outermost first. */
  chain(): { exception: string; message: string }[] {
    const out: { exception: string; message: string }[] = [];
    for (let at: FlinkFault | undefined = this; at; at = at.cause)
      out.push({ exception: at.exception, message: at.message });
    return out;
  }
}

/** Any thrown thing as a fault; what is not ours keeps its message under the given exception class. */
export function asFault(error: unknown, exception = 'RuntimeException'): FlinkFault {
  if (error instanceof FlinkFault) return error;
  return new FlinkFault(exception, error instanceof Error ? error.message : String(error));
}

/** A ValidationException. */
export function validation(message: string, cause?: FlinkFault): FlinkFault {
  return new FlinkFault('ValidationException', message, cause);
}
