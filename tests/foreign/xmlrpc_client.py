"""Python's own XML-RPC client against an Odoo: URL DATABASE KEY PASSWORD."""
import sys
import xmlrpc.client

url, db, key, _password = sys.argv[1:]
common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
major = common.version()["server_version_info"][0]
uid = common.authenticate(db, "admin", key, {})
assert uid == 2, uid
assert common.authenticate(db, "admin", "wrong", {}) is False

models = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")


def call(model, method, *args, **kwargs):
    return models.execute_kw(db, uid, key, model, method, args, kwargs)


def fault(code, model, method, *args, **kwargs):
    try:
        call(model, method, *args, **kwargs)
    except xmlrpc.client.Fault as error:
        assert error.faultCode == code, error
        return error.faultString
    raise AssertionError(f"{model}.{method} should have failed")


tags = call("res.partner.category", "create", [{"name": "foreign one"}, {"name": "foreign two"}])
company = call("res.partner", "create", {"name": "Foreign Client SA", "is_company": True})
country = call("res.country", "search", [("code", "=", "BE")])[0]
person = call("res.partner", "create", {
    "name": "Ana Foreign",
    "parent_id": company,
    "country_id": country,
    "category_id": [(6, 0, tags)],
})
assert call("res.partner", "search", [("parent_id", "=", company)]) == [person]
assert call("res.partner", "search_count", [("id", "in", [company, person])]) == 2
row, = call("res.partner", "read", [person], ["name", "parent_id", "country_id", "category_id", "email"])
assert row["parent_id"] == [company, "Foreign Client SA"], row
assert row["country_id"] == [country, "Belgium"], row
assert sorted(row["category_id"]) == sorted(tags) and row["email"] is False, row

assert call("res.partner", "write", [person], {"email": "ana@example.com", "category_id": [(3, tags[0])]}) is True
row, = call("res.partner", "search_read", [("id", "=", person)], fields=["email", "category_id"], limit=1)
assert row == {"id": person, "email": "ana@example.com", "category_id": [tags[1]]}, row
assert call("res.partner", "fields_get", ["name"], attributes=["type", "required"])["name"]["type"] == "char"

assert "nope" in fault(1, "res.partner", "read", [person], ["nope"])
assert "doesn't exist" in fault(2, "no.model", "search", [])
assert "does not exist" in fault(2, "res.partner", "write", [2**30], {"name": "x"})
assert "Private methods" in fault(4, "res.partner", "_compute_display_name", [person])
# The method returns None: it is done, and then its answer cannot be written
if major < 19:
    assert "allow_none" in fault(1, "res.partner", "toggle_active", [person])
    assert call("res.partner", "search", [("id", "=", person)]) == []
call("res.partner", "unlink", [person, company])
call("res.partner.category", "unlink", tags)
assert call("res.partner", "search", [("id", "in", [company, person])], context={"active_test": False}) == []
print("ok")
