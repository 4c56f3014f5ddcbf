/**
 * The names that Odoo's own methods give their parameters, from Odoo 14 on.
 *
 * @module
 */

/** The parameters of a method. */
export interface Parameters {
  /** Whether the method runs on records: the ids then come before all other positional arguments. */
  readonly onRecords: boolean;
  /** Names of the others that may be given by position, in their order. */
  readonly positional: readonly string[];
  /** Names that can only be given by name, as far as they are known. */
  readonly named: readonly string[];
}

/**
 * Names of the parameters, of all versions or from a version on. `ids` is first where the method runs on records, and
 * after `*` a parameter can only be given by name. A method that a version lacks may be here: the server says so.
 */
type Names = string | { readonly [since: number]: string };

/** Methods of all models, and of mixins such as `mail.thread`. */
const COMMON: Readonly<Record<string, Names>> = {
  // Finding
  search: {
    14: "args offset limit order count",
    16: "domain offset limit order count",
    17: "domain offset limit order",
  },
  search_count: { 14: "args", 16: "domain limit" },
  search_read: "domain fields offset limit order",
  search_fetch: "domain field_names offset limit order",
  name_search: { 14: "name args operator limit", 19: "name domain operator limit" },
  // Reading
  read: "ids fields load",
  name_get: "ids",
  exists: "ids",
  export_data: "ids fields_to_export",
  get_metadata: "ids",
  get_external_id: "ids",
  get_base_url: "ids",
  get_access_action: "ids access_uid",
  get_formview_action: "ids access_uid",
  get_formview_id: "ids access_uid",
  get_portal_url: "ids suffix report_type download query_string anchor",
  get_property_definition: "full_name",
  get_field_translations: "ids field_name langs",
  // Groups
  read_group: "domain fields groupby offset limit orderby lazy",
  read_progress_bar: "domain group_by progress_bar",
  formatted_read_group: "domain groupby aggregates having offset limit order",
  formatted_read_grouping_sets: "domain grouping_sets aggregates * order",
  // Writing
  create: "vals_list",
  write: "ids vals",
  unlink: "ids",
  copy: "ids default",
  copy_data: "ids default",
  copy_multi: "ids default",
  copy_translations: "ids new excluded",
  name_create: "name",
  load: "fields data",
  default_get: { 14: "fields_list", 19: "fields" },
  action_archive: "ids",
  action_unarchive: "ids",
  toggle_active: "ids",
  update_field_translations: {
    14: "ids field_name translations",
    18: "ids field_name translations source_lang",
  },
  onchange: {
    14: "ids values field_name field_onchange",
    17: "ids values field_names fields_spec",
  },
  // Models, views and rights
  fields_get: "allfields attributes",
  fields_view_get: "view_id view_type toolbar submenu",
  load_views: "views options",
  get_view: "view_id view_type",
  get_views: "views options",
  get_empty_list_help: { 14: "help", 17: "help_message" },
  get_import_templates: "",
  view_header_get: "view_id view_type",
  check_access_rights: "operation raise_exception",
  check_access_rule: "ids operation",
  check_access: "ids operation",
  has_access: "ids operation",
  check_field_access_rights: { 14: "operation fields", 17: "operation field_names" },
  // What Odoo's own web client calls
  web_read: "ids specification",
  web_search_read: {
    14: "domain fields offset limit order",
    16: "domain fields offset limit order count_limit",
    17: "domain specification offset limit order count_limit",
  },
  web_name_search: "name specification domain operator limit",
  web_read_group: {
    14: "domain fields groupby limit offset orderby lazy expand expand_limit expand_orderby",
    17: "domain fields groupby limit offset orderby lazy",
    19: "domain groupby aggregates limit offset order * auto_unfold opening_info " +
      "unfold_read_specification unfold_read_default_limit groupby_read_specification",
  },
  web_save: "ids vals specification next_id",
  web_save_multi: "ids vals_list specification",
  web_resequence: "ids specification field_name offset",
  web_override_translations: "ids values",
  search_panel_select_range: "field_name",
  search_panel_select_multi_range: "field_name",
  hierarchy_read: {
    14: "domain fields parent_field child_field",
    18: "domain specification parent_field child_field order",
  },
  // Messages and activities
  message_post: "ids * body subject message_type subtype_xmlid partner_ids attachment_ids",
  message_notify: "ids * body subject partner_ids attachment_ids",
  message_subscribe: {
    14: "ids partner_ids channel_ids subtype_ids",
    15: "ids partner_ids subtype_ids",
  },
  message_unsubscribe: { 14: "ids partner_ids channel_ids", 15: "ids partner_ids" },
  message_post_with_template: "ids template_id email_layout_xmlid auto_commit",
  message_post_with_view: "ids views_or_xmlid",
  message_post_with_source: {
    14: "ids source_ref render_values message_type subtype_xmlid subtype_id",
    19: "ids source_ref * render_values message_type subtype_xmlid subtype_id",
  },
  message_mail_with_source: {
    14: "ids source_ref render_values message_type auto_commit",
    19: "ids source_ref * render_values message_type auto_commit",
  },
  activity_schedule: "ids act_type_xmlid date_deadline summary note",
  activity_feedback: {
    14: "ids act_type_xmlids user_id feedback",
    17: "ids act_type_xmlids user_id feedback attachment_ids",
    19: "ids act_type_xmlids user_id feedback attachment_ids only_automated",
  },
  activity_reschedule: {
    14: "ids act_type_xmlids user_id date_deadline new_user_id",
    19: "ids act_type_xmlids user_id date_deadline new_user_id only_automated",
  },
  activity_unlink: {
    14: "ids act_type_xmlids user_id",
    19: "ids act_type_xmlids user_id only_automated",
  },
};

/** Methods of one model. */
const OWN: Readonly<Record<string, Names>> = {
  "account.move.js_assign_outstanding_line": "ids line_id",
  "account.move.js_remove_outstanding_partial": "ids partial_id",
  "crm.lead.convert_opportunity": {
    14: "ids partner_id user_ids team_id",
    17: "ids partner user_ids team_id",
  },
  "crm.lead.merge_opportunity": "ids user_id team_id auto_unlink",
  "ir.config_parameter.get_param": "key default",
  "ir.config_parameter.set_param": "key value",
  "ir.default.set": "model_name field_name value user_id company_id condition",
  "ir.default.get": "model_name field_name user_id company_id condition",
  "ir.model.access.check": "model mode raise_exception",
  "ir.model.data.check_object_reference": "module xml_id raise_on_access_error",
  "ir.model.data.get_object_reference": "module xml_id",
  "ir.model.data.xmlid_to_res_id": "xmlid raise_if_not_found",
  "ir.model.data.xmlid_to_res_model_res_id": "xmlid raise_if_not_found",
  "ir.model.data.toggle_noupdate": "model res_id",
  "ir.model.fields.get_field_string": "model_name",
  "ir.model.fields.get_field_help": "model_name",
  "ir.model.fields.get_field_selection": "model_name field_name",
  "ir.module.module.update_list": "",
  "ir.sequence.next_by_code": "sequence_code sequence_date",
  "ir.sequence.next_by_id": "ids sequence_date",
  "res.partner.address_get": "ids adr_pref",
  "res.partner.find_or_create": "email assert_valid_email",
  "res.users.context_get": "",
  "res.users.has_group": { 14: "group_ext_id", 18: "ids group_ext_id" },
  "res.users.has_groups": "ids group_spec",
  "res.users.change_password": { 14: "ids old_passwd new_passwd", 17: "old_passwd new_passwd" },
  "res.users.reset_password": "ids login",
  "res.users.signup": "values token",
};

/** The parameters of a method in a version. Versions that are not known yet are taken like the newest that is. */
export function parametersOf(
  model: string,
  method: string,
  major: number,
): Parameters | undefined {
  const names = entry(OWN, `${model}.${method}`) ?? entry(COMMON, method);
  return names === undefined ? undefined : parse(namesIn(names, major));
}

/** Every method of the table, with the model where it is of one model only. */
export function knownMethods(): { model: string | undefined; method: string }[] {
  const own = Object.keys(OWN).map((key) => {
    const dot = key.lastIndexOf(".");
    return { model: key.slice(0, dot), method: key.slice(dot + 1) };
  });
  return [...Object.keys(COMMON).map((method) => ({ model: undefined, method })), ...own];
}

/** A method may well be called `constructor`. */
function entry(table: Readonly<Record<string, Names>>, key: string): Names | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function namesIn(names: Names, major: number): string {
  if (typeof names === "string") return names;
  const versions = Object.entries(names);
  const known = versions.filter(([since]) => Number(since) <= major);
  return (known.at(-1) ?? versions[0])?.[1] ?? "";
}

function parse(text: string): Parameters {
  const words = text.split(" ").filter((word) => word !== "");
  const onRecords = words[0] === "ids";
  const names = onRecords ? words.slice(1) : words;
  const star = names.indexOf("*");
  if (star < 0) return { onRecords, positional: names, named: [] };
  return { onRecords, positional: names.slice(0, star), named: names.slice(star + 1) };
}
