"""Pages made to be dear: what they take must grow as they do, and memory must not."""

import http.server
import pathlib
import sys
import tempfile
import threading
import urllib.error
import urllib.request

from proxies import free_port
from programs import Running, answers, core_seconds, peak, until

MIB = 1 << 20
# By name: so many bytes of it.
PAGES = {
    "nothing but <": lambda size: b"<" * size,
    "an attribute that does not end": lambda size: b'<p title="' + b"x" * size,
    "a tag of endless attributes": lambda size: b"<p" + b" a=b" * (size // 4),
    "nested elements": lambda size: b"<i>" * (size // 3),
    "nested elements, closed": lambda size: b"<i>" * (size // 7) + b"</i>" * (size // 7),
    "nested SVG": lambda size: b"<svg>" * (size // 5),
    "nested templates": lambda size: b"<template>" * (size // 10),
    "misnested formatting": lambda size: b"<a><b><p>" * (size // 9),
    "end tags of nothing": lambda size: b"</p>" * (size // 4),
    "comments that do not end": lambda size: b"<!--" * (size // 4),
    "a script that does not end": lambda size: b"<script>" + b"<!--<script>" * (size // 12),
    "many scripts": lambda size: b"<script>a</script>" * (size // 18),
    "many external scripts": lambda size: b"<script src=/a.js></script>" * (size // 27),
    "many frames with documents": lambda size: b'<iframe srcdoc="&lt;script>a&lt;/script>"></iframe>' * (size // 51),
    "endless entities": lambda size: b'<a href="' + b"&amp;" * (size // 5) + b'">',
}
# Seconds on a core below which nothing can be told.
LEAST = 0.05
# Twice as long a page may take so many times as long, and everything together so much memory.
GROWTH, MEMORY = 3.0, 256 * 1024


class Application(http.server.BaseHTTPRequestHandler):
    """Answers with the page that the path names."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        number, size = map(int, self.path.split("?")[0].strip("/").split("/")[-2:])
        body = list(PAGES.values())[number](size)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            # The page was refused.
            self.close_connection = True

    def log_message(self, *_):
        pass


def ask(port, path):
    """How a page ended."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=300) as answer:
            length = 0
            while piece := answer.read(MIB):
                length += len(piece)
            return f"{answer.status}, {length / MIB:.1f} MiB"
    except urllib.error.HTTPError as error:
        return f"{error.code}"
    except (OSError, ValueError) as error:
        # Cut, which a browser shows as what came so far.
        return f"cut ({type(error).__name__})"
    except Exception as error:  # http.client.IncompleteRead is no OSError
        return f"cut ({type(error).__name__})"


def main(binary):
    """Each page in two lengths, with each second opinion."""
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    wrong = []
    with tempfile.TemporaryDirectory(prefix="countersign-scale-") as folder, Running(folder) as running:
        policies, port = pathlib.Path(folder, "policies"), free_port()
        policies.mkdir()
        rules = "".join(f'\n[[page]]\npath = "/{opinion}/*"\nsecond-opinion = "{opinion}"\n' for opinion in
                        ("off", "suspects", "always"))
        (policies / "site.toml").write_text(f'hosts = ["127.0.0.1"]\nmode = "enforce"\n{rules}', "utf-8")
        command = [binary, "run", "--listen", f"127.0.0.1:{port}", "--workers", "1", "--policies", policies,
                   "--upstream", f"http://127.0.0.1:{serving.server_address[1]}"]
        process = running.begin("countersign", command).pid
        until("it listens", lambda: answers(("127.0.0.1", port)) or None)
        print("| page | second opinion | 5 MiB | 10 MiB | grows | ends |\n|---|---|---|---|---|---|")
        for number, name in enumerate(PAGES):
            for opinion in ("off", "suspects", "always"):
                times = []
                for size in (5 * MIB, 10 * MIB):
                    before = core_seconds(process)
                    ended = ask(port, f"/{opinion}/{number}/{size}")
                    times.append(core_seconds(process) - before)
                growth = times[1] / max(times[0], LEAST)
                print(f"| {name} | {opinion} | {times[0]:.2f} s | {times[1]:.2f} s | {growth:.1f} | {ended} |", flush=True)
                if growth > GROWTH:
                    wrong.append(f"{name} ({opinion}) takes {growth:.1f} times as long when it is twice as long")
        most = peak(process)
        print(f"\nthe most memory at any time: {most / 1024:.0f} MiB")
        if most > MEMORY:
            wrong.append(f"{most / 1024:.0f} MiB of memory")
    sys.exit("\n".join(wrong) if wrong else 0)
