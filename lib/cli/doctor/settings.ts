/**
 * The settings, as far as they are there.
 *
 * @module
 */
import {
  configFromEnv,
  type ConfigFromEnvOptions,
  doubtIn,
  MissingSettingsError,
  type OdooConfig,
  urlFromEnv,
} from "../../config.ts";
import { OdooConfigError } from "../../errors.ts";
import { type Check, failed, ok, warning } from "./check.ts";

/** What is set. */
export interface Settings {
  /** The address, which is enough to look whether a server is there. */
  readonly url: URL | undefined;
  /** All of the settings, where none is missing or wrong. */
  readonly config: OdooConfig | undefined;
  /** What is missing or wrong. */
  readonly problem: string | undefined;
  /** What is doubtful. */
  readonly doubt: string | undefined;
}

/** Reads the settings. `advice` ends the sentence where some are missing. */
export function settingsOf(options: ConfigFromEnvOptions, advice = ""): Settings {
  const address = URL.parse(urlFromEnv(options) ?? "");
  const url = address && /^https?:$/.test(address.protocol) ? address : undefined;
  try {
    const config = configFromEnv(options);
    return { url, config, problem: undefined, doubt: doubtIn(config) };
  } catch (error) {
    if (!(error instanceof OdooConfigError)) throw error;
    const problem = error.message + (error instanceof MissingSettingsError ? advice : "");
    return { url, config: undefined, problem, doubt: undefined };
  }
}

/** Whether the settings are complete and can be used. */
export const settings: Check = {
  name: "settings",
  needs: [],
  run({ settings: { config, problem, doubt } }) {
    if (config === undefined) return failed(problem ?? "There are none");
    const { url, db, username, apiKey } = config;
    if (doubt !== undefined) return warning(doubt, "Use https://");
    const secret = apiKey === undefined ? "a password" : "an API key";
    return ok(`"${username}" of the database "${db}" at ${url}, with ${secret}`);
  },
};
