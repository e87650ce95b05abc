"""The application's files, and a policy under which every script of its pages is approved."""

import json
import pathlib
import re
import secrets
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


def article(size, scripts, tags):
    """A page of text with so many start tags in so many bytes, like those of manuals and catalogues."""
    head = "<!doctype html><html><head><meta charset=utf-8><title>Words</title>" + "".join(
        f'<script src="/static/words-{size}-{number}.js"></script>' for number in range(scripts)
    )
    parts, each = [head, "</head><body>"], 6
    words = "Some words that are neither few nor many, &amp; as such stand here for all others. " * 60
    # What an item has besides its words is 190 bytes.
    filling = max(0, (size - len(head)) * each // tags - 190)
    for item in range(tags // each):
        parts.append(
            f'<section class="part" id="s{item}"><h3><a href="#s{item}">Part {item}</a></h3><p class="lead text-muted">'
            f'{words[:filling]}<code>part({item})</code> <span class="badge">new</span></p></section>\n'
        )
    return "".join(parts).encode()


# By name: bytes, scripts, start tags.
ARTICLES = {"40k.html": (40_000, 4, 400), "108k.html": (108_000, 4, 1_500), "661k.html": (661_000, 2, 15_600),
            "1m.html": (1_116_000, 5, 19_200)}
# Stands for something else in each of so many variants, one of which the application chooses for each request.
VARIANTS = 32
REQUEST = b"@request@"
TOKEN = b"<meta name=request content=" + REQUEST + b">"
# Where a page differs all over, it differs once in so many bytes.
EVERY = 1_000


def all_over(page):
    """The page with something of the request in it all over, also in its data."""
    page = re.sub(rb'(?<=0), "name": "Item', rb', "name": "' + REQUEST, page)
    parts, since = [], EVERY
    for part in re.split(rb"(?=<(?:div|p|a|section|li|h\d|script)\b)", page):
        if since >= EVERY:
            parts, since = [*parts, b"<i>" + REQUEST + b"</i>" if parts else b""], 0
        parts.append(part)
        since += len(part)
    return b"".join(parts)


def write_site(folder, binary):
    """Writes `www` and `policies` into the folder."""
    www, policies = pathlib.Path(folder, "www"), pathlib.Path(folder, "policies")
    for kind in ("token", "anew"):
        for number in range(VARIANTS):
            (www / kind / str(number)).mkdir(parents=True)
    policies.mkdir()
    pages = {name: (ROOT / path).read_bytes() for name, path in PAGES.items()}
    pages["shop.html"] = shop()
    pages |= {name: article(*shape) for name, shape in ARTICLES.items()}
    for name, page in pages.items():
        # Everything that a page has comes from the site itself.
        page = re.sub(rb'(<script[^>]*\bsrc=")https?://[^/"]+/', rb"\1/static/", page)
        page = re.sub(rb'(<script[^>]*\bsrc=")(?!/)', rb"\1/", page)
        (www / name).write_bytes(page)
        with_token = re.sub(rb"<head[^>]*>", lambda head: head[0] + TOKEN, page, count=1)
        for number in range(VARIANTS):
            token = secrets.token_hex(16).encode()
            (www / "token" / str(number) / name).write_bytes(with_token.replace(REQUEST, token))
            (www / "anew" / str(number) / name).write_bytes(all_over(page).replace(REQUEST, token))
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
