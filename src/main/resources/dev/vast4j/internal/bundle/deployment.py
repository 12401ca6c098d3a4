"""Starts the Java worker of this bundle in place of this process. Written by vast4j."""

import glob
import os
import re
import shutil
import subprocess
import sys

RELEASE = @RELEASE@  # the oldest Java that can load the bundle's classes
CLASS_ARCHIVE = "vast4j/classes.jsa"
JAVA_HOME = @JAVA_HOME@  # where the image has its Java, if its builder said so


def candidates():
    """Where a java may be, the likeliest first."""
    if JAVA_HOME:
        return [os.path.join(JAVA_HOME, "bin", "java")]
    found = [shutil.which("java")]
    if os.environ.get("JAVA_HOME"):
        found.append(os.path.join(os.environ["JAVA_HOME"], "bin", "java"))
    # A package installs its Java here even when another one stays the default.
    found += sorted(glob.glob("/usr/lib/jvm/*/bin/java"))
    return [java for java in dict.fromkeys(found) if java]


def release_of(java):
    """The feature release of a java, or None when it does not run."""
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
    """The java to run; ends the process with a plain message when there is none."""
    seen = []
    for java in candidates():
        release = release_of(java)
        if release is not None and release >= RELEASE:
            return java
        seen.append(f"{java} ({'does not run' if release is None else f'Java {release}'})")
    what = f"this deployment needs Java {RELEASE} or newer"
    if JAVA_HOME:
        mend = f"Image.javaHome names {JAVA_HOME}: correct it, or leave it out to have Java installed"
    else:
        mend = f"have openjdk-{RELEASE}-jre-headless installed (Image.aptGet), or name the image's own with Image.javaHome"
    raise SystemExit(f"vast4j: {what}; found: {', '.join(seen) or 'none'}. To mend: {mend}.")


def jars_missing():
    """Whether a jar is not at its place that the bundle only names."""
    with open("vast4j/fetch.tsv", encoding="utf-8") as lines:
        for line in lines:
            _, _, size, place = line.rstrip("\n").split("\t")
            if not os.path.isfile(place) or os.path.getsize(place) != int(size):
                return True
    return False


def has_assets():
    """Whether the bundle names assets; the fetcher knows whether they are at their places."""
    return os.path.getsize("vast4j/assets.tsv") > 0


def fetch(java):
    """Returns once all is at its place; the fetcher tells the engine while something is not."""
    # It ends when its standard input does, that is, with this process.
    environment = dict(os.environ, VAST4J_WATCH_STDIN="true")
    with subprocess.Popen(
        [java, "@vast4j/fetch.args"], stdin=subprocess.PIPE, env=environment
    ) as fetcher:
        code = fetcher.wait()
    if code != 0:
        raise SystemExit(f"vast4j: fetching what the bundle names ended with {code}")


def main():
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    java = find_java()
    sys.stdout.flush()
    sys.stderr.flush()
    if has_assets() or jars_missing():
        fetch(java)
    options = []
    if os.path.isfile(CLASS_ARCHIVE):
        # Made by the first boot; the JVM ignores one that does not fit it.
        options = [f"-XX:SharedArchiveFile={CLASS_ARCHIVE}", "-Xshare:auto"]
    os.execvp(java, [java, *options, "@vast4j/java.args"])


main()
