"""Serves an unpacked Python deployment, as the instance's boot script does after unpacking.

The embedded engine starts it in the worker's folder. It writes nothing elsewhere.
"""

import json
import os
import sys
import threading


def end_with_engine():
    """Ends this process when the engine, at the other end of stdin, is gone."""
    # Not sys.stdin: Python aborts if it exits while a thread holds that lock.
    while os.read(0, 4096):
        pass
    os._exit(0)


def main():
    with open("config.json", encoding="utf-8") as file:
        name = json.load(file)["name"]
    os.environ["IS_DEPLOYMENT"] = "1"
    sys.path.insert(0, os.getcwd())

    from vastai.serverless.remote.serve import Deployment
    import deployment  # noqa: F401  registers its functions

    found = Deployment.lookup(name)
    if found is None:
        sys.exit(f"the bundle's module registers no deployment named {name!r}")
    found.into_worker().run()


if __name__ == "__main__":
    threading.Thread(target=end_with_engine, daemon=True).start()
    main()
