import { assertThrows } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";

/** What a script in JavaScript, or a file of JSON, gives: its types are not looked at. */
function untyped(text: string) {
  return JSON.parse(text);
}

function refusesOptions(options: string, sentence: string): void {
  assertThrows(() => new OdooSimulator({}, untyped(options)), TypeError, sentence);
}

Deno.test("a version that there is not is refused with those that there are", () => {
  for (const version of ["16", '"17"', "null"]) {
    refusesOptions(
      `{ "version": ${version} }`,
      `Cannot simulate Odoo ${version}: there are versions 14, 17 and 19`,
    );
  }
});

Deno.test("an option that there is not is refused with the nearest one", () => {
  refusesOptions(
    '{ "method": {} }',
    'Cannot use the option "method", did you mean "methods"?: there are version, db, models, methods, clock, strict',
  );
});

Deno.test("a failure that there is not is refused with the nearest kind", () => {
  const server = new OdooSimulator();
  const sentence =
    'Cannot make a call fail with the kind "bad-gatewy", did you mean "bad-gateway"?: there are fault, ';
  const failure = untyped('{ "kind": "bad-gatewy" }');
  assertThrows(() => server.failNext(failure), TypeError, sentence);
  assertThrows(() => server.chaos({ failure }), TypeError, sentence);
  assertThrows(() => server.failNext(untyped("{}")), TypeError, "with the kind nothing: there are");
  assertThrows(
    () => server.failNext(untyped('"timeout"')),
    TypeError,
    'Cannot make a call fail with "timeout": a failure is an object, such as { kind: "timeout" }',
  );
  assertThrows(() => server.chaos(untyped('{ "kind": "timeout" }')), TypeError, "such as");
});

Deno.test("a field of a type that there is not is refused by model and name", () => {
  const inModels = (fields: string) => `{ "models": { "x.thing": ${fields} } }`;
  const at = 'Cannot use field "size" of model "x.thing": ';
  refusesOptions(inModels('{ "fields": { "size": {} } }'), `${at}its type is nothing`);
  refusesOptions(inModels('{ "size": { "string": "Size" } }'), `${at}its type is nothing`);
  refusesOptions(
    inModels('{ "fields": { "size": { "type": "reference" } } }'),
    `${at}its type is "reference": there are char, `,
  );
  refusesOptions(
    inModels('{ "size": { "type": "flot" } }'),
    `${at}its type is "flot", did you mean "float"?: there are char, `,
  );
  refusesOptions(inModels('{ "fields": { "size": "char" } }'), `${at}its type is nothing`);
});

Deno.test("a field without the model that it leads to is refused", () => {
  const sentence = 'Cannot use field "owner" of model "x.thing": its "relation" is missing';
  refusesOptions(
    '{ "models": { "x.thing": { "fields": { "owner": { "type": "many2one" } } } } }',
    sentence,
  );
  refusesOptions('{ "models": { "x.thing": { "owner": { "type": "many2one" } } } }', sentence);
});
