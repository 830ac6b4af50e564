import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';

/** Gives what a shell proposes for the last of the words, an empty one for a blank at the end; in its own order. */
export type Proposals = (script: string, words: readonly string[], files?: readonly string[]) => string[];

/** Shells that a script can be tried in. Only bash is on every machine. */
export const SHELLS: ReadonlyMap<string, Proposals> = new Map(
  (
    [
      ['bash', inBash],
      ['zsh', inZsh],
      ['fish', inFish],
    ] as const
  ).filter(([name]) => isInstalled(name)),
);

export function isInstalled(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}

function folderOf(script: string, name: string, files: readonly string[]): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), script);
  for (const file of files) writeFileSync(join(folder, file), '');
  return folder;
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}

/** Asks the function of the script, as readline does; where that leaves the word to readline, files are what bash would propose. */
function inBash(script: string, words: readonly string[], files: readonly string[] = []): string[] {
  const program = `
    source ./script
    leaves_files=yes
    compopt() { leaves_files=no; }
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    $(complete -p ekv | sed -E 's/.* -F (\\w+) ekv$/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"
    if [[ \${#COMPREPLY[@]} == 0 && $leaves_files == yes ]]; then compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"; fi
  `;
  const cwd = folderOf(script, 'script', files);
  // "--flag=value" is three words for readline.
  const split = words.flatMap((word) => (/^--?\w[\w-]*=/.test(word) ? [...word.split(/(=)/)] : [word]));
  const given = split.at(-1) === '' && split.at(-2) === '=' ? split.slice(0, -1) : split;
  const options = ['--norc', '--noprofile', '-c', program, 'bash', ...given];
  return linesOf(execFileSync('bash', options, { cwd, encoding: 'utf8' })).filter((line) => line !== 'script');
}

/** Types the words in a zsh of its own, whose function that takes proposals prints them. */
function inZsh(script: string, words: readonly string[], files: readonly string[] = []): string[] {
  const cwd = folderOf('', 'begin', files);
  const functions = folderOf(script, '_ekv', []);
  const begin = `
    PROMPT=
    fpath=(${functions} $fpath)
    autoload -U compinit && compinit -u -D
    bindkey '^I' complete-word
    zstyle ':completion:*' insert-tab false
    before() { print -r BEGIN }
    after() { print -r END; exit }
    compprefuncs=(before)
    comppostfuncs=(after)
    compadd() {
      if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
      local -a hits
      builtin compadd -A hits "$@"
      (( $#hits )) && print -rl -- $hits
      builtin compadd "$@"
    }
    print -r READY`;
  writeFileSync(join(cwd, 'begin'), begin);
  const program = `
    zmodload zsh/zpty
    zpty inner zsh -f -i
    zpty -w inner 'source ./begin'
    zpty -r -m inner text '*READY*'
    zpty -w -n inner "$1"$'\\t'
    zpty -r -m inner text '*BEGIN*END*'
    print -r -- $text`;
  const text = execFileSync('zsh', ['-f', '-c', program, 'zsh', words.join(' ')], {
    cwd,
    encoding: 'utf8',
    timeout: 30_000,
  });
  const proposed = /BEGIN(.*)END/s.exec(text)![1]!;
  return [...new Set(linesOf(proposed))].filter((line) => line !== 'begin');
}

function inFish(script: string, words: readonly string[], files: readonly string[] = []): string[] {
  const cwd = folderOf(script, 'script', files);
  const program = 'source ./script; complete -C "$argv[1]"';
  const env = { ...process.env, HOME: cwd, XDG_CONFIG_HOME: cwd, XDG_DATA_HOME: cwd };
  const text = execFileSync('fish', ['--no-config', '-c', program, words.join(' ')], { cwd, env, encoding: 'utf8' });
  return linesOf(text)
    .map((line) => line.split('\t')[0]!)
    .filter((line) => line !== 'script' && line !== 'fish/');
}
