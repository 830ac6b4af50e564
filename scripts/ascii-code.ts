import type { Plugin } from 'rolldown';

/** V8 holds a text with any other character than those of Latin-1 in twice the memory, and takes longer to compile it. */
export function asciiCode(): Plugin {
  return {
    name: 'ascii-code',
    generateBundle: (_, bundle) => {
      for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = inAscii(file.code);
    },
  };
}

function inAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
