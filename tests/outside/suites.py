"""The suites: each takes a port, and gives a result for each of its cases."""

import json
import os
import pathlib
import subprocess
import sys
import urllib.request
import xml.etree.ElementTree

from faults import Faults, Stale
from notes import Notes
from proxies import ROOT, free_port, need, proxy, running
from smuggling import Smuggling

FOLDER = ROOT / "target/outside"
NODE = FOLDER / "node_modules"
PYTHON = FOLDER / "python/bin"


def install_node(*packages):
    """Packages of npm, without their scripts."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not all((NODE / name).is_dir() for name in packages):
        subprocess.run(["npm", "install", "--ignore-scripts", "--no-fund", "--no-audit", "--silent", *packages],
                       cwd=FOLDER, check=True)


def install_python(*packages):
    """Packages of PyPI, in an environment of their own."""
    if not all((PYTHON / name).exists() for name in packages):
        subprocess.run(["python3", "-m", "venv", PYTHON.parent], check=True)
        subprocess.run([PYTHON / "pip", "install", "--quiet", *packages], check=True)


def install_library(name):
    """A library of PyPI, for this process too."""
    if not (PYTHON / "pip").exists():
        subprocess.run(["python3", "-m", "venv", PYTHON.parent], check=True)
    places = [str(place) for place in (PYTHON.parent / "lib").glob("python3*/site-packages")]
    if not any((pathlib.Path(place) / name).is_dir() for place in places):
        subprocess.run([PYTHON / "pip", "install", "--quiet", name], check=True)
    sys.path += places


class Cache:
    """http-cache-tests: what a cache behind the proxy would be told. Compared with the server alone: a case
    that passes there and not through a proxy is one that the proxy broke. Results are true or what is wrong."""

    name, tls = "cache", False

    def upstream(self):
        """The server of the suite."""
        install_node("http-cache-tests")
        port = free_port()
        env = {**os.environ, "npm_config_protocol": "http", "npm_config_port": str(port),
               "npm_config_pidfile": str(FOLDER / "cache.pid")}
        command = ["node", NODE / "http-cache-tests/server/server.mjs"]
        return port, running(command, port, "the server of http-cache-tests", env=env, stdout=subprocess.DEVNULL)

    def run(self, port, _ca):
        """All cases."""
        env = {**os.environ, "npm_config_base": f"http://127.0.0.1:{port}",
               "npm_package_config_id": ""}
        ran = subprocess.run(["node", "--no-warnings", NODE / "http-cache-tests/cli.mjs"], env=env, check=True,
                             capture_output=True, text=True, timeout=900)
        results = json.loads(ran.stdout[ran.stdout.index("{"):])
        return {case: result is True for case, result in results.items()}


class WebSocket:
    """The cases of Autobahn (kosoku), against a server behind the proxy that sends back what it gets."""

    name, tls = "websocket", False
    SERVER = """const { WebSocketServer } = require('ws');
const server = new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1', perMessageDeflate: true });
server.on('connection', socket => {
    socket.on('error', () => {});
    socket.on('message', (data, binary) => socket.send(data, { binary }));
});"""

    def upstream(self):
        """The server that sends back."""
        install_node("ws")
        install_python("kosoku")
        script = FOLDER / "echo.cjs"
        script.write_text(self.SERVER)
        port = free_port()
        return port, running(["node", script, str(port)], port, "the echo server")

    def run(self, port, _ca):
        """All cases."""
        folder = FOLDER / f"websocket-{port}"
        command = [PYTHON / "kosoku", "-m", "fuzzingclient", "-p", "4", "-o", folder, f"127.0.0.1:{port}"]
        subprocess.run(command, check=False, capture_output=True, timeout=1800)
        index = next(pathlib.Path(folder).rglob("index.json"))
        # By what each answer calls its server, which may be the application or the proxy.
        return {case: result["behavior"] in ("OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED")
                for results in json.loads(index.read_text()).values() for case, result in results.items()}


class Tls:
    """sslyze, against Mozilla's intermediate settings."""

    name, tls = "tls", True

    def upstream(self):
        """Anything that answers."""
        install_python("sslyze")
        return plain_server()

    def run(self, port, ca):
        """One case: whether it complies."""
        command = [PYTHON / "sslyze", f"--certinfo_ca_file={ca}", "--mozilla_config=intermediate",
                   f"localhost:{port}"]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
        if ran.returncode != 0:
            print(ran.stdout[ran.stdout.find("COMPLIANCE"):])
        return {"intermediate": ran.returncode == 0}


class Weaknesses:
    """testssl.sh: protocols, server's preference, forward secrecy, and the known weaknesses of TLS."""

    name, tls = "testssl", True
    meant = {"^cipher_order": "every cipher is strong, and a visitor's machine knows which is quick for it (Mozilla: no)"}

    def upstream(self):
        """Anything that answers."""
        need("testssl", "testssl.sh")
        return plain_server()

    def run(self, port, ca):
        """What it calls OK or only tells, and what it calls a weakness."""
        report = FOLDER / f"testssl-{port}.json"
        report.unlink(missing_ok=True)
        command = ["testssl", "--color", "0", "--warnings", "off", "--quiet", "--ip", "one", "--fast", "-p", "-S", "-P",
                   "-U", "--add-ca", ca, "--jsonfile", report, f"localhost:{port}"]
        subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=900)
        found = json.loads(report.read_text())
        # Of the certificate only what a server decides: this one is made for the test.
        return {each["id"]: each["severity"] in ("OK", "INFO", "LOW") for each in found
                if not each["id"].startswith(("cert", "OCSP", "CRL", "DNS", "CAA"))}


class Load:
    """h2load: many streams of many connections at once, each answered whole."""

    name, tls = "h2load", True
    REQUESTS = 20000

    def upstream(self):
        """Anything that answers fast: nginx, with one page."""
        need("h2load", "nghttp2-client")
        return Notes.serving()

    def run(self, port, _ca):
        """All succeeded, with each of three shapes of load."""
        results = {}
        for shape, flags in {"32 streams": ["-m", "32"], "one stream": ["-m", "1"], "HTTP/1.1": ["--h1"]}.items():
            command = ["h2load", "-n", str(self.REQUESTS), "-c", "20", *flags, f"https://localhost:{port}/cached/code.js"]
            ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
            results[shape] = f"{self.REQUESTS} succeeded, 0 failed, 0 errored" in ran.stdout
        return results


class Slow:
    """slowhttptest: 800 clients that send or read as slowly as they can; the case passes where somebody else
    is answered all the while."""

    name, tls = "slow", False
    WAYS = {"heads": ["-H"], "bodies": ["-B", "-s", "8192"], "readers": ["-X", "-w", "10", "-y", "20", "-z", "32"]}

    def upstream(self):
        """nginx: what a slow visitor doesn't take, a proxy without a disk of its own leaves where it is."""
        need("slowhttptest", "slowhttptest")
        return Notes.serving()

    def run(self, port, _ca):
        """Each way."""
        results = {}
        for way, flags in self.WAYS.items():
            command = ["slowhttptest", "-c", "800", *flags, "-i", "5", "-r", "400", "-l", "25", "-p", "3",
                       "-x", "24", "-u", f"http://127.0.0.1:{port}/"]
            client = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            answered = asked = 0
            while client.poll() is None:
                asked += 1
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=3) as page:
                        answered += page.status == 200
                except OSError:
                    pass
                try:
                    client.wait(0.5)
                except subprocess.TimeoutExpired:
                    pass
            results[way] = asked > 10 and answered == asked
        return results


class Http2:
    """h2spec, its strict cases too, over TLS."""

    name, tls = "h2spec", True

    def upstream(self):
        """Anything that answers."""
        need("h2spec", None)
        return plain_server()

    def run(self, port, _ca):
        """All cases."""
        report = FOLDER / "h2spec.xml"
        command = ["h2spec", "--strict", "--tls", "--insecure", "-h", "localhost", "-p", str(port), "-j", report]
        subprocess.run(command, check=False, capture_output=True, timeout=900)
        cases = xml.etree.ElementTree.parse(report).iter("testcase")
        return {f"{case.get('package')} {case.get('classname')}": case.find("failure") is None and case.find("error") is None
                for case in cases}


def plain_server():
    """A server with one page."""
    folder = FOLDER / "page"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text("<!doctype html><title>t</title>" + "<p>text" * 20000)
    port = free_port()
    command = ["python3", "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", folder]
    return port, running(command, port, "the server", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


SUITES = {suite.name: suite for suite in (Cache(), WebSocket(), Tls(), Slow(), Http2(), Smuggling(), Faults(), Stale(), Notes(), Weaknesses(),
                                           Load())}


def results(suite, names):
    """What each proxy does in each case, and the upstream alone, where that can be asked."""
    port, upstream = suite.upstream()
    found = {}
    with upstream:
        if not suite.tls:
            found["direct"] = suite.run(port, None)
        for name in names:
            with proxy(name, port, suite.tls) as (at, ca):
                found[name] = suite.run(at, ca)
    return found
