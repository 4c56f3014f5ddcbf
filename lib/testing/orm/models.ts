/**
 * What a model is: its fields with their attributes, as `fields_get` tells them, and the rules that come with it.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import type { PythonValue } from "../python.ts";
import type { OwnMethod } from "./own_methods.ts";
import type { Row } from "./store.ts";

/** The types of fields that can be simulated. */
export type FieldType =
  | "char"
  | "text"
  | "html"
  | "boolean"
  | "integer"
  | "float"
  | "monetary"
  | "date"
  | "datetime"
  | "selection"
  | "binary"
  | "many2one"
  | "one2many"
  | "many2many"
  | "many2one_reference";

/** A field of a model, with Odoo's attributes in camelCase. */
export interface FieldDefinition {
  /** Type of the field. */
  readonly type: FieldType;
  /** Label. Made from the name where it is missing. */
  readonly string?: string;
  /** Tooltip. */
  readonly help?: string;
  /** A record without a value is refused: NOT NULL. */
  readonly required?: boolean;
  /** Readonly in the web client. Over RPC such a field can be written, as on real servers. */
  readonly readonly?: boolean;
  /** States in which Odoo 14 lets its web client change a field that is readonly otherwise. */
  readonly openIn?: readonly string[];
  /** Values and labels of a selection. */
  readonly selection?: readonly (readonly [value: string, label: string])[];
  /** Model that a relational field points to. */
  readonly relation?: string;
  /** Many2one of the other model that a one2many stands on. */
  readonly relationField?: string;
  /** Longest text; longer ones are cut. */
  readonly size?: number;
  /** Total digits and decimals of a float: it is rounded to these decimals. */
  readonly digits?: readonly [number, number];
  /** Value of a new record that does not give one. */
  readonly default?: RpcValue;
  /** Whether `copy` takes the value along. By default all fields but one2many. */
  readonly copy?: boolean;
  /** What happens here when the record of a many2one is deleted. */
  readonly ondelete?: "set null" | "restrict" | "cascade";
  /** Whether the text is translated. */
  readonly translate?: boolean;
}

/** A unique constraint of the database. */
export interface UniqueConstraint {
  /** Name of the constraint: all that Odoo 14 says of it. */
  readonly name: string;
  /** Columns that are unique together. */
  readonly fields: readonly string[];
  /** Message of Odoo 17 and 19; an index without one shows what PostgreSQL says. */
  readonly message?: string;
}

/** A model of a test's own, for the `models` option of the simulator. */
export interface ModelDefinition {
  /** Fields by name; `id`, `display_name` and the stamps come by themselves. */
  readonly fields: Readonly<Record<string, FieldDefinition>>;
  /** Human name of the model. */
  readonly description?: string;
  /** Default order, such as `sequence, name`. By default `id`. */
  readonly order?: string;
  /** Field that is the display name. By default `name`. */
  readonly recName?: string;
  /** Unique constraints of the table. */
  readonly unique?: readonly UniqueConstraint[];
}

/** A definition of a built-in field: what tests may say, and what only code can. */
export interface BuiltInField extends FieldDefinition {
  /** Path of a field of a related record that this one shows, such as `partner_id.name`. */
  readonly related?: string;
  /** Computes the value. Such a field has no column. */
  readonly compute?: (env: Env, row: Row) => RpcValue;
  /** Whether a computed field can be searched and sorted by, as if it were stored. */
  readonly store?: boolean;
  /** Turns a written value of a computed field into values of others. */
  readonly inverse?: (value: RpcValue) => { [field: string]: RpcValue };
  /** Fields that a computed one depends on, as `fields_get` tells them. */
  readonly depends?: readonly string[];
  /** Whether a value outside the selection is refused. */
  readonly validate?: boolean;
  /** Whether the field is among those that an export offers at once. */
  readonly exported?: boolean;
  /** Whether defaults of users may depend on the value. */
  readonly changeDefault?: boolean;
  /** Whether a method makes the selection: Odoo exports the values of such a field, not their labels. */
  readonly madeSelection?: boolean;
  /** Whether a binary is an image, which is looked at before it is kept. */
  readonly image?: boolean;
  /**
   * When code of the model reads the records that the field points to: one that is gone is found missing then, before
   * the database can object.
   */
  readonly readOn?: "create" | "write" | "both";
  /** Whether the user is offered a value of the selection; by default all are. */
  readonly offers?: (env: Env, value: string) => boolean;
  /** Makes the value of a new record that does not give one, where it depends on the call. */
  readonly defaultOf?: (
    env: Env,
    given: { readonly [field: string]: PythonValue },
  ) => RpcValue;
  /** Which of its records a one2many or many2many shows. By default all of them. */
  readonly where?: (row: Row) => boolean;
  /** What is told of a value that is needed, where the database does not ask for it. */
  readonly toldRequired?: boolean;
  /** The database works it out, and the simulator cannot: it is told of, and refused where it is used. */
  readonly unknown?: boolean;
  /** What is told of the column, where it is kept otherwise than in Odoo. */
  readonly toldStore?: boolean;
  /** What is told of the digits of a float that is not rounded. */
  readonly toldDigits?: readonly [number, number];
  /** Nobody may read it. */
  readonly forbidden?: boolean;
  /** The field is for members of these groups, by their external ids, with commas between them. */
  readonly groups?: string;
  /** Whether each company has a value of its own: it is told of. */
  readonly companyDependent?: boolean;
  /** The many2many of another model whose other side this one is. It has no rows of its own. */
  readonly mirror?: { readonly model: string; readonly field: string };
}

/** A field that is ready for use. */
export interface Field extends BuiltInField {
  /** Technical name. */
  readonly name: string;
  /** Label. */
  readonly string: string;
  /** Whether the field has a column, or rows of a relation. */
  readonly stored: boolean;
}

/** What a model does beside keeping its columns. All run inside the transaction of the call. */
export interface ModelRules {
  /** Display name of a record. By default the `recName` field. */
  displayName?(env: Env, row: Row): string;
  /** Whether a search leaves out rows, by the fields that it asks for. */
  leavesOut?(asked: ReadonlySet<string>): ((row: Row) => boolean) | undefined;
  /** Changes what `default_get` answers. */
  afterDefaults?(env: Env, values: { [field: string]: PythonValue }): void;
  /** Changes the values of a new record, before defaults. */
  beforeCreate?(env: Env, values: { [field: string]: RpcValue }): void;
  /** Fills in what a record lacks that a test gives: what `create` would. It has the values that are not empty. */
  completeGiven?(env: Env, values: { [field: string]: RpcValue }): void;
  /** Runs after all records of a test are there, with their lines. */
  afterGiven?(env: Env, id: number): void;
  /** Runs after a record was made. */
  afterCreate?(
    env: Env,
    id: number,
    values: { readonly [field: string]: RpcValue },
    given?: { readonly [field: string]: PythonValue },
  ): void;
  /** Runs after an import has made records, with the values of each. */
  afterImport?(
    env: Env,
    ids: readonly number[],
    list: readonly { readonly [field: string]: PythonValue }[],
  ): void;
  /** Refuses what is written, before anybody looks at rights. */
  refuseWrite?(
    env: Env,
    ids: readonly number[],
    given: { readonly [field: string]: PythonValue },
  ): void;
  /** Changes the values to write. */
  beforeWrite?(
    env: Env,
    ids: readonly number[],
    values: { [field: string]: RpcValue },
    given?: { readonly [field: string]: PythonValue },
  ): void;
  /** Runs after records were written, with the rows as they were before. */
  afterWrite?(
    env: Env,
    ids: readonly number[],
    values: { readonly [field: string]: RpcValue },
    given: { readonly [field: string]: PythonValue },
    before: ReadonlyMap<number, Row | undefined>,
  ): void;
  /** Values that a copy gets instead of those of its record and of the call. */
  copyValues?(
    env: Env,
    row: Row,
    given: { readonly [field: string]: PythonValue },
  ): { [field: string]: PythonValue };
  /** Refuses a deletion by throwing. */
  beforeUnlink?(env: Env, ids: readonly number[]): void;
  /** Refuses a row by throwing: CHECK constraints and `@api.constrains`. */
  check?(env: Env, row: Row): void;
}

/** A definition of a built-in model. */
export interface BuiltInModel extends ModelDefinition, ModelRules {
  /** Fields by name. */
  readonly fields: Readonly<Record<string, BuiltInField>>;
  /** Fields that `name_search` looks at. By default the `recName`. */
  readonly namesSearch?: readonly string[];
  /** Lists of columns to look rows up by. */
  readonly indexes?: readonly (readonly string[])[];
  /** Many2one whose record carries the fields that are `related` to it: Odoo's `_inherits`. */
  readonly inherits?: { readonly field: string; readonly model: string };
  /**
   * Whether records are read before they are written and deleted, by rules or by code of the model: then one that is gone
   * is an error, elsewhere nothing happens. So it is by default in built-in models.
   */
  readonly guarded?: boolean;
  /** Operations before which code of the model reads the records: without the right to read, that is what is refused. */
  readonly readsFirst?: readonly ("write" | "unlink")[];
  /** Whether the database keeps the tree of parents: circles are refused in other words. */
  readonly parentStore?: boolean;
  /** Whether records carry `create_uid`, `create_date`, `write_uid` and `write_date`. */
  readonly logAccess?: boolean;
}

/** A model that is ready for use. */
export interface Model {
  /** Technical name. */
  readonly name: string;
  /** Human name. */
  readonly description: string;
  /** Default order. */
  readonly order: string;
  /** Field that is the display name. */
  readonly recName: string;
  /** Fields that `name_search` looks at. */
  readonly namesSearch: readonly string[];
  /** All fields, the automatic ones included. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Fields that are told of and not simulated. */
  readonly unknown: ReadonlyMap<string, Field>;
  /** Unique constraints. */
  readonly unique: readonly UniqueConstraint[];
  /** Indexed lists of columns. */
  readonly indexes: readonly (readonly string[])[];
  /** What the model does. */
  readonly rules: ModelRules;
  /** Odoo's `_inherits`. */
  readonly inherits: { readonly field: string; readonly model: string } | undefined;
  /** Whether a record that is gone cannot be written. */
  readonly guarded: boolean;
  /** Operations before which code of the model reads the records. */
  readonly readsFirst: readonly ("write" | "unlink")[];
  /** Whether the database keeps the tree of parents. */
  readonly parentStore: boolean;
  /** Whether it is one of the simulator's own: those of tests have no rights of their own. */
  readonly builtIn: boolean;
  /** Methods that a test has added. */
  readonly methods: ReadonlyMap<string, OwnMethod>;
}

/** All models of a database, by name. */
export type Registry = ReadonlyMap<string, Model>;

/** The columns that Odoo writes by itself and takes from nobody. */
export const LOG_FIELDS: ReadonlySet<string> = new Set([
  "create_uid",
  "create_date",
  "write_uid",
  "write_date",
]);
