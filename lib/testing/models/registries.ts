/**
 * The models of a simulator: its own, and those of a test.
 *
 * @module
 */
import { builtInModels } from "./base.ts";
import type { Records } from "./demo.ts";
import type { Version } from "../faults.ts";
import { type GivenModel, withGiven } from "../orm/given_models.ts";
import type { Registry } from "../orm/models.ts";
import type { OwnMethods } from "../orm/own_methods.ts";
import { buildRegistry } from "../orm/registry.ts";

/** The models of a version are the same for all simulators, as long as nobody adds anything. */
export function registryOf(
  version: Version,
  models: Readonly<Record<string, GivenModel>>,
  methods: OwnMethods,
  records: Records = {},
): Registry {
  const isPlain = Object.keys(models).length === 0 && Object.keys(methods).length === 0;
  const known = isPlain ? REGISTRIES.get(version) : undefined;
  if (known) return known;
  const { builtIn, own } = withGiven(
    builtInModels(version),
    models,
    (model, field) => records[model]?.some((record) => field in record) ?? false,
  );
  const registry = buildRegistry(builtIn, own, version, methods);
  if (isPlain) REGISTRIES.set(version, registry);
  return registry;
}

const REGISTRIES = new Map<Version, Registry>();
