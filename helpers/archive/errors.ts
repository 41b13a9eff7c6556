/** The source itself cannot be opened: no such file, no permission, neither a file nor a directory. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}
