"""Load, and what a process took for it."""

import gzip
import pathlib
import re
import ssl
import subprocess
import sys
import urllib.request

PROXY_CORE, LOAD_CORE = "0", "1"
CONNECTIONS = 32


class Served:
    """The programs that run; all are ended."""

    def __init__(self, folder):
        self.folder, self.programs, self.peers = folder, [], {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.terminate()
        for program in self.programs:
            program.wait()

    def run(self, name, command, core):
        """Begins a program on a core. What it says goes into a file."""
        with open(pathlib.Path(self.folder, f"{name}.log"), "wb") as said:
            command = ["taskset", "-c", core, *map(str, command)]
            program = subprocess.Popen(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
        self.programs.append(program)
        return program


class Proxy:
    """One that runs: its address, and its process."""

    def __init__(self, url, process):
        self.url, self.process = url, process

    def processes(self):
        """Itself and those that it began."""
        children = pathlib.Path(f"/proc/{self.process}/task/{self.process}/children").read_text("ascii").split()
        return [self.process, *map(int, children)]

    def time(self):
        """Nanoseconds on a core so far."""
        tasks = [task for process in self.processes() for task in pathlib.Path(f"/proc/{process}/task").iterdir()]
        return sum(int((task / "schedstat").read_text("ascii").split()[0]) for task in tasks)


def cpu_per_request(proxy, load):
    """Microseconds of a core for each request of a load."""
    before = proxy.time()
    requests = load(proxy)
    return (proxy.time() - before) / 1000 / max(1, requests)


def said(command):
    """What a program writes."""
    return subprocess.run(["taskset", "-c", LOAD_CORE, *command], capture_output=True, text=True, check=True).stdout


def wrk(proxy, path, seconds, fields):
    """Requests with HTTP/1.1; how many were answered."""
    headers = [word for field in fields for word in ("-H", field)]
    out = said(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *headers, proxy.url + path])
    if wrong := re.search(r"Non-2xx or 3xx responses: \d+", out):
        sys.exit(f"{proxy.url}{path}: {wrong[0]}")
    return int(re.search(r"(\d+) requests in", out)[1])


def h2load(proxy, path, seconds, _fields):
    """The same with HTTP/2."""
    out = said(["h2load", "-t1", "-c8", "-m16", f"-D{seconds}", "--warm-up-time=0", proxy.url + path])
    return int(re.search(r"(\d+) succeeded", out)[1])


def check(peer, proxy, path, judged):
    """That a proxy does what is measured."""
    request = urllib.request.Request(proxy.url + path)
    with urllib.request.urlopen(request, context=ssl._create_unverified_context(), timeout=10) as answer:
        body = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if not judged:
            return
        scripts = len(re.findall(rb"<script[^>]*\bsrc=", body))
        pinned = len(re.findall(rb"<script[^>]*\bintegrity=", body))
        if scripts == 0 or pinned < scripts or not answer.headers.get("Content-Security-Policy"):
            sys.exit(f"{peer} {path}: integrity on {pinned} of {scripts} scripts")
