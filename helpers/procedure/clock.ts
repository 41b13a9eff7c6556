/** Headers of a tar count whole seconds: a time shows only in another one. Waits until this second is over. */
export function laterThan(second: number): Promise<void> {
  const wait = Math.max(0, (second + 1) * 1000 - Date.now() + 5);
  return new Promise((resolve) => setTimeout(resolve, wait));
}

/** Whole seconds since 1970. */
export function currentSecond(): number {
  return Math.floor(Date.now() / 1000);
}
