"""The Python side of bench/reference: a deployment's source, and as a program the client and the encoding, timed."""

import asyncio
import json
import random
import os
import ssl
import sys
import time

from vastai import Deployment

os.environ.setdefault("VAST_API_KEY", "none")  # wanted even where nothing is deployed
app = Deployment(name="reference")


@app.remote(benchmark_dataset=[{"x": 2}], benchmark_runs=2, **(
    {"allow_parallel_requests": True, "max_queue_time": 3600.0} if os.environ.get("IS_DEPLOYMENT") else {}
))
async def square(x):
    return x * x


async def calls(endpoint_name, callers, seconds):
    """Calls a second of square, by so many callers at once."""
    from vastai.serverless.client import client as serverless
    from vastai.serverless.remote import serialization

    # The real one is fetched from the internet, and the engine here speaks plain HTTP.
    context = ssl.create_default_context()

    async def system_roots(self):
        return context

    serverless._ServerlessBase.get_ssl_context = system_roots
    client = serverless.Serverless(
        os.environ["VAST_API_KEY"],
        webserver_url=os.environ["VAST_URL"],
        autoscaler_url=os.environ["VAST_URL"],
    )
    done = 0
    async with client:
        endpoint = await client.get_endpoint(endpoint_name)

        async def one():
            response = await endpoint.request(
                "/remote/square", {"kwargs": {"x": serialization.serialize(5, "bench")}}
            )
            value = serialization.deserialize_unwrap_error(
                response["response"]["result"], "bench", {}
            )
            if value != 25:
                raise ValueError(f"a wrong answer: {value}")

        async def caller(end):
            nonlocal done
            while time.monotonic() < end:
                await one()
                done += 1

        for length in (1, seconds):  # the first warms up
            done = 0
            begin = time.monotonic()
            await asyncio.gather(*(caller(begin + length) for _ in range(callers)))
        return done / (time.monotonic() - begin)


def floats(count):
    """Seconds to encode and decode so many floats."""
    from vastai.serverless.remote import serialization

    numbers = random.Random(1)
    values = [numbers.random() for _ in range(count)]
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        text = json.dumps(serialization.serialize(values, "bench")).encode()
        back = serialization.deserialize(json.loads(text), "bench", {})
        best = min(best, time.perf_counter() - begin)
        if back != values:
            raise ValueError("not the same floats")
    return best


if __name__ == "__main__":
    if sys.argv[1] == "calls":
        print(asyncio.run(calls(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))))
    else:
        print(floats(int(sys.argv[2])))
