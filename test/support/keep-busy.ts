/** Keeps this process, and whoever answers in it, from doing anything else. */
export function keepBusy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}
