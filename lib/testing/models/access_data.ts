/**
 * Groups and rights on models, as the modules that are simulated install them, with the settings of a database with demo
 * data.
 *
 * A group is named without `group_`, and those of `base` without the module: `user` is `base.group_user`. An exclamation
 * mark stands where the name has no `group_` in it.
 *
 * @module
 */
import type { Version } from "../faults.ts";

/** Groups by their ids, which begin with 1: name, label, section, sequence, and the groups that it implies. */
export const GROUPS: Readonly<Record<Version, string>> = {
  14: `
user|Internal User|User types||no_one product.product_variant account.show_line_subtotals_tax_excluded sale_management.sale_order_template
erp_manager|Access Rights|Administration
system|Settings|Administration||erp_manager account.account_manager
multi_company|Multi Companies|Extra Rights
multi_currency|Multi Currencies|Extra Rights||product.product_pricelist
no_one|Technical Features|Extra Rights
allow_export|Access to export feature|Technical
partner_manager|Contact Creation|Extra Rights
portal|Portal|User types||account.show_line_subtotals_tax_excluded
public|Public|User types||account.show_line_subtotals_tax_excluded
private_addresses|Access to Private Addresses|Technical
sales_team.sale_salesman|User: Own Documents Only|Sales||user
sales_team.sale_salesman_all_leads|User: All Documents|Sales||sales_team.sale_salesman
sales_team.sale_manager|Administrator|Sales||sales_team.sale_salesman_all_leads
crm.use_lead|Show Lead Menu|Technical
crm.use_recurring_revenues|Show Recurring Revenues Menu|Technical
uom.uom|Manage Multiple Units of Measure|Technical
analytic.analytic_accounting|Analytic Accounting|Technical
analytic.analytic_tags|Analytic Accounting Tags|Technical
product.product_pricelist|Basic Pricelists|Technical
product.sale_pricelist|Advanced Pricelists|Technical||product.product_pricelist
product.stock_packaging|Manage Product Packaging|Technical
product.product_variant|Manage Product Variants|Technical
product.discount_per_so_line|Discount on lines|Technical
account.show_line_subtotals_tax_excluded|Tax display B2B|Technical
account.show_line_subtotals_tax_included|Tax display B2C|Technical
account.account_readonly|Show Accounting Features - Readonly|Technical||user
account.account_invoice|Billing|Invoicing||user
account.account_user|Show Full Accounting Features|Technical||account.account_readonly account.account_invoice
account.account_manager|Billing Administrator|Invoicing||private_addresses account.account_invoice
account.warning_account|A warning can be set on a partner (Account)|Technical
account.cash_rounding|Allow the cash rounding management|Technical
account.sale_receipts|Sale Receipt|Technical
account.purchase_receipts|Purchase Receipt|Technical
sale.auto_done_setting|Lock Confirmed Sales|Technical
sale.delivery_invoice_address|Addresses in Sales Orders|Technical
sale.warning_sale|A warning can be set on a product or a customer (Sale)|Technical
sale.proforma_sales|Pro-forma Invoices|Technical
sale_management.sale_order_template|Quotation Templates|Technical
`,
  17: `
user|Internal User|User types||no_one mail.mail_template_editor product.product_variant sale_management.sale_order_template
erp_manager|Access Rights|Administration||user
sanitize_override|Bypass HTML Field Sanitize
system|Settings|Administration||erp_manager sanitize_override mail.mail_template_editor
multi_company|Multi Companies|Extra Rights
multi_currency|Multi Currencies|Extra Rights
no_one|Technical Features|Extra Rights
allow_export|Access to export feature|Technical
partner_manager|Contact Creation|Extra Rights
portal|Portal|User types
public|Public|User types
mail.mail_template_editor|Mail Template Editor|Technical
mail.mail_notification_type_inbox|Receive notifications in Odoo|Technical
sales_team.sale_salesman|User: Own Documents Only|Sales||user
sales_team.sale_salesman_all_leads|User: All Documents|Sales||sales_team.sale_salesman
sales_team.sale_manager|Administrator|Sales||mail.mail_template_editor sales_team.sale_salesman_all_leads
crm.use_lead|Show Lead Menu|Technical
crm.use_recurring_revenues|Show Recurring Revenues Menu|Technical
uom.uom|Manage Multiple Units of Measure|Technical
analytic.analytic_accounting|Analytic Accounting|Technical
product.product_pricelist|Basic Pricelists|Technical
product.sale_pricelist|Advanced Pricelists|Technical||product.product_pricelist
product.stock_packaging|Manage Product Packaging|Technical
product.product_variant|Manage Product Variants|Technical
product.discount_per_so_line|Discount on lines|Technical
account.delivery_invoice_address|Delivery Address|Technical
account.account_readonly|Show Accounting Features - Readonly|Technical||user
account.account_invoice|Billing|Invoicing||user
account.account_user|Show Full Accounting Features|Technical||account.account_readonly account.account_invoice
account.account_manager|Billing Administrator|Invoicing||account.account_invoice
account.warning_account|A warning can be set on a partner (Account)|Technical
account.cash_rounding|Allow the cash rounding management|Technical
account.sale_receipts|Sale Receipt|Technical
account.purchase_receipts|Purchase Receipt|Technical
account.validate_bank_account|Validate bank account|Bank
spreadsheet_dashboard.dashboard_manager|Admin|Dashboard
sale.auto_done_setting|Lock Confirmed Sales|Technical
sale.warning_sale|A warning can be set on a product or a customer (Sale)|Technical
sale.proforma_sales|Pro-forma Invoices|Technical
sale_management.sale_order_template|Quotation Templates|Technical
`,
  19: `
user|Role / User|||no_one product.product_variant sale_management.sale_order_template
erp_manager|Access Rights|||user
sanitize_override|Bypass HTML Field Sanitize
system|Role / Administrator|||erp_manager sanitize_override no_one allow_export partner_manager api_doc.allow_doc mail.mail_canned_response_admin mail.mail_template_editor product.product_manager account.validate_bank_account
multi_company|Multi Companies
multi_currency|Multi Currencies
no_one|Technical Features
allow_export|Allowed|Export
partner_manager|Creation|Contact
portal|Role / Portal
public|Role / Public
!default_user_group|Default access for new users|||sales_team.sale_manager product.product_manager account.account_manager
api_doc.allow_doc|Technical Documentation
mail.mail_canned_response_admin|Canned Response Administrator|Canned Responses
mail.mail_template_editor|Mail Template Editor
mail.mail_notification_type_inbox|Receive notifications in Odoo
sales_team.sale_salesman|User: Own Documents Only|Sales|10|user
sales_team.sale_salesman_all_leads|User: All Documents|Sales|20|sales_team.sale_salesman
sales_team.sale_manager|Administrator|Sales|30|mail.mail_canned_response_admin sales_team.sale_salesman_all_leads
crm.use_lead|Show Lead Menu
crm.use_recurring_revenues|Show Recurring Revenues Menu
uom.uom|Manage Multiple Units of Measure
analytic.analytic_accounting|Analytic Accounting
product.product_pricelist|Basic Pricelists
product.product_variant|Manage Product Variants
product.product_manager|Create|Products
account.delivery_invoice_address|Delivery Address
account.account_readonly|Show Accounting Features - Readonly|||user
account.account_invoice|Invoicing|Accounting|20|user
account.account_basic|Basic|||account.account_invoice
account.account_user|Show Full Accounting Features|||account.account_readonly account.account_basic
account.account_manager|Administrator|Accounting|50|account.account_invoice
account.account_secured|Show Inalterability Features
account.cash_rounding|Allow the cash rounding management
account.partial_purchase_deductibility|Partial Purchase Deductibility
account.validate_bank_account|Validate bank account|Bank
spreadsheet_dashboard.dashboard_manager|Admin|Dashboard|10|user
sale.auto_done_setting|Lock Confirmed Sales
sale.discount_per_so_line|Discount on lines
sale.warning_sale|A warning can be set on a product or a customer (Sale)
sale.proforma_sales|Pro-forma Invoices
sale_management.sale_order_template|Quotation Templates
`,
};

/** Rights on models: versions, model, and what each group may do. An asterisk is everybody. */
export const ACCESS = `
14 account.account: account.account_manager=rwcu account.account_readonly=r user=r partner_manager=r account.account_invoice=r sales_team.sale_salesman=r sales_team.sale_manager=r
17,19 account.account: account.account_manager=rwcu account.account_readonly=r user=r partner_manager=r account.account_invoice=r sales_team.sale_salesman=r
14 account.account.tag: account.account_user=rwcu account.account_readonly=r account.account_invoice=r sales_team.sale_salesman=r
17,19 account.account.tag: user=r account.account_user=rwcu account.account_readonly=r account.account_invoice=r sales_team.sale_salesman=r
14 account.account.type: account.account_manager=rwcu account.account_readonly=r account.account_invoice=r sales_team.sale_salesman=r
14,17,19 account.analytic.account: analytic.analytic_accounting=rwcu user=r account.account_user=rwcu sales_team.sale_salesman=rwc
14,17,19 account.analytic.line: analytic.analytic_accounting=rwcu account.account_manager=r account.account_readonly=r account.account_invoice=rwcu
17,19 account.analytic.plan: analytic.analytic_accounting=rwcu account.account_user=rwcu
14,17 account.bank.statement: account.account_readonly=r account.account_invoice=r account.account_user=rwcu
19 account.bank.statement: account.account_readonly=r account.account_invoice=r account.account_basic=rwcu
14,17 account.bank.statement.line: account.account_readonly=r account.account_invoice=r account.account_user=rwcu
19 account.bank.statement.line: account.account_readonly=r account.account_invoice=r account.account_basic=rwcu
14,17,19 account.fiscal.position: account.account_manager=rwcu user=r
14,17,19 account.full.reconcile: account.account_readonly=r account.account_invoice=rwcu account.account_user=rwcu
14 account.incoterms: *=r account.account_manager=rwcu
17,19 account.incoterms: user=r account.account_manager=rwcu
14,17,19 account.journal: account.account_readonly=r account.account_manager=rwcu account.account_invoice=r sales_team.sale_salesman=r
14 account.move: account.account_manager=r account.account_readonly=r account.account_invoice=rwcu portal=r sales_team.sale_manager=r sales_team.sale_salesman=r
17,19 account.move: account.account_manager=r account.account_readonly=r account.account_invoice=rwcu portal=r sales_team.sale_salesman=r
14,17,19 account.move.line: account.account_manager=r account.account_readonly=r account.account_invoice=rwcu portal=r sales_team.sale_salesman=r
14,17,19 account.move.reversal: account.account_invoice=rwc
14,17,19 account.partial.reconcile: account.account_readonly=r account.account_invoice=rwcu account.account_user=rwcu sales_team.sale_salesman=r
14,17,19 account.payment: account.account_readonly=r account.account_invoice=rwcu
14 account.payment.method: user=r account.account_invoice=rwcu
17,19 account.payment.method: user=r account.account_invoice=rwu
17,19 account.payment.method.line: user=r account.account_invoice=rwcu
14,17,19 account.payment.register: account.account_invoice=rwc
14,17 account.payment.term: user=r account.account_manager=rwcu sales_team.sale_salesman=r
19 account.payment.term: user=r portal=r account.account_manager=rwcu sales_team.sale_salesman=r
14,17,19 account.payment.term.line: user=r account.account_manager=rwcu
14 account.tax: user=r account.account_readonly=r account.account_invoice=r account.account_manager=rwcu sales_team.sale_salesman=r sales_team.sale_salesman=r
17,19 account.tax: user=r account.account_readonly=r account.account_invoice=r account.account_manager=rwcu sales_team.sale_salesman=r
14,17,19 account.tax.group: user=r account.account_readonly=r account.account_invoice=r account.account_manager=rwcu sales_team.sale_salesman=r
14,17,19 account.tax.repartition.line: user=r account.account_readonly=r account.account_invoice=r account.account_manager=rwcu
14,17,19 calendar.alarm: user=rwcu
14,17,19 calendar.attendee: portal= user=rwcu
14,17,19 calendar.event: portal=r user=rwcu partner_manager=rwcu sales_team.sale_manager=rwcu sales_team.sale_salesman=rwc
14,17,19 calendar.event.type: user=r system=rwcu sales_team.sale_manager=rwc user=r sales_team.sale_salesman=r
14 crm.lead: sales_team.sale_manager=rwcu sales_team.sale_salesman=rwc partner_manager=r
17,19 crm.lead: sales_team.sale_manager=rwcu sales_team.sale_salesman=rwc
14,17,19 crm.lead.lost: sales_team.sale_salesman=rwc
14,17,19 crm.lead2opportunity.partner: sales_team.sale_salesman=rwc
14,17,19 crm.lost.reason: sales_team.sale_manager=rwcu sales_team.sale_salesman=r user=r
14 crm.stage: *=r sales_team.sale_manager=rwcu
17,19 crm.stage: user=r sales_team.sale_manager=rwcu
14,17,19 crm.tag: user= sales_team.sale_salesman=rwc sales_team.sale_manager=rwcu
14,17,19 crm.team: user=r sales_team.sale_salesman=r sales_team.sale_manager=rwcu
17,19 crm.team.member: *= user=r sales_team.sale_manager=rwcu
14 decimal.precision: system=rwcu
17,19 decimal.precision: system=rw
14,17,19 ir.actions.act_window: system=rwcu
14,17,19 ir.actions.report: system=rwcu user=r
14,17,19 ir.actions.server: system=rwcu
14,17,19 ir.attachment: user=rwcu *=
14,17,19 ir.config_parameter: system=rwcu
14,17,19 ir.cron: system=rwcu
14 ir.default: *=r user=rwcu system=rwcu
17,19 ir.default: *= user=rwcu system=rwcu
14,17,19 ir.exports: allow_export=rwcu
14,17,19 ir.exports.line: user=rwcu
14,17,19 ir.filters: erp_manager=rwcu user=rwcu portal=rwcu public=rwcu
14,17,19 ir.logging: erp_manager=rwcu
14,17,19 ir.mail_server: system=rwcu
14 ir.model: erp_manager=rwcu user=r
17,19 ir.model: erp_manager=rwcu user=
14,17,19 ir.model.access: erp_manager=rwcu
14,17 ir.model.constraint: erp_manager=rwcu
19 ir.model.constraint: erp_manager=rwu
14 ir.model.data: erp_manager=rwcu user=rc
17,19 ir.model.data: erp_manager=rwcu user=
14 ir.model.fields: erp_manager=rwcu user=r
17,19 ir.model.fields: erp_manager=rwcu user=
14 ir.model.fields.selection: erp_manager=rwcu user=r
17,19 ir.model.fields.selection: erp_manager=rwcu user=
14,17,19 ir.model.relation: erp_manager=rwcu
14 ir.module.category: erp_manager=r
17 ir.module.category: user=r
19 ir.module.category: erp_manager=r user=r
14 ir.module.module: system=rwcu
17,19 ir.module.module: system=rwcu user=r
14,17 ir.property: *= system=rwc
14,17,19 ir.rule: erp_manager=rwcu
14,17,19 ir.sequence: user=r system=rwcu
14,17,19 ir.sequence.date_range: user=r system=rwcu
14,17,19 ir.ui.menu: user=r system=rwcu
14,17,19 ir.ui.view: *= system=rwcu
14 mail.activity: *= user=rwcu
17,19 mail.activity: user=rwcu
14 mail.activity.type: *= user=r system=rwcu sales_team.sale_manager=rwcu sales_team.sale_manager=rwcu
17,19 mail.activity.type: user=r system=rwcu sales_team.sale_manager=rwcu sales_team.sale_manager=rwcu
14 mail.alias: *=r user=r system=rwcu
17,19 mail.alias: user=r system=rwcu
14 mail.followers: *= user=r system=rwcu
17,19 mail.followers: user=r system=rwcu
14 mail.message: *=r portal=rwcu user=rwcu
17,19 mail.message: public=r portal=rwcu user=rwcu
14 mail.message.subtype: *=r user=rwcu
17,19 mail.message.subtype: public=r portal=r user=r system=rwcu
14 mail.template: user=rwc system=rwcu
17,19 mail.template: user=rwcu mail.mail_template_editor=rwcu system=rwcu
14,17 product.attribute: user=r system=rwcu sales_team.sale_manager=rwcu
19 product.attribute: user=r product.product_manager=rwcu
14,17 product.attribute.value: user=r system=rwcu sales_team.sale_manager=rwcu
19 product.attribute.value: user=r product.product_manager=rwcu
14,17 product.category: user=r system=rwcu sales_team.sale_manager=rwcu
19 product.category: user=r product.product_manager=rwcu
14,17 product.packaging: user=r system=rwcu
14,17 product.pricelist: user=r partner_manager=r system=rwcu sales_team.sale_salesman=r sales_team.sale_manager=rwcu
19 product.pricelist: user=r partner_manager=r product.product_manager=rwcu sales_team.sale_salesman=r sales_team.sale_manager=rwcu
14,17 product.pricelist.item: user=r system=rwcu sales_team.sale_manager=rwcu
19 product.pricelist.item: user=r product.product_manager=rwcu sales_team.sale_manager=rwcu
14,17 product.product: user=r system=rwcu account.account_readonly=r account.account_manager=rwcu sales_team.sale_salesman=r sales_team.sale_manager=rwcu
19 product.product: user=r product.product_manager=rwcu account.account_readonly=r
14,17 product.supplierinfo: user=r system=rwcu sales_team.sale_salesman=r sales_team.sale_manager=rwcu
19 product.supplierinfo: user=r product.product_manager=rwcu
17 product.tag: user=r system=rwcu sales_team.sale_manager=rwcu
19 product.tag: user=r product.product_manager=rwcu
14 product.template: user=r system=rwcu account.account_manager=rwcu sales_team.sale_salesman=r sales_team.sale_manager=rwcu
17 product.template: user=r system=rwcu sales_team.sale_salesman=r sales_team.sale_manager=rwcu
19 product.template: user=r product.product_manager=rwcu
14,17 product.template.attribute.line: user=r system=rwcu sales_team.sale_manager=rwcu
19 product.template.attribute.line: user=r product.product_manager=rwcu
14,17 product.template.attribute.value: user=r system=rwcu sales_team.sale_manager=rwcu
19 product.template.attribute.value: user=r product.product_manager=rwcu
14,17,19 res.bank: system=rwcu partner_manager=rwcu user=r
14 res.company: erp_manager=rwcu *=r
17,19 res.company: erp_manager=rwcu public=r portal=r user=r
14 res.country: *=r partner_manager=r system=rwcu
17,19 res.country: public=r portal=r user=r partner_manager=r system=rwcu
14 res.country.group: *=r partner_manager=rwcu
17,19 res.country.group: public=r portal=r user=r partner_manager=rwcu
14 res.country.state: *=r partner_manager=rwcu
17,19 res.country.state: public=r portal=r user=r partner_manager=rwcu
14 res.currency: *=r system=rwcu account.account_manager=rwcu
17,19 res.currency: public=r portal=r user=r system=rwcu account.account_manager=rwcu
14 res.currency.rate: *=r system=rwcu account.account_manager=rwcu
17,19 res.currency.rate: public=r portal=r user=r system=rwcu account.account_manager=rwcu
14,17,19 res.groups: erp_manager=rwcu user=r
19 res.groups.privilege: user=r erp_manager=rwcu
14 res.lang: *=r system=rwcu
17,19 res.lang: public=r portal=r user=r system=rwcu
14 res.partner: public=r portal=r partner_manager=rwcu user=r sales_team.sale_manager=r sales_team.sale_salesman=rwc account.account_manager=r sales_team.sale_salesman=r sales_team.sale_manager=rwc sales_team.sale_manager=rwc
17,19 res.partner: public=r portal=r partner_manager=rwcu user=r sales_team.sale_manager=r sales_team.sale_salesman=rwc account.account_manager=r sales_team.sale_salesman=r sales_team.sale_manager=rwc
14,17,19 res.partner.bank: user=r partner_manager=rwcu
14,17,19 res.partner.category: user=r partner_manager=rwcu sales_team.sale_manager=r sales_team.sale_salesman=rwc
14,17,19 res.partner.industry: user=r system=rwcu
14 res.partner.title: partner_manager=rwcu *=r
17 res.partner.title: partner_manager=rwcu user=r
14 res.users: *=r erp_manager=rwcu
17,19 res.users: public=r portal=r user=r erp_manager=rwcu
14,17,19 res.users.apikeys: user=r portal=r
14,17,19 res.users.apikeys.description: user=rc portal=rc
14,17,19 res.users.identitycheck: user=rwc portal=rwc
14 res.users.log: *=rc
17,19 res.users.log: system=rc
17,19 res.users.settings: *= user=rwcu
14,17,19 resource.calendar: user=r system=rwcu
14,17,19 resource.resource: system=r user=r
14,17,19 sale.advance.payment.inv: sales_team.sale_salesman=rwc
14 sale.order: sales_team.sale_salesman=rwc portal=r sales_team.sale_manager=rwcu account.account_readonly=r account.account_user=rw account.account_invoice=rw
17,19 sale.order: portal=r account.account_readonly=r account.account_invoice=rw account.account_user=rw sales_team.sale_salesman=rwc sales_team.sale_manager=rwcu
14 sale.order.line: sales_team.sale_salesman=rwcu account.account_readonly=r account.account_user=rw portal=r account.account_invoice=rw
17,19 sale.order.line: portal=r account.account_readonly=r account.account_invoice=rw account.account_user=rw sales_team.sale_salesman=rwcu
14 sale.order.template: sales_team.sale_salesman=r sales_team.sale_manager=rwcu
17,19 sale.order.template: sales_team.sale_salesman=r sales_team.sale_manager=rwcu system=r
14,17 uom.category: system=rwcu user=r sales_team.sale_manager=rwcu
14,17 uom.uom: system=rwcu user=r sales_team.sale_salesman=r sales_team.sale_manager=rwcu
19 uom.uom: system=rwcu user=r product.product_manager=rwcu sales_team.sale_salesman=r
14 utm.campaign: user=rwc system=rwcu *=rc
17 utm.campaign: portal=rc user=rwc system=rwcu
19 utm.campaign: user=rwc system=rwcu
14 utm.medium: user=rwc *=rc
17 utm.medium: portal=rc user=rwc system=rwcu
19 utm.medium: user=rwc system=rwcu
14 utm.source: user=rwc *=rc
17 utm.source: portal=rc user=rwc system=rwcu
19 utm.source: user=rwc system=rwcu
14,17,19 utm.stage: user=r system=rwcu
14,17,19 utm.tag: user=r system=rwcu
`;
