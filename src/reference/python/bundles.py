"""Random Python deployments for RandomBundlesReferenceTest, and the reference client's bundles of them.

bundles.py make FOLDER SEED COUNT     a folder for each, and cases.json
bundles.py compare FOLDER SERVICE     prints what differs from put.json and bundle.tar.gz, which were added to each folder
"""

import hashlib
import json
import os
import pathlib
import random
import sys
import tarfile

os.environ.setdefault("VAST_API_KEY", "none")  # required even if nothing is sent
from vastai import Deployment

MARKS = ["#!VAST_IGNORE_CHANGES", "# !VAST_IGNORE_CHANGES", "#\t!VAST_IGNORE_CHANGES \t", "#  !VAST_IGNORE_CHANGES\f",
         "## !VAST_IGNORE_CHANGES", "#!VAST_IGNORE_CHANGES.", "#!vast_ignore_changes", "# !VAST_IGNORE_CHANGES\xa0",
         "# note !VAST_IGNORE_CHANGES", "!VAST_IGNORE_CHANGES", "#\x0b!VAST_IGNORE_CHANGES", "#\x1c!VAST_IGNORE_CHANGES"]
PIECES = ["'", '"', "'''", '"""', "''", '""', '""""', "'''''", "\\", "\\\\", "\\'", '\\"', "#", "\n", "\n", "\n", "\r\n",
          "\r", "\f", "\v", "\t", "    ", "\\\n", "\x00", "\x85", "\u2028", "\ufeff", "é", "🙂", "x = 1", "f'{a}'",
          "f\"{b!r:>{w}}\"", "rb'\\'", "R'''", "br\"", "u'", "# -*- coding: latin-1 -*-", "if x:", "return", "(", ")",
          "{'k': \"v\"}", "f'{d[\"#\"]}'", "0777", "?", "$"]
TEXT = ["a", "Z", "0", " ", "'", '"', "\\", "\n", "\r", "\t", "\b", "\f", "\x01", "\x1f", "\x7f", "/", "<", "&", "é", "ß",
        "\u0100", "\u2028", "\uffff", "🙂", "\U0010ffff", "\ud800", "$HOME", "`", ";", "==1.0", "[x]", "%"]
NAMES = ["a", "B", "util", "größe", "gro\u0308ße", "日本", "🙂", "\uffee", "sp ace", "qu'ote", 'do"uble', "plus+", "per%41", "x-y",
         "a.b", ".hidden", "star*", "br[ack]et", "back\\slash", "new\nline", "tilde~x", "__main__", "_", "comma,", "a" * 120]
ENDINGS = ["", ".py", ".PY", ".txt", ".bin", ".pyi", ".py.txt", ".json"]
# Not in the tree, since vast4j excludes them on purpose: caches, keys, entries of .vastignore.


def source(r):
    parts = [r.choice(MARKS) if r.random() < 0.25 else r.choice(PIECES) for _ in range(r.randint(0, 60))]
    data = "".join(parts).encode("utf-8")
    if r.random() < 0.05:
        data = b"\xef\xbb\xbf" + data
    if r.random() < 0.05:
        data += bytes(r.randrange(256) for _ in range(40)) + r.choice(MARKS).encode() + b"\n"
    if r.random() < 0.02:
        data = data + b"# long\n" * 40_000 + r.choice(MARKS).encode()
    return data


def text(r, most=12):
    return "".join(r.choice(TEXT) for _ in range(r.randint(1, most)))


def shown(r, most=12):
    """Returns a text that is not blank."""
    return r.choice("abc") + text(r, most)


def fill(r, folder, depth):
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(r.randint(0, 5)):
        path = folder / (r.choice(NAMES) + r.choice(ENDINGS))
        if path.exists() or path.is_symlink():
            continue
        kind = r.random()
        if kind < 0.2 and depth:
            fill(r, path, depth - 1)
        elif kind < 0.25:
            files = sorted(other.name for other in folder.iterdir() if other.is_file() and not other.is_symlink())
            if files:
                path.symlink_to(r.choice(files))
        else:
            write(r, path)


def write(r, path):
    path.write_bytes(source(r))
    if r.random() < 0.2:
        path.chmod(0o755)


def case(r, folder):
    if r.random() < 0.5:
        main = folder / (r.choice(NAMES) + ".py")
        write(r, main)
    else:
        main = folder / r.choice(NAMES)
        fill(r, main, 3)
        write(r, main / "__init__.py")
    copies = []
    for i in range(r.choice([0, 0, 1, 2, 3])):
        copied = folder / f"copy{i}"
        destination = r.choice(["data", "./data", "data/", "d/e", "d//e", "d/./e", "/opt/x", "/opt/x/", "/größe", "./",
                                "./deployment", "日本/🙂"])
        if r.random() < 0.5:
            fill(r, copied, 2)
        else:
            write(r, copied)
            destination = destination.rstrip("/") + "/" + r.choice(NAMES)
        copies.append([str(copied), destination])
    return {
        "folder": str(folder), "source": str(main), "copies": copies,
        "engine": r.choice(["https://run.vast.ai", "http://127.0.0.1:2"]),
        "name": r.choice(["square", "größe", "a b", "日本", "q'\"\\", "🙂"]), "tag": r.choice([None, "default", "blue", "v1.0_x-y"]),
        "version_label": r.choice([None, "v1", "ä"]), "ttl": r.choice([None, 2, 7.5, 3600]),
        "image": "vastai/base-image:" + r.choice(["a", "@vastai-automatic-tag"]), "storage": r.choice([1, 16, 20.5]),
        "login": r.choice([None, ["user", "pass'\"", "docker.io"]]),
        "pip": [shown(r) for _ in range(r.choice([0, 1, 3]))], "apt": [shown(r) for _ in range(r.choice([0, 1, 3]))],
        "envs": [[r.choice("ABC") + r.choice("_x9"), "" if r.random() < 0.1 else text(r)] for _ in range(r.choice([0, 1, 5]))],
        "runs": [shown(r, 30) if r.random() < 0.5 else [shown(r) for _ in range(r.randint(1, 4))]
                 for _ in range(r.choice([0, 1, 3]))],
        "venv": r.choice([None, None, "", "/venv/main", "/größe"]),
        "ports": [[r.randint(4000, 4005), r.choice(["tcp", "udp"])] for _ in range(r.choice([0, 0, 1, 4]))],
        "autoscaling": {key: value for key, value in {
            "cold_workers": 2, "max_workers": 5, "min_load": 1.5, "min_cold_load": 0.5, "target_util": 0.9, "cold_mult": 2,
            "max_queue_time": 30, "target_queue_time": 2.5, "inactivity_timeout": 60}.items() if r.random() < 0.3},
    }


def reference(case, service):
    login = dict(zip(["docker_login_user", "docker_login_pass", "docker_login_repo"], case["login"] or []))
    tag = {} if case["tag"] is None else {"tag": case["tag"]}
    app = Deployment(api_key="none", name=case["name"], version_label=case["version_label"], ttl=case["ttl"],
                     webserver_url=service, autoscaler_url=case["engine"], **tag)
    image = app.image(case["image"], case["storage"], **login).pip_install(*case["pip"]).apt_get(*case["apt"])
    for key, value in case["envs"]:
        image.env(**{key: value})
    for run in case["runs"]:
        image.run_script(run) if isinstance(run, str) else image.run_cmd(*run)
    for path, destination in case["copies"]:
        image.copy(path, destination)
    if case["venv"] is not None:
        image.venv(case["venv"]) if case["venv"] else image.use_system_python()
    for number, kind in case["ports"]:
        image.publish_port(number, kind)
    app.configure_autoscaling(**case["autoscaling"])
    app.root_module, app.file = "main", case["source"]
    return app._into_deployment_config_and_tarball(os.path.join(case["folder"], "reference.tar.gz")).to_dict()


def flags(env):
    """Sorts ports, which the reference keeps in a set, whose order differs between processes."""
    words = env.split(" ")
    pairs = [" ".join(words[i:i + 2]) for i in range(0, len(words), 2)]
    return sorted(pair for pair in pairs if pair.startswith("-p")), [pair for pair in pairs if not pair.startswith("-p")]


def extracted(tarball):
    """Returns what an extraction leaves: the last member of a path, and the targets of links."""
    found, links = {}, {}
    with tarfile.open(tarball) as tar:
        for member in tar:
            path = os.path.normpath(member.name)
            found.pop(path, None)
            links.pop(path, None)
            if member.isfile():
                content = hashlib.sha256(tar.extractfile(member).read()).hexdigest()
                found[path] = (content, bool(member.mode & 0o100))
            elif member.issym():
                links[path] = os.path.normpath(os.path.join(os.path.dirname(path), member.linkname))
    return found | {path: found.get(target) for path, target in links.items()}


def config_json(tarball):
    with tarfile.open(tarball) as tar:
        return tar.extractfile("./config.json").read()


def differences(case, service):
    theirs, folder = reference(case, service), case["folder"]
    ours = json.loads(pathlib.Path(folder, "put.json").read_text("utf-8"))
    theirs["env"], ours["env"] = flags(theirs["env"]), flags(ours["env"])
    theirs.pop("file_size"), ours.pop("file_size")
    for key in sorted(theirs.keys() | ours.keys()):
        if theirs.get(key) != ours.get(key):
            yield f"{key}: {theirs.get(key)!r} there, {ours.get(key)!r} here"
    tarballs = os.path.join(folder, "reference.tar.gz"), os.path.join(folder, "bundle.tar.gz")
    if config_json(tarballs[0]) != config_json(tarballs[1]):
        yield f"config.json: {config_json(tarballs[0])!r} there, {config_json(tarballs[1])!r} here"
    theirs, ours = extracted(tarballs[0]), extracted(tarballs[1])
    for path in sorted(theirs.keys() | ours.keys()):
        if theirs.get(path) != ours.get(path):
            yield f"file {path!r}: {theirs.get(path)} there, {ours.get(path)} here"


def main():
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "make":
        cases = []
        for i in range(int(sys.argv[4])):
            sub = folder / str(i)
            sub.mkdir()
            cases.append(case(random.Random(f"{sys.argv[3]} {i}"), sub))
        (folder / "cases.json").write_text(json.dumps(cases))
    else:
        for one in json.loads((folder / "cases.json").read_text()):
            for line in differences(one, sys.argv[3]):
                print(f"{one['folder']}: {line}")


main()
