/** The engine could not be provided. Callers print the sentence and exit with 2: nothing was judged. */
export class EngineError extends Error {
  override readonly name: string = 'EngineError';
  readonly exitCode = 2;
  /** System error of a request that was not answered, such as `ECONNREFUSED`. */
  readonly code: string | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly code?: string | undefined }) {
    super(message, options);
    this.code = options?.code;
  }
}

/** Something that is there gave no answer in time. Nothing is known of it: it must not be taken for absent. */
export class NoAnswerError extends EngineError {
  override readonly name = 'NoAnswerError';
}
