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
  init: {
    summary: "ask for what is needed, make an API key, and write the settings to .env",
    load: async () => (await import("./commands/init.ts")).init,
  },
  auth: {
    summary: "sign in, and say as whom, where and how",
    load: async () => (await import("./commands/auth.ts")).auth,
  },
  version: {
    summary: "say which Odoo the server is; needs no key",
    load: async () => (await import("./commands/version.ts")).version,
  },
  search: {
    summary: "print the records that a domain finds",
    load: async () => (await import("./commands/search.ts")).search,
  },
  read: {
    summary: "print records by their ids",
    load: async () => (await import("./commands/read.ts")).read,
  },
  count: {
    summary: "count the records that a domain finds",
    load: async () => (await import("./commands/count.ts")).count,
  },
  create: {
    summary: "make records, and print their ids",
    load: async () => (await import("./commands/create.ts")).create,
  },
  write: {
    summary: "give records values",
    load: async () => (await import("./commands/write.ts")).write,
  },
  unlink: {
    summary: "delete records, after asking",
    load: async () => (await import("./commands/unlink.ts")).unlink,
  },
  fields: {
    summary: "tell of the fields of a model",
    load: async () => (await import("./commands/fields.ts")).fields,
  },
  models: {
    summary: "tell of the models of the database",
    load: async () => (await import("./commands/models.ts")).models,
  },
  ref: {
    summary: "look up records by their external ids",
    load: async () => (await import("./commands/ref.ts")).ref,
  },
  call: {
    summary: "call a method of a model, and print its answer as JSON",
    load: async () => (await import("./commands/call.ts")).call,
  },
  types: {
    summary: "write the types of models, from the database, as TypeScript",
    load: async () => (await import("./commands/types.ts")).types,
  },
  push: {
    summary: "bring the rows of a file into a model, each once",
    load: async () => (await import("./commands/push.ts")).push,
  },
  pull: {
    summary: "keep a copy of records in a file or a database, up to date",
    load: async () => (await import("./commands/pull.ts")).pull,
  },
  sync: {
    summary: "run the pushes and pulls of a job file",
    load: async () => (await import("./commands/sync.ts")).sync,
  },
  runs: {
    summary: "tell what runs of jobs have done, and which rows failed",
    load: async () => (await import("./commands/runs.ts")).runs,
  },
  "keys new": {
    summary: "make an API key",
    load: async () => (await import("./commands/keys.ts")).create,
  },
  "keys list": {
    summary: "list the API keys of the user",
    load: async () => (await import("./commands/keys.ts")).list,
  },
  "keys revoke": {
    summary: "delete API keys for good",
    load: async () => (await import("./commands/keys.ts")).revoke,
  },
  "keys rotate": {
    summary: "replace an API key by a new one, and revoke the old one",
    load: async () => (await import("./commands/keys.ts")).rotate,
  },
  "keys check": {
    summary: "look whether the API key works, and how long still",
    load: async () => (await import("./commands/keys.ts")).check,
  },
  doctor: {
    summary: "look for what is wrong on the way to Odoo, and say what to do",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  simulate: {
    summary: "run a simulated Odoo on a port of this machine, until Ctrl-C",
    load: async () => (await import("./commands/simulate.ts")).simulate,
  },
  schema: {
    summary: "write models of the database for the simulated Odoo",
    load: async () => (await import("./commands/schema.ts")).schema,
  },
  record: {
    summary: "write down what Odoo answers to programs, as a cassette, until Ctrl-C",
    load: async () => (await import("./commands/record.ts")).record,
  },
  completions: {
    summary: "print the completions of commands and flags for a shell",
    load: async () => (await import("./commands/completions.ts")).completions,
  },
};

/** The first words of commands that have two, each with what its commands are about. */
export const GROUPS: Readonly<Record<string, string>> = {
  keys: "API keys of the user: make, list, revoke, rotate and check them",
};
