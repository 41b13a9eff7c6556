/** Work that is begun when it is first asked for, and whose result everybody shares. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

/** The same for each list of arguments; they are told apart by their text. */
export function onceFor<Args extends readonly (string | number | undefined)[], T>(
  work: (...args: Args) => Promise<T>,
): (...args: Args) => Promise<T> {
  const results = new Map<string, Promise<T>>();
  return (...args) => {
    const key = JSON.stringify(args);
    const result = results.get(key) ?? work(...args);
    results.set(key, result);
    return result;
  };
}
