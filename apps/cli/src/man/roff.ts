/** A text as a line of a man page: nothing in it is a request, and each dash is one that can be copied. */
export function roffText(text: string): string {
  const plain = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq').replaceAll('`', '\\(ga');
  return plain.replaceAll('^', '\\(ha').replaceAll('~', '\\(ti').replace(/^\./, '\\&.');
}

/** A title, as the argument of a request. */
export function roffArgument(text: string): string {
  return `"${roffText(text).replaceAll('"', '\\(dq')}"`;
}
