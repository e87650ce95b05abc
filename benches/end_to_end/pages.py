"""The application's files, and a policy under which every script of its pages is approved."""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = {"small.html": "tests/pages/sb-admin/login.html", "middle.html": "tests/pages/creative/index.html"}
SCRIPT = re.compile(rb"<script[^>]*\bsrc=\"([^\"]+)\"")


def shop():
    """A page of 260 KB: 60 scripts, 100 KB of state, and some 2,300 tags."""
    state = json.dumps([{"id": item, "name": f"Item {item}", "price": item * 99} for item in range(2200)])
    parts = [
        "<!doctype html><html><head><meta charset=utf-8><title>Shop</title></head><body>",
        f'<script type="application/json" id="state">{state}</script>',
    ]
    for item in range(440):
        if item % 7 == 0 and item < 420:
            parts.append(f'<script async src="/static/{item}.js"></script>')
        words = f"Some words about item {item} &mdash; what it is for, and for whom. " * 3
        parts.append(
            f'<div class="item" id="i{item}"><a href="/item/{item}?a=1&amp;b=2"><img src="/i/{item}.jpg" alt="x"></a>'
            f"<p>{words}And <b>its price</b>.</p></div>\n"
        )
    return "".join(parts).encode()


def write_site(folder, binary):
    """Writes `www` and `policies` into the folder."""
    www, policies = pathlib.Path(folder, "www"), pathlib.Path(folder, "policies")
    www.mkdir()
    policies.mkdir()
    pages = {name: (ROOT / path).read_bytes() for name, path in PAGES.items()}
    pages["shop.html"] = shop()
    for name, page in pages.items():
        # Everything that a page has comes from the site itself.
        page = re.sub(rb'(<script[^>]*\bsrc=")https?://[^/"]+/', rb"\1/static/", page)
        (www / name).write_bytes(page)
        for source in SCRIPT.findall(page):
            path = www / source.decode().split("?")[0].lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f'window.loaded = "{name}";\n')
    (www / "1k.bin").write_bytes(b"x" * 1024)
    (www / "100k.bin").write_bytes(b"x" * 102400)
    (policies / "site.toml").write_text(
        'hosts = ["127.0.0.1"]\nmode = "enforce"\n\n[[build]]\nid = "front"\nat = "/"\nwhy = "the pages of the bench"\n'
    )
    command = [binary, "approve", "front", "--from", www, "--policies", policies, "--yes", "--by", "bench@shop.example"]
    approved = subprocess.run([*command, "--because", "a bench"], capture_output=True, text=True, check=False)
    if approved.returncode != 0:
        sys.exit(f"{binary} approve: {approved.stderr}")
