"""OdooRPC against an Odoo: URL DATABASE KEY PASSWORD. It signs in to the web session and then calls over JSON-RPC."""
import sys
from urllib.parse import urlsplit

import odoorpc

url, db, _key, password = sys.argv[1:]
address = urlsplit(url)
odoo = odoorpc.ODOO(address.hostname, port=address.port)
assert odoo.version.endswith(".0"), odoo.version
assert db in odoo.db.list()
try:
    odoo.login(db, "admin", "wrong")
    raise AssertionError("a wrong password was taken")
except odoorpc.error.RPCError as error:
    assert "Access" in str(error), error
odoo.login(db, "admin", password)
assert odoo.env.uid == 2 and odoo.env.user.login == "admin"
assert odoo.env.context["lang"] == "en_US"

Partner, Tag = odoo.env["res.partner"], odoo.env["res.partner.category"]
tags = Tag.browse([Tag.create({"name": "foreign one"}), Tag.create({"name": "foreign two"})])
company = Partner.browse(Partner.create({"name": "Foreign Client SA", "is_company": True}))
person = Partner.browse(Partner.create({"name": "Ana Foreign", "parent_id": company.id}))
assert [partner.id for partner in company.child_ids] == [person.id]
assert person.parent_id.name == "Foreign Client SA" and person.parent_id.id == company.id
assert person.email is False and person.create_date.year >= 2024

person.email = "ana@example.com"
person.category_id += tags
person.country_id = odoo.env.ref("base.be")
odoo.env.commit()
fresh = Partner.browse(person.id)
assert fresh.email == "ana@example.com" and fresh.country_id.code == "BE"
assert sorted(fresh.category_id.ids) == sorted(tags.ids)
assert Partner.search([("id", "in", [person.id, company.id]), ("email", "!=", False)]) == [person.id]
assert Partner.search_count([("parent_id", "=", company.id)]) == 1
assert odoo.execute("res.partner", "read", [person.id], ["email"])[0]["email"] == "ana@example.com"

try:
    Partner.create({"nope": 1})
    raise AssertionError("an unknown field was taken")
except odoorpc.error.RPCError as error:
    assert "nope" in str(error), error
try:
    odoo.execute("res.partner", "write", [2**30], {"name": "x"})
    raise AssertionError("a record that is not there was written")
except odoorpc.error.RPCError as error:
    assert "does not exist" in str(error), error

Partner.unlink([person.id, company.id])
tags.unlink()
assert Partner.search([("id", "in", [person.id, company.id])]) == []
assert odoo.logout()
print("ok")
