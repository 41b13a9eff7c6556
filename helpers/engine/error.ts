/** The engine could not be provided. Callers print the sentence and exit with 2: nothing was judged. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly exitCode = 2;
}
