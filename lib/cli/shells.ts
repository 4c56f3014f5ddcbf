/**
 * Completions for shells, from the list of commands.
 *
 * @module
 */
import { COMMANDS, GROUPS } from "./commands.ts";
import { SETTINGS, SWITCHES } from "./flags.ts";
import { quoted } from "./quoting.ts";

/** A flag, as a shell offers it. */
export interface FlagWord {
  /** Its name, without dashes. */
  readonly name: string;
  /** What it means. */
  readonly text: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
}

/** A command, as a shell offers it. */
export interface CommandWords {
  /** Its name, of one or two words. */
  readonly name: string;
  /** What it does. */
  readonly text: string;
  /** Its flags, those of every command among them. */
  readonly flags: readonly FlagWord[];
}

/** The script for each shell. */
export const SHELLS: Readonly<Record<string, (commands: readonly CommandWords[]) => string>> = {
  bash,
  zsh,
  fish,
};

/** All commands with their flags. Loads every one of them. */
export async function wordsOfAll(): Promise<CommandWords[]> {
  return await Promise.all(
    Object.entries(COMMANDS).map(async ([name, { summary, load }]) => {
      const { options = {}, switches = {} } = await load();
      const valued = { ...SETTINGS, ...options };
      const plain = Object.fromEntries(
        Object.entries({ ...SWITCHES, ...switches }).filter(([flag]) => !(flag in options)),
      );
      return { name, text: summary, flags: [...flags(valued, true), ...flags(plain, false)] };
    }),
  );
}

function flags(texts: Readonly<Record<string, string>>, takesValue: boolean): FlagWord[] {
  return Object.entries(texts).map(([name, text]) => ({ name, text, takesValue }));
}

/** What can stand behind the words that are there: nothing for a command, whose arguments are its own. */
function following(commands: readonly CommandWords[]): Map<string, [word: string, text: string][]> {
  const first: [string, string][] = commands.filter(({ name }) => !name.includes(" "))
    .map(({ name, text }) => [name, text]);
  const names = commands.map(({ name }) => name.split(" ")).filter(({ length }) => length > 1);
  const groups = [...new Set(names.map(([group = ""]) => group))]
    .map((group): [string, string] => [group, GROUPS[group] ?? ""]);
  const all: [string, string][] = [...first, ...groups];
  const inGroup = groups.map(([group]): [string, [string, string][]] => [
    group,
    commands.filter(({ name }) => name.startsWith(`${group} `))
      .map(({ name, text }) => [name.slice(group.length + 1), text]),
  ]);
  const help: [string, string] = ["help", "tell about a command"];
  const ofHelp = inGroup.map(([group, words]): typeof inGroup[number] => [`help ${group}`, words]);
  return new Map([["", [...all, help]], ["help", all], ...inGroup, ...ofHelp]);
}

/** Flags that take a value, of any command: the word behind one is not the command's name. */
function valuedFlags(commands: readonly CommandWords[]): string[] {
  const names = commands.flatMap(({ flags }) =>
    flags.filter(({ takesValue }) => takesValue).map(({ name }) => `--${name}`)
  );
  return [...new Set(names)].sort();
}

/** Bash and zsh find the command in the same way: by the words that are no flags, and no values of flags. */
function findCommand(
  commands: readonly CommandWords[],
  { first, end, word }: { first: number; end: string; word: string },
): string {
  return `  local name= i
  for ((i = ${first}; i < ${end}; i++)); do
    case ${word} in
      ${valuedFlags(commands).join("|")}) i=$((i + 1)) ;;
      -*) ;;
      *)
        name="\${name:+$name }${word}"
        case $name in
          ${openNames(commands).map(quoted).join("|")}) ;;
          *) break ;;
        esac ;;
    esac
  done`;
}

/** Names that a further word belongs to. */
function openNames(commands: readonly CommandWords[]): string[] {
  return [...following(commands).keys()].filter((name) => name !== "");
}

function bash(commands: readonly CommandWords[]): string {
  const find = findCommand(commands, { first: 1, end: "COMP_CWORD", word: "${COMP_WORDS[i]}" });
  const words = [...following(commands)].map(([name, list]) =>
    `    ${quoted(name)}) words=${quoted(list.map(([word]) => word).join(" "))} ;;`
  );
  const flags = commands.map(({ name, flags }) =>
    `      ${quoted(name)}) words=${quoted(flags.map((flag) => `--${flag.name}`).join(" "))} ;;`
  );
  return `# Completions of odeno for bash, written by "odeno completions bash"
_odeno() {
  local words= current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
${find}
  # Without an answer bash offers files
  case $previous in
    =|${valuedFlags(commands).join("|")}) return ;;
  esac
  if [[ $current == -* ]]; then
    case $name in
${flags.join("\n")}
      *) words=${quoted(commonFlags().map(({ name }) => `--${name}`).join(" "))} ;;
    esac
  else
    case $name in
${words.map((line) => `  ${line}`).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _odeno odeno`;
}

function zsh(commands: readonly CommandWords[]): string {
  const find = findCommand(commands, { first: 2, end: "CURRENT", word: "${words[i]}" });
  const described = (pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([word, text]) => quoted(`${word.replaceAll(":", "\\:")}:${text}`)).join(" ");
  const flagsOf = (flags: readonly FlagWord[]) =>
    described(flags.map(({ name, text }) => [`--${name}`, text]));
  return `#compdef odeno
# Completions of odeno for zsh, written by "odeno completions zsh"
_odeno() {
  emulate -L zsh
  local -a offers
${find}
  case \${words[CURRENT-1]} in
    ${valuedFlags(commands).join("|")}) _files; return ;;
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    case $name in
${
    commands.map(({ name, flags }) => `      ${quoted(name)}) offers=(${flagsOf(flags)}) ;;`).join(
      "\n",
    )
  }
      *) offers=(${flagsOf(commonFlags())}) ;;
    esac
    _describe flag offers
  else
    case $name in
${
    [...following(commands)].map(([name, list]) =>
      `      ${quoted(name)}) offers=(${described(list)}) ;;`
    ).join("\n")
  }
      *) _files; return ;;
    esac
    _describe command offers
  fi
}
# As a file of fpath it is run for its first completion, else it is sourced
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _odeno "$@"; else compdef _odeno odeno; fi`;
}

function fish(commands: readonly CommandWords[]): string {
  const find = `    set -l name
    set -l isValue 0
    for word in (commandline -opc)[2..]
        if test $isValue = 1
            set isValue 0
            continue
        end
        switch $word
            case ${valuedFlags(commands).join(" ")}
                set isValue 1
            case '-*'
            case '*'
                set -a name $word
                contains -- "$name" ${openNames(commands).map(quoted).join(" ")}
                or break
        end
    end
    test "$name" = "$argv[1]"`;
  const words = [...following(commands)].flatMap(([name, list]) =>
    list.map(([word, text]) =>
      `complete -c odeno -f -n ${quoted(`__odeno_is ${quoted(name)}`)} -a ${word} -d ${
        quoted(text)
      }`
    )
  );
  const flags = commands.flatMap(({ name, flags }) =>
    flags.map((flag) =>
      `complete -c odeno -n ${quoted(`__odeno_is ${quoted(name)}`)} -l ${flag.name}${
        flag.takesValue ? " -rF" : ""
      } -d ${quoted(flag.text)}`
    )
  );
  return `# Completions of odeno for fish, written by "odeno completions fish"
function __odeno_is
${find}
end
${words.join("\n")}
${flags.join("\n")}`;
}

function commonFlags(): FlagWord[] {
  return [...flags(SETTINGS, true), ...flags(SWITCHES, false)];
}
