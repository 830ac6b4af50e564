import { allOf, type DescribedCommand, type DescribedFlag } from '../described-command.ts';
import { valueKind } from './value-kind.ts';

/** A script for bash from 3.2 on; it needs nothing of the package bash-completion. */
export function bashCompletion(ekv: DescribedCommand): string {
  const commands = allOf(ekv);
  return `# Completion of ekv for bash, made by: ekv completion bash

_ekv() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at='' words='' flags='' i
  COMPREPLY=()
  # "--flag=value" comes as three words.
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $prev == '=' ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${patterns(commands.slice(1).map(placeOf))}) at="$at \${COMP_WORDS[i]}" ;;
      *) break ;;
    esac
  done
  # One dash is as good as two.
  if [[ $prev == -[!-]* ]]; then prev="-$prev"; fi
  case "$at $prev" in
${valueCases(commands)}
  esac
  if [[ -z $words ]]; then
    case "$at" in
${commands.map(commandCase).join('\n')}
    esac
    if [[ $cur == -* || -z $words ]]; then words=$flags; fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  _ekv_no_files
}

_ekv_no_files() {
  compopt +o default +o bashdefault 2> /dev/null
  return 0
}

# What is left to bash are paths.
complete -o bashdefault -o default -F _ekv ekv
`;
}

/** The words behind `ekv`, each with a blank before it. */
function placeOf({ words }: DescribedCommand): string {
  return words
    .slice(1)
    .map((word) => ` ${word}`)
    .join('');
}

function patterns(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(' | ');
}

/** A case for each kind of value, with all flags that have it. */
function valueCases(commands: readonly DescribedCommand[]): string {
  const flags = new Map<string, string[]>();
  for (const command of commands) {
    for (const flag of command.flags) {
      const work = workFor(flag);
      if (work !== undefined) flags.set(work, [...(flags.get(work) ?? []), `${placeOf(command)} --${flag.name}`]);
    }
  }
  return [...flags].map(([work, places]) => `    ${patterns(places)}) ${work} ;;`).join('\n');
}

function workFor(flag: DescribedFlag): string | undefined {
  switch (valueKind(flag)) {
    case 'words':
      return `words='${flag.values.join(' ')}'`;
    case 'files':
    case 'folders':
      return 'return';
    case 'anything':
      return '_ekv_no_files; return';
    case undefined:
      return undefined;
  }
}

function commandCase(command: DescribedCommand): string {
  const words = command.commands.map((one) => one.words.at(-1)).join(' ');
  const flags = command.flags.map(({ name }) => `--${name}`).join(' ');
  const operand = command.operand === undefined ? '' : ' [[ $cur == -* ]] || return;';
  return `      '${placeOf(command)}')${operand} words='${words}' flags='${flags}' ;;`;
}
