"""REDbot, which looks at one resource as a careful cache would: what it says of a server alone, and of the same server
behind a proxy. A case is one thing that it says; it passes where it is said, or not said, alike."""

import contextlib
import pathlib
import re
import subprocess
import tempfile

from proxies import free_port, running

SERVER = """daemon off; user root; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    types {{ text/html html; text/javascript js; text/css css; image/png png; application/json json; }}
    gzip on; gzip_vary on; gzip_min_length 100; gzip_types text/javascript text/css application/json;
    server {{
        listen 127.0.0.1:{port}; root {folder}/www;
        location /cached/ {{ add_header Cache-Control "public, max-age=3600"; }}
        location /private/ {{ add_header Cache-Control "private, no-cache"; }}
        location /moved {{ return 301 /cached/page.html; }}
    }}
}}
"""
FILES = {"page.html": b"<!doctype html><title>t</title>" + b"<p>text" * 900, "code.js": b"f();\n" * 300,
         "sheet.css": b"p { color: red }\n" * 60, "image.png": b"\x89PNG\r\n\x1a\n" + bytes(900), "rows.json": b"[" + b"1," * 400 + b"1]"}
ASK = """import sys
from redbot import cli
accept = sys.argv.pop()
class Resource(cli.HttpResource):
    def set_request(self, url):
        super().set_request(url, headers=[("Accept", accept)])
cli.HttpResource = Resource
cli.main()"""
"""As browsers do, with an Accept. Of who sends none Countersign thinks that it asks for a page, and pages have no parts."""


class Notes:
    """See above."""

    name, tls, alone = "redbot", False, None
    meant = {"only here: .*(Content Security Policy|sniff|report-uri)":
             "what Countersign is there for, and `report-uri` for browsers that know nothing else",
             r"page\.html: .*(If-Modified-Since|ranged request)":
             "a page that may be edited has no Last-Modified and no parts: both would speak of other bytes"}

    def upstream(self):
        """nginx, with a few files."""
        from suites import install_python

        install_python("redbot")
        return self.serving()

    @staticmethod
    def serving():
        """nginx, ended afterwards, and its port."""
        place = contextlib.ExitStack()
        folder = pathlib.Path(place.enter_context(tempfile.TemporaryDirectory()))
        for below in ("cached", "private"):
            (folder / "www" / below).mkdir(parents=True)
            for name, content in FILES.items():
                (folder / "www" / below / name).write_bytes(content)
        (folder / "www/index.html").write_bytes(b"<!doctype html><title>t</title>" + b"<p>text" * 20000)
        port = free_port()
        (folder / "nginx.conf").write_text(SERVER.format(folder=folder, port=port))
        command = ["nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
        place.enter_context(running(command, port, "the upstream"))
        return port, place

    def run(self, port, _ca):
        """Everything that is said of each file."""
        from suites import PYTHON

        said = set()
        for path in [*(f"{below}/{name}" for below in ("cached", "private") for name in FILES), "moved", "none"]:
            accept = "text/html,*/*;q=0.8" if path.endswith("html") else "*/*"
            command = [PYTHON / "python", "-c", ASK, f"http://127.0.0.1:{port}/{path}", "-o", "text", accept]
            ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
            for note in re.findall(r"^ +\* (.+)$", ran.stdout, re.M):
                # Times and sizes differ from look to look.
                if "last changed" in note:
                    continue
                said.add(f"{path}: {re.sub(r'[0-9][0-9,.]*', 'N', note)}")
        # The server alone is asked first: what it says is to be said behind a proxy too, and nothing else.
        self.alone = self.alone or said
        return {note: note in said for note in self.alone} | {f"only here: {note}": False for note in said - self.alone}
