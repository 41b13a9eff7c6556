/** What the engine cannot do violates no requirement; the report names it with the reason. */
export type Gathered<Evidence> = { readonly evidence: Evidence } | { readonly unsupported: string };

export async function unlessLacking<T>(
  unsupported: string | undefined,
  gather: () => Promise<T>,
): Promise<Gathered<T>> {
  return unsupported === undefined ? { evidence: await gather() } : { unsupported };
}

/** What follows from a piece of evidence; it lacks what that piece lacks. */
export async function following<T, U>(
  before: Promise<Gathered<T>>,
  gather: (evidence: T) => Promise<U>,
  whyNot: (evidence: T) => string | undefined = () => undefined,
): Promise<Gathered<U>> {
  const gathered = await before;
  if ('unsupported' in gathered) return gathered;
  return unlessLacking(whyNot(gathered.evidence), () => gather(gathered.evidence));
}
