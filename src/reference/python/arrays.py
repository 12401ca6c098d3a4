"""The reference's client of a Java deployment that takes arrays of numbers; its argument is the deployment's name."""

import asyncio
import json
import sys

from client import call, connect


async def main(name):
    async with connect() as client:
        endpoint = next(e for e in await client.get_endpoints() if e.name.startswith(name))
        answer = {
            "twice": await call(endpoint, "twice", numbers=[1.5, -2.0, 1e30]),
            "rows": await call(endpoint, "rows", numbers=[[1, 2], [], [3]]),
        }
    print(json.dumps(answer))


asyncio.run(main(sys.argv[1]))
