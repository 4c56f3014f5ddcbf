"""Python's xmlrpc.client as a contender: speaks as contender.ts does."""

import json
import sys
import time
import xmlrpc.client

WARM_UP_S, SAMPLE_S = 1, 0.03


def prepare(kind, inputs):
    """What to run, and whether a result is right."""
    if kind == "decode":
        with open(inputs[0], "rb") as file:
            xml = file.read()
        return lambda: xmlrpc.client.loads(xml)[0][0], lambda result: result == read(inputs[1])
    if kind == "encode":
        params = tuple(read(inputs[0]))
        return (
            lambda: xmlrpc.client.dumps(params, "execute_kw").encode(),
            lambda result: xmlrpc.client.loads(result)[0] == params,
        )
    proxy = xmlrpc.client.ServerProxy(inputs[0] + "/xmlrpc/2/object")
    args = ["odoo", 2, "key", inputs[1], "search_read", [[]], {}]
    return lambda: proxy.execute_kw(*args), lambda result: result == read(inputs[2])


def read(path):
    with open(path, "rb") as file:
        return json.load(file)


def timed(run, at_least):
    start, count = time.perf_counter(), 0
    while True:
        run()
        count += 1
        elapsed = time.perf_counter() - start
        if elapsed >= at_least:
            return elapsed / count * 1000


def peak_megabytes():
    try:
        with open("/proc/self/status") as status:
            lines = dict(line.split(":", 1) for line in status)
        return int(lines["VmHWM"].split()[0]) * 1024 / 1e6
    except OSError:
        return "NaN"


mode, kind, _name, *inputs = sys.argv[1:]
run, is_right = prepare(kind, inputs)
if mode == "once":
    print(timed(run, 0), peak_megabytes(), flush=True)
else:
    verdict = is_right(run())
    timed(run, WARM_UP_S)
    print("same" if verdict else "DIFFERENT", flush=True)
    for _ in sys.stdin:
        print(timed(run, SAMPLE_S), flush=True)
