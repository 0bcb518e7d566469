/** What a check is about, for people. */
export interface CheckDescription {
  readonly title: string;
  /** What it asks for, in a sentence or two. */
  readonly says: string;
}
