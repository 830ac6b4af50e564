import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Its errors are for tests alone. */
const TEST_SUPPORT = 'test-support';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Where sources make an error that a user can meet: error classes, and what makes them. RangeError and plain Error are for callers of
 * the library, or defects.
 */
const CALLS =
  /(?:new (?!Range|Type)[A-Z]\w*Error|\b(?!Range|Type)\w*[eE]rror|\.fail|#?fail\w*|#?refuse\w*|#malformed|\.addUnusable)\(/g;

/** A message needs two words at least to be looked for. */
const TWO_WORDS = /[a-z]{2,} [a-z"“]{2,}/i;

/** Stands for what varies. */
const VARIES = '…';

/** Messages of errors in the sources of all packages and programs, each with a file that has it. */
export function messagesOfSources(): Map<string, string> {
  const found = new Map<string, string>();
  for (const group of ['packages', 'apps']) {
    for (const name of readdirSync(join(ROOT, group)).filter((name) => name !== TEST_SUPPORT)) {
      const folder = join(group, name, 'src');
      for (const path of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
        if (!path.endsWith('.ts') || /\.test(-data)?\.ts$/.test(path)) continue;
        const text = readFileSync(join(ROOT, folder, path), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
        for (const message of messagesIn(text)) if (!found.has(message)) found.set(message, join(folder, path));
      }
    }
  }
  return found;
}

/** Messages in a source text; `…` stands for what is filled in. */
export function messagesIn(text: string): string[] {
  return [...text.matchAll(CALLS)]
    .flatMap((call) => literalsIn(text, call.index + call[0].length))
    .filter((literal) => TWO_WORDS.test(literal));
}

/** Texts between the brackets of a call that was opened before `at`. */
function literalsIn(text: string, at: number): string[] {
  const found: string[] = [];
  for (let i = at, depth = 1; i < text.length && depth > 0; i++) {
    const character = text[i]!;
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === "'" || character === '"' || character === '`') {
      const end = endOfLiteral(text, i);
      found.push(withoutValues(text.slice(i + 1, end)));
      i = end;
    }
  }
  return found;
}

/** Index of the quote that ends the literal which begins at `start`. */
function endOfLiteral(text: string, start: number): number {
  const quote = text[start];
  let i = start + 1;
  for (; i < text.length && text[i] !== quote; i++) {
    if (text[i] === '\\') i++;
    else if (quote === '`' && text.startsWith('${', i)) i = endOfValue(text, i + 2);
  }
  return i;
}

/** Index of the bracket that ends a value in a template. */
function endOfValue(text: string, start: number): number {
  let i = start;
  for (let depth = 1; ; i++) {
    if (text[i] === '`') i = endOfLiteral(text, i);
    else if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
}

function withoutValues(literal: string): string {
  let message = '';
  for (let i = 0; i < literal.length; i++) {
    if (literal.startsWith('${', i)) {
      message += VARIES;
      i = endOfValue(literal, i + 2);
    } else if (literal[i] === '\\') message += literal[++i] === 'n' ? ' ' : literal[i];
    else message += literal[i];
  }
  return message;
}

/** Phrases of docs/errors.md, section "Errors by message": what stands first in each item of its lists. */
export function phrasesOfDocument(): string[] {
  const text = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
  const section = text.slice(text.indexOf('\n## Errors by message'), text.indexOf('\n## Warnings'));
  return [...section.matchAll(/^- `([^`]+)`/gm)].map((match) => match[1]!);
}

/** Whether a message of the sources has a phrase of the document. */
export function hasPhrase(message: string, phrase: string): boolean {
  let at = 0;
  for (const part of phrase.split(VARIES)) {
    const found = message.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return true;
}
