/**
 * What `odeno help` says.
 *
 * @module
 */
import type { Command } from "./command.ts";
import { COMMANDS, GROUPS } from "./commands.ts";
import { SETTINGS, SWITCHES } from "./flags.ts";
import { columnsOf } from "../table.ts";

/** The list of all commands. */
export function overview(): string {
  return `Usage: odeno COMMAND [ARGS...] [FLAGS...]

Commands:
${table(Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]))}

Flags of every command:
${table(flags({ ...SETTINGS, ...SWITCHES }))}

Where Odoo is: ODOO_URL, ODOO_DB, ODOO_USERNAME and ODOO_API_KEY of the environment.
Exit codes: 0 done; 1 done, and the answer is no or some rows failed; 2 could not run; 3 another run holds the job;
130, 131 and 143 ended by Ctrl-C, SIGQUIT and SIGTERM.`;
}

/** The commands of a group. */
export function helpOnGroup(group: string): string {
  const commands = Object.entries(COMMANDS).filter(([name]) => name.startsWith(`${group} `));
  return `Usage: odeno ${group} COMMAND [ARGS...] [FLAGS...]

${sentence(GROUPS[group] ?? "")}

Commands:
${table(commands.map(([name, { summary }]) => [name, summary]))}`;
}

/** One command. */
export function helpOn(name: string, command: Command): string {
  const { usage, details, options, switches, examples } = command;
  const own = flags({ ...options, ...switches });
  return [
    `Usage: odeno ${usage}`,
    sentence(COMMANDS[name]?.summary ?? ""),
    ...(details === undefined ? [] : [details]),
    ...(own.length > 0 ? [table(own)] : []),
    `Examples:\n${examples.map((example) => `  ${example}`).join("\n")}`,
    'Flags of every command: see "odeno help".',
  ].join("\n\n");
}

function flags(texts: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(texts).map(([flag, text]) => [`--${flag}`, text]);
}

function table(rows: readonly (readonly [string, string])[]): string {
  return columnsOf(rows).map((line) => `  ${line}`).join("\n");
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

/** Help as wide as a terminal, broken between words. Command lines stay whole, so that they can be copied. */
export function fitted(text: string, columns: number): string {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const before = lines.at(-1) ?? "";
    // It goes on with a sentence of the line before, which is as wide as the source
    const goesOn = before.length > 80 && !/^\s|:$/.test(before) && /^\S/.test(line);
    if (goesOn) lines[lines.length - 1] = `${before} ${line}`;
    else lines.push(line);
  }
  return lines.flatMap((line) => /^(Usage:| {2}odeno )/.test(line) ? line : broken(line, columns))
    .join("\n");
}

/** The lines of one; those of the second column of a table begin below it. */
function broken(line: string, columns: number): string[] {
  const indent = /^ +\S+(?: \S+)* {2,}/.exec(line)?.[0].length ?? /^ */.exec(line)?.[0].length ?? 0;
  const lines = [line.slice(0, indent)];
  for (const word of line.slice(indent).split(" ")) {
    const last = lines.at(-1) ?? "";
    const isFirst = last.length <= indent;
    if (isFirst || last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = isFirst ? last + word : `${last} ${word}`;
    } else lines.push(" ".repeat(indent) + word);
  }
  return lines;
}
