/**
 * All commands. Each is loaded when it is run: `odeno --help` has to be quick.
 *
 * @module
 */
import type { Command } from "./command.ts";

/** A command, before it is loaded. */
export interface Listed {
  /** What it does, in half a line. */
  readonly summary: string;
  /** Loads it. */
  readonly load: () => Promise<Command>;
}

/** The commands by their names, which may have two words, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Listed>> = {
  auth: {
    summary: "sign in, and say as whom, where and how",
    load: async () => (await import("./commands/auth.ts")).auth,
  },
  call: {
    summary: "call a method of a model, and print its answer as JSON",
    load: async () => (await import("./commands/call.ts")).call,
  },
  types: {
    summary: "write the types of models, from the database, as TypeScript",
    load: async () => (await import("./commands/types.ts")).types,
  },
  doctor: {
    summary: "look for what is wrong on the way to Odoo, and say what to do",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  simulate: {
    summary: "run a simulated Odoo on a port of this machine, until Ctrl-C",
    load: async () => (await import("./commands/simulate.ts")).simulate,
  },
};

/** The first words of commands that have two, each with what its commands are about. */
export const GROUPS: Readonly<Record<string, string>> = {};
