/** JSON that can stand in a `script` element: nothing in it begins a tag or a comment, and no character in it ends a line. */
export function embeddedJson(value: object): string {
  return JSON.stringify(value).replace(/[<\u2028\u2029]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
