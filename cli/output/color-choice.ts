/** The values of `--color`. In a file of their own, so that the table of options does not load what detects colours. */

export const colorChoices = ['auto', 'always', 'never'] as const;

export type ColorChoice = (typeof colorChoices)[number];
