/** A program of ekv in a text: with a flag or a command of it, with what it does, or as what something is done with. No path is meant. */
const PROGRAM =
  /(?<![\w./-])(?:(?<=\bwith )ekv-(encode|decode|archive|restore)(?![\w./-])|ekv-(encode|decode|archive|restore)(?=\s+(?:--[a-z]|(?:pack|unpack|verify|list|prepare|makes?|made|reads?|wrote|writes?)\b)))/g;

/**
 * A text in which programs have the names that they have alone, `ekv-encode`, as the one that tells it has them: in a command of `ekv` it is
 * `ekv encode`.
 *
 * @param name of the program that tells it.
 */
export function programsAsCalled(text: string, name: string): string {
  if (!/^ekv(?: |$)/.test(name)) return text;
  return text.replace(PROGRAM, (_, after: string | undefined, before: string | undefined) => `ekv ${after ?? before}`);
}
