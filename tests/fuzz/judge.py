"""Holds what odeno has read of XML-RPC documents against what Python's xmlrpc.client makes of them.

Reads cases from the standard input: the length of a document and that of what odeno has read, four bytes each, big
end first, and both of them. A length of 0xffffffff ends a batch, which is answered with one line of JSON: of each case
that differs its number and what Python says. How values are written is what judge.ts tells.
"""
import base64
import json
import re
import struct
import sys
import xmlrpc.client

END = 0xFFFFFFFF
MOMENT = re.compile(r"^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z?$", re.ASCII)


def main():
    read = sys.stdin.buffer.read
    while True:
        different = []
        number = 0
        while True:
            head = read(4)
            if len(head) < 4:
                return
            (size,) = struct.unpack(">I", head)
            if size == END:
                break
            (expected_size,) = struct.unpack(">I", read(4))
            document = read(size)
            expected = read(expected_size).decode()
            found = judge(document)
            if found != expected:
                different.append([number, found])
            number += 1
        print(json.dumps(different), flush=True)


def judge(document):
    try:
        params, method = xmlrpc.client.loads(document)
    except xmlrpc.client.Fault as fault:
        return "fault " + written(fault.faultCode) + written(fault.faultString)
    except Exception as error:
        return f"refused {type(error).__name__}: {error}"
    try:
        return (f"call {json.dumps(method, ensure_ascii=False)} " if method is not None else "value ") + "".join(map(written, params))
    except Exception as error:
        return f"unwritten {type(error).__name__}: {error}"


def written(value):
    if value is None:
        return "z"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, int) and abs(value) >= 2**53:
        return f"n beyond 2^53: {value}"
    if isinstance(value, (int, float)):
        number = float(value)
        return "n" + ("nan" if number != number else struct.pack(">d", number + 0.0).hex())
    if isinstance(value, str):
        return "s" + json.dumps(value, ensure_ascii=False)
    if isinstance(value, xmlrpc.client.Binary):
        return "x" + value.data.hex() + ";"
    if isinstance(value, xmlrpc.client.DateTime):
        parts = MOMENT.match(value.value.strip())
        return "s" + json.dumps("{}-{}-{} {}:{}:{}".format(*parts.groups()) if parts else "raw " + value.value)
    if isinstance(value, (list, tuple)):
        return "[" + "".join(map(written, value)) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return "{" + "".join(json.dumps(key, ensure_ascii=False) + written(value[key]) for key in keys) + "}"


main()
