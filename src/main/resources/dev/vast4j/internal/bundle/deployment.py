"""Sets this machine up, starts the bundle's Java worker and stays its parent. Part of vast4j.

Whatever fails is reported to the engine, again and again: were this process to end, the machine's
start script would replace the reason by "exited with status 1".
"""

# Twin of dev.vast4j.local.process.ProcessHost, which starts workers on a laptop: change both.
# Runs on Python 3.8 and later with the standard library only.

import os
import sys

if __name__ != "__main__" and sys.executable:
    # A process of its own: without the bootstrap's memory, and -I ignores modules in this folder.
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-I", os.path.abspath(__file__)])

import functools
import glob
import hashlib
import json
import re
import select
import shutil
import signal
import subprocess
import tarfile
import time
import traceback
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
CLASS_ARCHIVE = "vast4j/classes.jsa"

RELEASES = [17, 21, 25, 29, 33]  # long-term support
RETRY_AFTER = [2, 5, 10]  # seconds, for apt, pip and downloads
RESTART_AFTER = [1, 2, 4, 8, 16]  # seconds, for a Java that ended
STABLE = 600  # seconds after which an end counts as the first one
OUT_OF_MEMORY = 3  # how a worker ends whose heap was full for 10 seconds
FULL = 10
REPORT_EVERY = 10  # seconds

APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=2", "-y", "-qq"]

TAIL = 4096  # bytes of output to keep
MAX_MESSAGE = 2000
# Lines that say nothing about the reason, or repeat a variable's value.
NOISE = re.compile(
    r"\s*(#?|(NOTE: )?Picked up .*|Error: Could not create the Java Virtual Machine\."
    r"|Error: A fatal exception has occurred\. Program will exit\.|at .*|\.\.\. \d+ more"
    r"|# (If you would like|An error report|Core dump|Failed to write core|The crash happened"
    r"|See problematic|JRE version|Java VM|  https?:).*)\s*"
)

child = None  # the process that runs now
stopping = 0  # the signal that asked to end


class Failure(Exception):
    """Says what failed and how to fix it."""


class FinalFailure(Failure):
    """One that another try cannot change."""


@functools.lru_cache(maxsize=None)
def setup():
    """Returns the steps and the Java that the bundle asks for."""
    with open(os.path.join(HERE, "vast4j/setup.json"), encoding="utf-8") as file:
        return json.load(file)


# -- what is said ---------------------------------------------------------------------------


@functools.lru_cache(maxsize=None)
def hidden():
    """Returns texts that must not be shown, with what to show instead, the longest first."""
    values = [
        (name, value)
        for name, value in os.environ.items()
        if re.search("KEY|TOKEN|SECRET|PASS|CREDENTIAL", name.upper())
    ]
    with open(os.path.join(HERE, "config.json"), encoding="utf-8") as file:
        values += json.load(file).get("envs", [])
    lines = {
        line.strip(): "(value of %s)" % name
        for name, value in values
        for line in [value] + value.splitlines()
        if len(line.strip()) >= 4
    }
    return sorted(lines.items(), key=lambda pair: -len(pair[0]))


def redacted(text):
    """Returns a text without keys, values of variables, and passwords in URLs."""
    for value, name in hidden():
        text = text.replace(value, name)
    return re.sub(r"://[^/@\s]+@", "://", text)


def say(text):
    """Adds a line to the log."""
    try:
        print("vast4j: " + redacted(text), flush=True)
    except (OSError, ValueError):
        pass  # nobody reads the log any more


def report(message):
    """Tells the engine once why there is no worker."""
    environment = os.environ
    container = environment.get("CONTAINER_ID", "").strip()
    if not re.fullmatch("[0-9]{1,18}", container):
        say("cannot report to the engine: CONTAINER_ID is not set")
        return
    port = environment.get("WORKER_PORT", "").strip() or "3000"
    status = {
        "id": int(container),
        "mtoken": environment.get("MASTER_TOKEN", ""),
        "version": "1.1.0",
        "loadtime": 0.0,
        "cur_load": 0.0,
        "rej_load": 0.0,
        "new_load": 0.0,
        "error_msg": ("Worker failed to launch: " + redacted(message))[:MAX_MESSAGE],
        "max_perf": 0.0,
        "cur_perf": 0.0,
        "cur_capacity": 0,
        "max_capacity": 0,
        "num_requests_working": 0,
        "num_requests_recieved": 0,
        "additional_disk_usage": 0.0,
        "working_request_idxs": [],
        "url": "%s://%s:%s"
        % (
            "https" if environment.get("USE_SSL", "").strip() == "true" else "http",
            environment.get("PUBLIC_IPADDR", "").strip() or "127.0.0.1",
            environment.get("VAST_TCP_PORT_" + port, "").strip() or port,
        ),
    }
    body = json.dumps(status).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "vast4j"}
    addresses = environment.get("REPORT_ADDR", "").strip() or "https://run.vast.ai"
    for address in filter(None, (one.strip().rstrip("/") for one in addresses.split(","))):
        try:
            request = urllib.request.Request(address + "/worker_status/", body, headers)
            with urllib.request.urlopen(request, timeout=10):
                return
        except Exception as e:  # whatever it is, the next address may work
            say("cannot report to the engine: %s: %s" % (type(e).__name__, e))


def report_for_ever(message):
    """Repeats the reason until this process is told to end."""
    say("Worker failed to launch: " + message)
    while True:
        report(message)
        time.sleep(REPORT_EVERY)


# -- processes ------------------------------------------------------------------------------


class Ended:
    """How a process ended, and its last words."""

    def __init__(self, code, output, out_of_memory):
        lines = output.decode("utf-8", "replace").splitlines()
        self.code = code
        self.words = "; ".join([line.strip() for line in lines if not NOISE.fullmatch(line)][-6:])
        number = -code if code < 0 else code - 128 if 128 < code < 160 else 0
        try:
            name = signal.Signals(number).name
        except ValueError:
            number = 0
        if out_of_memory:
            self.how = "was killed because the machine ran out of memory"
        elif number == signal.SIGKILL:
            self.how = "was killed by signal 9 (SIGKILL), as a machine out of memory does"
        elif number:
            self.how = "was ended by signal %d (%s)" % (number, name)
        else:
            self.how = "ended with exit code %d" % code
        if self.words and number not in (signal.SIGKILL, signal.SIGTERM):
            self.how += ": " + self.words


def stop(number, _frame):
    """Passes a signal on; ends this process once nothing runs."""
    global stopping
    stopping = number
    if child is None:
        sys.exit(128 + number)
    child.send_signal(number)


try:
    import ctypes

    PRCTL = ctypes.CDLL(None).prctl
except (ImportError, OSError, AttributeError):
    PRCTL = None


def end_with_parent():
    """Asks the kernel to kill this new process as soon as its parent has ended."""
    if PRCTL:
        PRCTL(1, int(signal.SIGKILL), 0, 0, 0)


def out_of_memory_kills():
    """Returns how many processes of this container the kernel killed for lack of memory."""
    for path in "/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control":
        try:
            with open(path, encoding="ascii") as file:
                return int(dict(line.split() for line in file)["oom_kill"])
        except (OSError, ValueError, KeyError):
            pass
    return 0


def run(command, watched=False, **variables):
    """Runs a program to its end, its output in the log.

    A watched one ends with this process: by the kernel, and when its standard input ends.
    """
    global child
    kills = out_of_memory_kills()
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if watched else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(os.environ, **variables),
            preexec_fn=end_with_parent if watched else None,
        )
    except OSError as e:
        raise Failure("%s cannot be started: %s" % (command[0], e.strerror))
    if stopping:
        child.send_signal(stopping)
    output = pump(child)
    code = child.wait()
    child.stdout.close()
    if child.stdin:
        child.stdin.close()
    child = None
    if stopping:
        sys.exit(128 + stopping)
    return Ended(code, output, code == -signal.SIGKILL and out_of_memory_kills() > kills)


def pump(process):
    """Copies a process's output to the log until it ends; returns the last of it."""
    pipe = process.stdout.fileno()
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    tail = b""
    while True:
        # A process that it started may hold the pipe open for longer.
        ended = process.poll() is not None
        if not poll.poll(0 if ended else 1000):
            if ended:
                return tail
            continue
        data = os.read(pipe, 65536)
        if not data:
            return tail
        tail = (tail + data)[-TAIL:]
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except (OSError, ValueError):
            pass  # nobody reads the log any more


def answer(*command):
    """Returns what a program prints, in English; nothing if it fails."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ, LC_ALL="C"),
            check=True,
            timeout=60,
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        return ""


def retried(action, pauses):
    """Tries until it works, once more than there are pauses."""
    for pause in pauses:
        try:
            return action()
        except FinalFailure:
            raise
        except Failure as failure:
            say("%s; trying again in %d s" % (failure, pause))
            report(str(failure))
            time.sleep(pause)
    return action()


# -- packages and scripts -------------------------------------------------------------------


def installed(package):
    """Returns whether a Debian package is there, in the version that is asked for, if any."""
    name, _, version = package.partition("=")
    if not re.fullmatch("[a-z0-9][a-z0-9+.-]*(:[a-z0-9-]+)?", name):
        return False
    found = answer("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", name)
    return found.startswith("ii ") and version in ("", found[3:])


def apt(choose):
    """Updates the list of packages, then installs what the argument chooses from it."""
    if not shutil.which("apt-get"):
        raise FinalFailure("cannot install Debian packages: the image has no apt-get")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    # Not fatal: one of several sources may be broken.
    update = run(APT + ["update"], **quiet)
    packages = choose()
    say("installing with apt-get: " + " ".join(packages))
    install = run(APT + ["install"] + packages, **quiet)
    if install.code and "dpkg --configure -a" in install.words:
        run(["dpkg", "--configure", "-a"], **quiet)
        install = run(APT + ["install"] + packages, **quiet)
    if install.code:
        said = " (and apt-get update " + update.how + ")" if update.code else ""
        raise Failure(
            "apt-get install of %s %s%s" % (" ".join(packages), install.how, said)
        )


def pip(packages):
    """Installs Python packages, as the service does."""
    tool = ["uv"] if shutil.which("uv") else [sys.executable, "-m"]
    say("installing with pip: " + " ".join(packages))
    ended = run(tool + ["pip", "install"] + packages)
    if ended.code:
        raise Failure("pip install of %s %s" % (" ".join(packages), ended.how))


def run_step(step, name):
    """Runs a script or a command, which may hold a secret: its number names it."""
    say("running " + name)
    ended = run(["sh", "-c", step] if isinstance(step, str) else step)
    if ended.code:
        raise Failure(name + " " + ended.how)


def prepare():
    """Does what the bundle asks for, in order; returns the java to run."""
    packages = setup()["apt_gets"]
    if not all(map(installed, packages)):
        retried(lambda: apt(lambda: packages), RETRY_AFTER)
    # Before the scripts, which may use it; after them if one of them installs it.
    java = None if setup()["java"]["home"] else provide_java()
    if setup()["pip_installs"]:
        retried(lambda: pip(setup()["pip_installs"]), RETRY_AFTER)
    steps = setup()["runs"]
    for number, step in enumerate(steps, 1):
        kind = "script" if isinstance(step, str) else "command"
        run_step(step, "step %d of %d (a %s)" % (number, len(steps), kind))
    return java or find_java()


# -- Java -----------------------------------------------------------------------------------


def candidates():
    """Returns where a java may be, the likeliest first."""
    home = setup()["java"]["home"]
    if home:
        return [os.path.join(home, "bin", "java")]
    found = [shutil.which("java")]
    if os.environ.get("JAVA_HOME"):
        found.insert(0, os.path.join(os.environ["JAVA_HOME"], "bin", "java"))
    # A package installs its Java here even if another one stays the default.
    found += sorted(glob.glob("/usr/lib/jvm/*/bin/java"))
    if setup()["java"]["archive"]:
        found += glob.glob(unpacked_java() + "/bin/java") + glob.glob(unpacked_java() + "/*/bin/java")
    return [java for java in dict.fromkeys(found) if java]


def release_of(java):
    """Returns the feature release of a java, or None if it does not run."""
    try:
        answer = subprocess.run(
            [java, "-version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(rb'version "(?:1\.)?(\d+)', answer.stdout)
    return int(match.group(1)) if answer.returncode == 0 and match else None


def find_java():
    """Returns the java to run; fails with what there is instead."""
    wanted = setup()["java"]
    seen = []
    for java in candidates():
        release = release_of(java)
        if release is not None and release >= wanted["release"]:
            return java
        seen.append("%s (%s)" % (java, "does not run" if release is None else "Java %d" % release))
    message = "this deployment needs Java %d or newer; found: %s" % (
        wanted["release"],
        ", ".join(seen) or "none",
    )
    if wanted["home"]:
        message += (
            ". To fix: correct Image.javaHome, which is %s, or remove it to have Java installed"
            % wanted["home"]
        )
    raise Failure(message)


def provide_java():
    """Returns the java to run; installs one if none fits."""
    archive = setup()["java"]["archive"]
    try:
        return find_java()
    except Failure as failure:
        tried = [str(failure)]
    ways = [lambda: retried(lambda: apt(java_package), [] if archive else RETRY_AFTER)]
    if archive:
        ways.append(lambda: retried(lambda: unpack_java(archive), RETRY_AFTER))
    for way in ways:
        try:
            way()
            return find_java()
        except Failure as failure:
            tried.append(str(failure))
    fix = (
        "correct Image.javaArchive"
        if archive
        else "use an image with Java, or name an archive of one with Image.javaArchive"
    )
    raise Failure("%s. To fix: %s" % (". Tried: ".join(tried), fix))


def java_package():
    """Returns the package of the oldest Java that fits and that apt has."""
    wanted = setup()["java"]["release"]
    releases = [wanted] + [release for release in RELEASES if release > wanted]
    names = ["openjdk-%d-jre-headless" % release for release in releases]
    for name in names:
        if re.search(r"Candidate: (?!\(none\))", answer("apt-cache", "policy", name)):
            return [name]
    raise Failure("apt-get has none of the packages " + ", ".join(names))


def unpacked_java():
    """Returns the folder of the archive's Java, which stays for later boots."""
    return "vast4j/java/" + setup()["java"]["archive"]["sha256"][:16]


def unpack_java(archive):
    """Downloads, checks and unpacks an archive of a Java."""
    # A signed URL is a secret, too.
    shown = archive["url"].split("?")[0]
    folder = unpacked_java()
    part = folder + ".part"
    say("downloading Java from " + shown)
    try:
        shutil.rmtree("vast4j/java", ignore_errors=True)
        os.makedirs(part)
        digest = hashlib.sha256()
        with open(part + "/java.tar.gz", "w+b") as file:
            request = urllib.request.Request(archive["url"], headers={"User-Agent": "vast4j"})
            with urllib.request.urlopen(request, timeout=60) as source:
                for block in iter(lambda: source.read(1 << 20), b""):
                    digest.update(block)
                    file.write(block)
            if digest.hexdigest() != archive["sha256"]:
                raise Failure("its SHA-256 is %s" % digest.hexdigest())
            file.seek(0)
            with tarfile.open(fileobj=file, mode="r:gz") as tar:
                safe = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}
                tar.extractall(part + "/java", **safe)
        os.rename(part + "/java", folder)
    except Exception as e:  # of the network, HTTP, gzip, tar or the disk
        detail = str(e).replace(archive["url"], shown)
        raise Failure("the Java archive %s: %s" % (shown, detail or type(e).__name__))
    finally:
        shutil.rmtree(part, ignore_errors=True)


# -- the worker -----------------------------------------------------------------------------


def named_jars():
    """Yields digest, size and path of the jars that the bundle only names."""
    with open("vast4j/fetch.tsv", encoding="utf-8") as lines:
        for line in lines:
            _, digest, size, path = line.rstrip("\n").split("\t")
            yield digest, int(size), path


def jars_missing():
    """Returns whether a jar that the bundle only names is missing."""
    return any(
        not os.path.isfile(path) or os.path.getsize(path) != size
        for _, size, path in named_jars()
    )


def remove_damaged_jars():
    """Removes fetched jars whose content is not what the bundle names."""
    for digest, _, path in named_jars():
        found = hashlib.sha256()
        try:
            with open(path, "rb") as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    found.update(block)
            if found.hexdigest() != digest:
                say("removing %s, which is damaged" % path)
                os.remove(path)
        except OSError:
            pass  # missing, so it is fetched anyway


def has_assets():
    """Returns whether the bundle names assets; the fetcher checks whether they are missing."""
    return os.path.getsize("vast4j/assets.tsv") > 0


def run_java(java, options, **variables):
    return run([java] + options, watched=True, VAST4J_WATCH_STDIN="true", **variables)


def attempt(java):
    """Fetches what is missing and runs the worker; returns how that ended, and the worker's code."""
    if has_assets() or jars_missing():
        # Reports to the engine by itself while something cannot be fetched.
        fetched = run_java(java, ["@vast4j/fetch.args"])
        if fetched.code:
            return "fetching jars and assets: java " + fetched.how, None
    options = []
    if os.path.isfile(CLASS_ARCHIVE):
        # The first boot makes it; the JVM ignores an archive that does not fit.
        options = ["-XX:SharedArchiveFile=" + CLASS_ARCHIVE, "-Xshare:auto"]
    archive = os.environ.get("VAST4J_CLASS_ARCHIVE", "").strip() or CLASS_ARCHIVE
    ended = run_java(java, options + ["@vast4j/java.args"], VAST4J_CLASS_ARCHIVE=archive)
    return "java " + ended.how, ended.code


def serve(java):
    """Keeps the worker running; fails when it ends again and again."""
    failures = 0
    while True:
        say("starting " + java)
        started = time.monotonic()
        why, code = attempt(java)
        lasted = time.monotonic() - started
        # A function's leak is no reason to give the worker up: it serves all others again.
        if lasted > STABLE or (code == OUT_OF_MEMORY and lasted > FULL):
            failures = 0
        if failures == len(RESTART_AFTER):
            raise Failure("%s (started %d times)" % (why, failures + 1))
        say("%s; starting it again in %d s" % (why, RESTART_AFTER[failures]))
        report(why)
        time.sleep(RESTART_AFTER[failures])
        failures += 1
        remove_damaged_jars()


def main():
    os.chdir(HERE)
    for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        serve(prepare())
    except Failure as failure:
        reason = str(failure)
    except Exception as e:  # the engine must hear of a mistake in here, too
        traceback.print_exc()
        reason = "%s: %s" % (type(e).__name__, e)
    report_for_ever(reason)


main()
