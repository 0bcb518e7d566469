/** `-vv`, the short form of `--bytes`: yargs would read it as `--verbose`, given twice. */

export function spellOutBytes(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, i) => (arg === '-vv' && (end === -1 || i < end) ? '--bytes' : arg));
}
