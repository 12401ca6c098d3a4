"""Runs the reference client for the tests in src/reference/java: a command, then its arguments.

Prints what came of it as JSON. WEB_URL and ENGINE_URL say where the services are.
"""

import ast
import asyncio
import base64
import json
import os
import sys

from vastai import Serverless, VastAI
from vastai.serverless.client.endpoint import Endpoint
from vastai.serverless.remote.serialization import deserialize_unwrap_error, serialize

ROOT = "__main__"  # the deployment's classes are in this file


class Point:
    """The class of the recorded instances."""


def connect():
    # The real one is on the internet.
    Serverless.SSL_CERT_URL = os.environ["WEB_URL"] + "/static/jvastai_root.cer"
    return Serverless(
        os.environ["VAST_API_KEY"],
        webserver_url=os.environ["WEB_URL"],
        autoscaler_url=os.environ["ENGINE_URL"],
    )


async def call(target, function, **arguments):
    """Calls a function of an endpoint, or in a session."""
    payload = {"kwargs": {name: serialize(value, ROOT) for name, value in arguments.items()}}
    answer = await target.request("/remote/" + function, payload)
    if "result" not in answer["response"]:
        raise RuntimeError(f"status {answer['status']}: {answer['text']}")
    return deserialize_unwrap_error(answer["response"]["result"], ROOT, globals())


def value_of(description):
    """Returns the value of a recorded description."""
    kind = description["py"]
    if kind == "None":
        return None
    if kind in ("str", "int"):
        return ast.literal_eval(description["repr"])
    if kind == "float":
        return float(description["repr"])
    if kind == "bytes":
        return base64.b64decode(description["b64"])
    if kind == "list":
        return [value_of(item) for item in description["items"]]
    if kind == "tuple":
        return tuple(value_of(item) for item in description["items"])
    if kind == "dict":
        return {value_of(key): value_of(value) for key, value in description["pairs"]}
    point = Point()
    for name, value in description["fields"].items():
        setattr(point, name, value_of(value))
    return point


def same(a, b):
    """Returns whether two values are equal, with the same types and order at every level."""
    if type(a) is not type(b):
        return False
    if isinstance(a, Point):
        return same(vars(a), vars(b))
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return repr(a) == repr(b)  # distinguishes 0.0 from -0.0; NaN equals NaN


async def echo(name, recorded):
    """Echoes each recorded value; prints how many came back right, and the others."""
    with open(recorded, encoding="utf-8") as file:
        values = [value_of(vector["value"]) for vector in json.load(file)]
    wrong = []
    async with connect() as client:
        endpoint = Endpoint(client, name=name, id=1, api_key="endpoint-key")
        for value in values:
            back = await call(endpoint, "echo", value=value)
            if not same(back, value):
                wrong.append(f"{value!r} came back as {back!r}")
    return {"right": len(values) - len(wrong), "wrong": wrong}


async def typed(name):
    """Calls functions with declared Java types; prints what each returned."""
    async with connect() as client:
        endpoint = Endpoint(client, name=name, id=1, api_key="endpoint-key")
        return {
            "moved": await call(endpoint, "moved", reading={"name": "a", "value": 1.5}, by=2),
            "sorted": await call(endpoint, "sorted", numbers=[3, 1, 2]),
            "reversed": repr(await call(endpoint, "reversed", bytes=b"\x00\xff")),
            "negated": await call(endpoint, "negated", flag=1),
            "counted": repr(await call(endpoint, "counted", words=["a", "b", "a"])),
            "days": await call(endpoint, "days", day="2024-02-28"),
            "nothing": await call(endpoint, "nothing"),
        }


async def fail(name):
    """Calls a function that throws; prints what the client raises."""
    async with connect() as client:
        endpoint = Endpoint(client, name=name, id=1, api_key="endpoint-key")
        try:
            value = await call(endpoint, "fail", message="too hot")
        except Exception as e:
            return {"raised": type(e).__name__, "text": str(e)}
        return {"returned": value}


async def account(name):
    """Finds a deployment's endpoint, calls and inspects it, and opens and ends a session."""
    async with connect() as client:
        endpoint = next(e for e in await client.get_endpoints() if e.name.startswith(name))
        squares = await asyncio.gather(*(call(endpoint, "square", x=x) for x in range(1, 10)))
        workers = await endpoint.get_workers()
        session = await endpoint.session(lifetime=30)
        opened = await session.is_open()
        inside = await call(session, "square", x=12)
        await session.close()
        try:
            after = await endpoint.session_healthcheck(session)
        except Exception as e:
            after = str(e)
        logs = VastAI(os.environ["VAST_API_KEY"], os.environ["WEB_URL"]).get_endpt_logs(endpoint.id)
    return {
        "squares": squares,
        "workers": [vars(worker) for worker in workers],
        "opened": opened,
        "inside": inside,
        "after": after,
        "logs": logs,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(globals()[sys.argv[1]](*sys.argv[2:]))))
