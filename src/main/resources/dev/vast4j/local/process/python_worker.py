"""Serves an unpacked Python deployment: what the instance's boot script does after unpacking.

Started by the embedded engine in the worker's folder. Nothing outside that folder is written.
"""

import json
import os
import sys
import threading


def end_with_engine():
    """Ends this process when the engine, which holds the other end of stdin, is gone."""
    # Not by sys.stdin: a thread within its lock has Python abort where the program ends by itself.
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
