"""Deploys a source with the reference client: its path, and "package" to deploy its directory.

Prints what the service made of it as JSON. WEB_URL and ENGINE_URL say where the services are.
"""

import asyncio
import importlib.util
import json
import os
import sys

from vastai import AsyncClient


async def main(path, whole):
    AsyncClient.SSL_CERT_URL = os.environ["WEB_URL"] + "/static/jvastai_root.cer"
    spec = importlib.util.spec_from_file_location("parcel", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["parcel"] = module
    spec.loader.exec_module(module)
    if whole:
        module.app.file = os.path.dirname(path)
    await module.app.async_ensure_ready()
    deployment = module.app._inner.deployment
    return {"action": deployment.action, "hash": (await deployment.get()).file_hash}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2:] == ["package"]))))
