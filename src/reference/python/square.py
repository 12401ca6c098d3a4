"""The square example as a Python user writes it: a deployment, and the program that deploys and calls it."""

import asyncio
import json
import os

from vastai import AsyncClient, Deployment

app = Deployment(
    name="square-in-python",
    webserver_url=os.environ.get("WEB_URL", ""),
    autoscaler_url=os.environ.get("ENGINE_URL"),
)
app.image("vastai/base-image:@vastai-automatic-tag", 16)
app.configure_autoscaling(min_load=100, max_workers=1)


@app.remote(benchmark_dataset=[{"x": 2}], benchmark_runs=2)
async def square(x):
    return x * x


async def main():
    AsyncClient.SSL_CERT_URL = os.environ["WEB_URL"] + "/static/jvastai_root.cer"
    await app.async_ensure_ready()
    print(json.dumps(await asyncio.gather(*(square(x) for x in range(1, 10)))))


if __name__ == "__main__":
    asyncio.run(main())
