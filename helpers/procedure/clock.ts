/**
 * Waits until a tar header written now shows another second than one written at `since` (milliseconds). The second ends
 * with this host's clock; an engine elsewhere has a clock of its own, so there a whole second passes.
 */
export function laterSecond(since: number, clock: 'this host' | 'elsewhere'): Promise<void> {
  const end = clock === 'this host' ? (Math.floor(since / 1000) + 1) * 1000 : since + 1000;
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, end + 5 - Date.now())));
}
