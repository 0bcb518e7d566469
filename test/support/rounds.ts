/** How often tests kill processes at random moments. */

/** A few times in the suite; `RESUME_ROUNDS=50` for a long run. */
export const rounds = Number(process.env.RESUME_ROUNDS ?? 2);
