"""Functions of a Python worker: some that return their argument, and those of Script.java."""

import asyncio
import os

from vastai import Deployment

os.environ.setdefault("VAST_API_KEY", "none")  # required even if nothing is deployed
app = Deployment(name="functions")


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def remote(**settings):
    """Declares a function; its settings apply on workers only."""
    return app.remote(**(settings if os.environ.get("IS_DEPLOYMENT") else {}))


@app.remote(benchmark_dataset=[{"x": 2}], benchmark_runs=2)
async def square(x):
    return x * x


@remote(allow_parallel_requests=True)
async def fail(message):
    raise ValueError(message)


@remote(allow_parallel_requests=True, max_queue_time=1e-9)
async def impatient():
    return 1


@app.remote
async def hold(file):
    while not os.path.exists(file):
        await asyncio.sleep(0.02)
    return "held"


def echo(name):
    """Returns its argument, whose type Java declares."""

    async def function(value):
        return value

    function.__name__ = name
    app.remote(function)


for kind in """
    aBoolean anInt aLong aBig aDecimal aDouble aFloat aString aCharacter anEnum anOptional aUuid anInstant aDate
    aDuration bytes buffer floats doubles ints longs grid list listOfMaps set mapByInt mapByList record point anything
""".split():
    echo(kind)


@app.remote
async def described(value):
    return repr(value)


@app.remote
async def moved(point, by):
    return Point(point.x + by, point.y + by)
