/**
 * The modules of real databases.
 *
 * @module
 */

/** Versions, state, whether it is an application, sequence, and names. */
export const MODULES = `
14 installed 100: account_edi account_edi_facturx account_edi_ubl crm_iap_lead crm_iap_lead_enrich fetchmail
  l10n_generic_coa payment_fix_register_token payment_transfer web_kanban_gauge
14,17 installed 100: account_check_printing web_editor
14,17,19 installed 100: analytic auth_signup auth_totp auth_totp_portal base base_import base_setup bus calendar_sms
  crm_sms digest iap iap_crm iap_mail mail_bot partner_autocomplete payment product resource sale sale_crm sales_team
  sms snailmail snailmail_account uom utm web web_tour web_unsplash
14,19 installed 100: l10n_us
17 installed 100: account_payment_term sale_async_emails sale_product_configurator
17,19 installed 100: account_edi_ubl_cii account_payment auth_totp_mail base_import_module base_install_request
  crm_iap_enrich crm_iap_mine google_gmail privacy_lookup sale_pdf_quote_builder sale_sms spreadsheet
  spreadsheet_account spreadsheet_dashboard spreadsheet_dashboard_account spreadsheet_dashboard_sale
19 installed 100: account_add_gln api_doc auth_passkey auth_passkey_portal html_editor l10n_us_account
  microsoft_outlook resource_mail rpc sale_edi_ubl
14,17,19 installed 9000: portal
17,19 installed 9001: onboarding
14,17,19 installed 9100: http_routing
14,17,19 installed 9999: phone_validation
14,17,19 installed app 5: sale_management
14,17,19 installed app 10: account
14,17,19 installed app 15: crm
14,17,19 installed app 145: mail
14,17,19 installed app 150: contacts
14,17,19 installed app 165: calendar
14,17 uninstallable 6: hw_drivers hw_escpos hw_posbox_homepage
19 uninstallable 6: iot_drivers
14,17 uninstallable 100: website_twitter_wall
14,17,19 uninstallable 100: payment_sepa_direct_debit
19 uninstallable 100: iot_box_image
14,17,19 uninstallable app 16: mrp_workorder
14,17 uninstallable app 30: account_accountant
17,19 uninstallable app 30: knowledge
19 uninstallable app 30: accountant
14,17,19 uninstallable app 65: timesheet_grid
14,17,19 uninstallable app 75: web_studio
17,19 uninstallable app 90: industry_fsm
14,17,19 uninstallable app 105: sign
14,17,19 uninstallable app 110: helpdesk
14,17,19 uninstallable app 115: sale_subscription
14,17,19 uninstallable app 120: quality_control
14,17,19 uninstallable app 130: planning
14,17,19 uninstallable app 155: mrp_plm
17,19 uninstallable app 175: social
14,17,19 uninstallable app 180: hr_appraisal
14,17,19 uninstallable app 195: marketing_automation
14 uninstallable app 215: website_calendar
17,19 uninstallable app 215: appointment
14,17,19 uninstallable app 220: web_mobile
14,17,19 uninstallable app 255: stock_barcode
14,17,19 uninstallable app 280: voip
17,19 uninstallable app 320: sale_amazon
14,17 uninstallable app 325: sale_ebay
14,17,19 uninstalled 0: test_data_module
14 uninstalled 5: mail_client_extension
17,19 uninstalled 5: crm_mail_plugin mail_plugin project_mail_plugin
14 uninstalled 6: pos_epson_printer_restaurant pos_restaurant
14,17 uninstalled 6: pos_epson_printer pos_mercury pos_six
14,17,19 uninstalled 6: pos_adyen pos_discount pos_restaurant_adyen pos_sale
17 uninstalled 6: pos_paytm pos_self_order_epson_printer
17,19 uninstalled 6: l10n_be_pos_sale pos_loyalty pos_mercado_pago pos_mrp pos_razorpay pos_restaurant_loyalty
  pos_restaurant_stripe pos_sale_loyalty pos_stripe
19 uninstalled 6: pos_dpopay pos_imin pos_mollie pos_pine_labs pos_qfpay
17 uninstalled 7: pos_viva_wallet
19 uninstalled 7: pos_viva_com
14,17,19 uninstalled 10: test_data_module_install
14,17 uninstalled 14: l10n_ar_website_sale
14,17,19 uninstalled 14: l10n_latam_base
14,17,19 uninstalled 16: stock_account stock_landed_costs
17 uninstalled 16: stock_landed_costs_company
14 uninstalled 19: base_address_city
14,17,19 uninstalled 19: base_address_extended
14,17,19 uninstalled 23: hr_timesheet
14,17,19 uninstalled 39: hr_work_entry
17 uninstalled 39: hr_work_entry_contract
14,17,19 uninstalled 54: website_crm website_crm_sms website_sms
14,17,19 uninstalled 60: purchase_stock
14,17,19 uninstalled 70: purchase_requisition_stock
17,19 uninstalled 70: purchase_requisition_sale
17,19 uninstalled 95: hr_work_entry_holidays
14 uninstalled 100: account_edi_extended account_payment adyen_platforms association base_import_module coupon
  crm_iap_lead_website google_drive google_spreadsheet l10n_be_edi l10n_be_invoice_bba l10n_ch_qriban l10n_de_purchase
  l10n_de_repair l10n_de_sale l10n_de_skr03 l10n_de_skr04 l10n_de_stock l10n_eu_service l10n_it_edi_sdicoop
  l10n_multilang l10n_se_ocr note_pad odoo_referral pad pad_project payment_test pos_cache procurement_jit sale_coupon
  sale_coupon_delivery sale_product_configurator sale_quotation_builder sale_timesheet_edit sale_timesheet_purchase
  website_event_crm_questions website_event_questions website_form website_mail_channel website_sale_coupon
  website_sale_coupon_delivery website_sale_delivery website_sale_digital website_sale_management
  website_sale_stock_product_configurator
14,17 uninstalled 100: account_lock im_livechat_mail_bot l10n_fr_fec l10n_id_efaktur l10n_in_purchase membership
  test_apikeys test_exceptions test_impex test_limits test_new_api test_performance test_populate test_xlsx_export
  website_form_project website_jitsi website_membership website_sale_product_configurator website_twitter
14,17,19 uninstalled 100: account_debit_note account_edi_proxy_client account_fleet account_qr_code_sepa
  account_tax_python account_test attachment_indexation auth_ldap auth_oauth auth_password_policy
  auth_password_policy_portal auth_password_policy_signup barcodes base_automation base_geolocalize base_iban
  base_sparse_field base_vat crm_livechat delivery event event_crm event_crm_sale event_sale event_sms
  gamification_sale_crm google_account google_calendar google_recaptcha hr_fleet hr_gamification
  hr_holidays_attendance hr_org_chart hr_presence hr_recruitment_survey hr_skills_slides hr_skills_survey
  hr_timesheet_attendance l10n_ae l10n_ar l10n_at l10n_au l10n_be l10n_bo l10n_br l10n_ca l10n_ch l10n_cl l10n_cn
  l10n_cn_city l10n_co l10n_co_pos l10n_cr l10n_cz l10n_de l10n_dk l10n_do l10n_dz l10n_ec l10n_es l10n_es_edi_sii
  l10n_et l10n_fi l10n_fr l10n_fr_pos_cert l10n_gr l10n_gt l10n_hk l10n_hn l10n_hr l10n_hu l10n_id l10n_ie l10n_il
  l10n_in l10n_in_pos l10n_in_purchase_stock l10n_in_sale l10n_in_sale_stock l10n_in_stock l10n_it l10n_it_edi
  l10n_it_stock_ddt l10n_jp l10n_latam_invoice_document l10n_lt l10n_lu l10n_ma l10n_mn l10n_mx l10n_nl l10n_no
  l10n_nz l10n_pa l10n_pe l10n_pl l10n_pt l10n_ro l10n_sa l10n_se l10n_sg l10n_si l10n_sk l10n_syscohada l10n_th
  l10n_tr l10n_ua l10n_uk l10n_uy l10n_ve l10n_vn l10n_za link_tracker mail_bot_hr mass_mailing_crm mass_mailing_event
  mass_mailing_event_sms mass_mailing_event_track mass_mailing_event_track_sms mass_mailing_sale mass_mailing_slides
  microsoft_account microsoft_calendar mrp_account mrp_landed_costs mrp_product_expiry mrp_subcontracting
  mrp_subcontracting_account mrp_subcontracting_dropshipping portal_rating pos_hr product_email_template
  product_expiry product_margin product_matrix project_timesheet_holidays purchase_mrp purchase_product_matrix
  purchase_requisition rating sale_expense sale_margin sale_mrp sale_product_matrix sale_project sale_purchase
  sale_purchase_stock sale_stock sale_stock_margin sale_timesheet social_media stock_dropshipping stock_picking_batch
  stock_sms test_access_rights test_action_bindings test_assetsbundle test_auth_custom test_convert test_converter
  test_event_full test_inherit test_inherits test_inherits_depends test_lint test_main_flows test_mimetypes
  test_read_group test_rpc test_search_panel test_testing_utilities test_translation_import test_uninstall
  test_website_slides_full transifex website_crm_livechat website_crm_partner_assign website_customer
  website_event_crm website_event_sale website_event_track website_event_track_live_quiz website_google_map
  website_links website_livechat website_mail website_mass_mailing website_partner website_payment website_profile
  website_sale_comparison website_sale_slides website_sale_stock website_sale_wishlist website_slides_forum
  website_slides_survey
17 uninstalled 100: account_audit_trail account_edi_ubl_cii_tax_extension auth_totp_mail_enforce l10n_br_pix
  l10n_de_audit_trail l10n_dk_audit_trail l10n_dk_bookkeeping l10n_ec_website_sale l10n_es_edi_facturae_adm_centers
  l10n_es_edi_facturae_invoice_period l10n_es_modelo130 l10n_es_pos_tbai l10n_fr_invoice_addr l10n_in_edi_ewaybill
  l10n_in_withholding l10n_it_edi_ndd l10n_it_edi_website_sale l10n_it_edi_withholding l10n_pe_website_sale
  l10n_ro_efactura l10n_us microsoft_outlook mrp_subonctracting_landed_costs pos_sale_product_configurator
  product_images spreadsheet_dashboard_purchase spreadsheet_dashboard_purchase_stock website_sale_picking
17,19 uninstalled 100: account_edi account_peppol account_qr_code_emv account_update_tax_tags
  barcodes_gs1_nomenclature delivery_mondialrelay delivery_stock_picking_batch event_booth event_booth_sale
  hr_homeworking hr_hourly_cost hr_livechat l10n_account_edi_ubl_cii_tests l10n_anz_ubl_pint l10n_ar_pos
  l10n_ar_withholding l10n_bd l10n_bf l10n_bg l10n_bh l10n_bj l10n_br_sales l10n_br_website_sale l10n_cd l10n_cf
  l10n_cg l10n_ch_pos l10n_ci l10n_cm l10n_cy l10n_din5008 l10n_din5008_purchase l10n_din5008_repair l10n_din5008_sale
  l10n_din5008_stock l10n_dk_oioubl l10n_ec_stock l10n_ee l10n_eg l10n_eg_edi_eta l10n_es_edi_facturae
  l10n_es_edi_tbai l10n_es_pos l10n_eu_oss l10n_fi_sale l10n_fr_facturx_chorus_pro l10n_fr_hr_holidays
  l10n_fr_hr_work_entry_holidays l10n_ga l10n_gcc_invoice l10n_gcc_invoice_stock_account l10n_gcc_pos l10n_gn l10n_gq
  l10n_gw l10n_hr_kuna l10n_hu_edi l10n_in_edi l10n_in_ewaybill_stock l10n_iq l10n_it_edi_doi l10n_jo l10n_jo_edi
  l10n_jp_ubl_pint l10n_ke l10n_ke_edi_tremol l10n_km l10n_kw l10n_kz l10n_latam_check l10n_lb_account l10n_lv l10n_ml
  l10n_mt l10n_mt_pos l10n_mu_account l10n_my l10n_my_edi l10n_my_ubl_pint l10n_mz l10n_ne l10n_ng l10n_pe_pos l10n_ph
  l10n_pk l10n_qa l10n_ro_edi l10n_rs l10n_rw l10n_sa_edi l10n_sa_edi_pos l10n_sa_pos l10n_sg_ubl_pint l10n_sn l10n_td
  l10n_tg l10n_tn l10n_tr_nilvera l10n_tr_nilvera_einvoice l10n_tw l10n_tz_account l10n_ug l10n_vn_edi_viettel
  l10n_zm_account loyalty mail_group mass_mailing_crm_sms mass_mailing_sale_sms mrp_repair mrp_subcontracting_purchase
  mrp_subcontracting_repair pos_hr_restaurant pos_online_payment pos_online_payment_self_order pos_sale_margin
  pos_self_order pos_self_order_adyen pos_self_order_sale pos_self_order_stripe project_account project_hr_expense
  project_mrp project_purchase project_sale_expense project_sms sale_expense_margin sale_loyalty sale_loyalty_delivery
  sale_mrp_margin sale_project_stock sale_service sale_timesheet_margin spreadsheet_dashboard_event_sale
  spreadsheet_dashboard_hr_expense spreadsheet_dashboard_hr_timesheet spreadsheet_dashboard_im_livechat
  spreadsheet_dashboard_pos_hr spreadsheet_dashboard_sale_timesheet spreadsheet_dashboard_stock_account
  spreadsheet_dashboard_website_sale spreadsheet_dashboard_website_sale_slides stock_delivery test_crm_full
  test_html_field_history test_http test_inherit_depends test_resource test_sale_product_configurators
  test_spreadsheet web_hierarchy website_cf_turnstile website_crm_iap_reveal website_event_booth
  website_event_booth_exhibitor website_event_booth_sale website_event_booth_sale_exhibitor website_mail_group
  website_mass_mailing_sms website_sale_autocomplete website_sale_comparison_wishlist website_sale_loyalty
  website_sale_mondialrelay website_sale_stock_wishlist
19 uninstalled 100: account_check_printing account_peppol_advanced_fields auth_timeout certificate cloud_storage
  cloud_storage_azure cloud_storage_google cloud_storage_migration event_product google_address_autocomplete
  hr_calendar hr_holidays_homeworking hr_homeworking_calendar hr_recruitment_sms hr_skills_event html_builder iot_base
  l10n_account_withholding_tax l10n_account_withholding_tax_pos l10n_ae_pos l10n_ar_stock l10n_ar_website_sale
  l10n_be_pos_restaurant l10n_bg_ledger l10n_din5008_expense l10n_dk_nemhandel l10n_ec_sale l10n_es_edi_tbai_pos
  l10n_es_edi_verifactu l10n_es_edi_verifactu_pos l10n_fr_account l10n_gr_edi l10n_hr_edi l10n_id_efaktur_coretax
  l10n_id_pos l10n_in_ewaybill l10n_in_ewaybill_irn l10n_in_hr_holidays l10n_it_edi_sale l10n_kh l10n_kr l10n_lk
  l10n_mc l10n_mr l10n_my_edi_pos l10n_om l10n_pl_edi l10n_ro_cpv_code l10n_ro_edi_stock l10n_ro_edi_stock_batch
  l10n_rs_edi l10n_sa_withholding_tax l10n_tr_nilvera_edispatch l10n_tr_nilvera_einvoice_extended l10n_tw_edi_ecpay
  l10n_tw_edi_ecpay_website_sale l10n_uy_pos mrp_subcontracting_landed_costs partnership pos_account_tax_python
  pos_event pos_event_sale pos_glory_cash pos_repair pos_self_order_pine_labs pos_self_order_qfpay
  pos_self_order_razorpay pos_sms project_hr_skills project_mrp_account project_mrp_sale
  project_mrp_stock_landed_costs project_purchase_stock project_stock project_stock_account project_stock_landed_costs
  purchase_edi_ubl_bis3 purchase_repair sale_gelato sale_gelato_stock sale_project_stock_account sale_purchase_project
  sale_stock_product_expiry sms_twilio spreadsheet_dashboard_pos_restaurant stock_fleet stock_maintenance survey_crm
  test_orm test_sale_purchase_edi_ubl website_hr_recruitment_livechat website_project website_sale_collect
  website_sale_collect_wishlist website_sale_gelato website_sale_mass_mailing website_sale_mrp website_timesheet
17,19 uninstalled 110: mass_mailing_themes
17 uninstalled 120: l10n_mx_hr
14,17,19 uninstalled 125: hr_maintenance
14,17,19 uninstalled 160: gamification
17,19 uninstalled 200: website_blog
17,19 uninstalled 225: board
17,19 uninstalled 265: website_forum
17,19 uninstalled 270: hr_recruitment_skills
17 uninstalled 350: payment_alipay payment_ogone payment_payulatam payment_payumoney payment_razorpay_oauth
  payment_sips
17,19 uninstalled 350: payment_adyen payment_aps payment_asiapay payment_authorize payment_buckaroo payment_custom
  payment_demo payment_flutterwave payment_mercado_pago payment_mollie payment_paypal payment_razorpay payment_stripe
  payment_xendit
19 uninstalled 350: payment_dpo payment_iyzico payment_nuvei payment_paymob payment_redsys payment_worldline
17 uninstalled 365: website_payment_authorize
14,17,19 uninstalled 1000: theme_default
14,17 uninstalled 1002: website_event_meet
17 uninstalled 1002: website_event_jitsi
14 uninstalled 1004: website_event_track_exhibitor
17,19 uninstalled 1004: website_event_exhibitor
14,17,19 uninstalled 1006: website_event_track_live
14,17 uninstalled 1007: website_event_meet_quiz
14,17,19 uninstalled 1007: website_event_track_quiz
17 uninstalled 3843: test_base_import
19 uninstalled 3843: test_import_export
14,17,19 uninstalled 8765: test_mass_mailing
14,17,19 uninstalled 9876: test_mail test_mail_full test_website
17,19 uninstalled 9876: test_mail_sms test_website_modules
19 uninstalled 9876: l10n_test_pos_qr_payment
14,17,19 uninstalled 9877: test_base_automation
17,19 uninstalled 9877: test_discuss_full
17,19 uninstalled app 6: pos_restaurant
14,17,19 uninstalled app 20: website
14,17,19 uninstalled app 25: stock
14,17,19 uninstalled app 35: purchase
14,17,19 uninstalled app 40: point_of_sale
14,17,19 uninstalled app 45: project
14,17,19 uninstalled app 50: website_sale
14,17,19 uninstalled app 55: mrp
14,17,19 uninstalled app 60: mass_mailing
14,17,19 uninstalled app 70: hr_expense
14,17,19 uninstalled app 85: hr_holidays
14,17,19 uninstalled app 90: hr_recruitment
14,17,19 uninstalled app 95: hr
14,17,19 uninstalled app 100: maintenance
17,19 uninstalled app 100: data_recycle
19 uninstalled app 100: marketing_card
14,17,19 uninstalled app 125: website_slides
14,17,19 uninstalled app 140: website_event
14,17,19 uninstalled app 185: fleet
14 uninstalled app 200: website_blog
14,17,19 uninstalled app 210: im_livechat
14,17,19 uninstalled app 220: survey
14 uninstalled app 225: board
14,17,19 uninstalled app 230: repair
14,17,19 uninstalled app 240: hr_attendance
14,17,19 uninstalled app 245: mass_mailing_sms
14 uninstalled app 260: note
17,19 uninstalled app 260: project_todo
14 uninstalled app 265: website_forum
14,17,19 uninstalled app 270: hr_skills
14,17,19 uninstalled app 300: lunch
14,17,19 uninstalled app 310: website_hr_recruitment
14 uninstalled app 330: payment_odoo_by_adyen
14,17 uninstalled app 335: hr_contract
14 uninstalled app 340: payment_adyen
14 uninstalled app 345: payment_alipay
14 uninstalled app 350: payment_authorize
14 uninstalled app 355: payment_buckaroo
14 uninstalled app 360: payment_ingenico
14 uninstalled app 365: payment_paypal
14 uninstalled app 370: payment_payulatam
14 uninstalled app 375: payment_payumoney
14 uninstalled app 380: payment_stripe
14 uninstalled app 385: payment_sips
`;
