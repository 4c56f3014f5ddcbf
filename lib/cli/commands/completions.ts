import { type Command, UsageError } from "../command.ts";
import { didYouMean } from "../../nearest.ts";

/** Prints completions. */
export const completions: Command = {
  usage: "completions bash|zsh|fish",
  details: `bash: odeno completions bash > ~/.local/share/bash-completion/completions/odeno
zsh:  odeno completions zsh > "\${fpath[1]}/_odeno"
fish: odeno completions fish > ~/.config/fish/completions/odeno.fish`,
  examples: [
    "odeno completions bash > ~/.local/share/bash-completion/completions/odeno",
    "odeno completions fish > ~/.config/fish/completions/odeno.fish",
  ],
  async run({ args: [shell, ...more], io }) {
    const { SHELLS, wordsOfAll } = await import("../shells.ts");
    if (shell === undefined || more.length > 0) {
      throw new UsageError("One shell is needed: bash, zsh or fish");
    }
    if (!Object.hasOwn(SHELLS, shell)) {
      throw new UsageError(
        `There are no completions for "${shell}"${didYouMean(shell, Object.keys(SHELLS))}`,
      );
    }
    io.out(SHELLS[shell]?.(await wordsOfAll()) ?? "");
    return 0;
  },
};
