"""Upstreams that fail in the middle. A case passes where the visitor is not told that a cut answer is whole, and where
a whole one arrives whole."""

import contextlib
import gzip
import random
import re
import socket
import struct
import threading
import time
import urllib.parse

import wire

PAGE = b"<!doctype html><html><body>" + b"<p>hello world</p>" * 4000 + b"</body></html>"
HALF = 30000


def reset(line):
    """Ends a connection by a reset."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def chunk(piece):
    """A chunk."""
    return b"%x\r\n" % len(piece) + piece + b"\r\n"


def shapes(kind):
    """What an upstream sends: name, bytes, whether that is a whole answer."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\n"
    length = head + b"Content-Length: %d\r\n\r\n" % len(PAGE)
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
    two = chunk(PAGE[:HALF])
    packed = gzip.compress(PAGE)
    yield "whole", length + PAGE, True
    yield "whole, chunked", chunked + two + chunk(PAGE[HALF:]) + b"0\r\n\r\n", True
    yield "no byte", b"", False
    yield "half a status line", b"HTTP/1.1 2", False
    yield "half a head", head + b"Content-Le", False
    yield "garbage", b"\x00\x01garbage\r\n\r\n", False
    yield "a head alone, with a length", length, False
    yield "half its length", length + PAGE[:HALF], False
    yield "all but one byte", length + PAGE[:-1], False
    yield "a head alone, chunked", chunked, False
    yield "chunks, no last", chunked + two, False
    yield "chunks, all of the page, no last", chunked + two + chunk(PAGE[HALF:]), False
    yield "cut in a chunk", chunked + two[:HALF // 2], False
    yield "cut in a size", chunked + two + b"75", False
    yield "cut behind a size", chunked + two + b"7530\r\n", False
    yield "cut in the last chunk", chunked + two + b"0", False
    yield "cut behind the last size", chunked + two + b"0\r\n", False
    yield "cut in trailers", chunked + two + b"0\r\nX: y", False
    yield "a size that is none", chunked + two + b"ZZ\r\nxx\r\n0\r\n\r\n", False
    yield "a size below nothing", chunked + two + b"-1\r\nxx\r\n0\r\n\r\n", False
    yield "a size too large", chunked + two + b"10000000000000002\r\nxx\r\n0\r\n\r\n", False
    yield "a chunk longer than its size", chunked + b"4\r\n" + PAGE[:HALF] + b"\r\n0\r\n\r\n", False
    yield "two lengths", head + b"Content-Length: 10\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE, False
    yield "a length that is none", head + b"Content-Length: x\r\n\r\n" + PAGE, False
    yield "an unknown coding of the transfer", head + b"Transfer-Encoding: xfoo\r\n\r\n" + PAGE, False
    yield "gzip, cut", head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed[:-20], False


class Faults:
    """See above; each over HTTP/1.1 and HTTP/2, for a page and for plain text, ended by FIN and by a reset."""

    name, tls = "faults", True
    KINDS = {"page": b"text/html", "text": b"text/plain"}

    def _answer(self, line):
        asked = urllib.parse.unquote(wire.read_head(line).split(b" ")[1].decode())
        _, kind, end, shape = asked.split("/")
        for name, raw, _ in shapes(self.KINDS[kind]):
            if name == shape:
                line.sendall(raw)
        if end == "reset":
            # A reset takes with it what was not read: the proxy gets time to read it.
            time.sleep(0.1)
            reset(line)

    def upstream(self):
        """Does what the path asks for."""
        from suites import install_library

        install_library("h2")
        return wire.entered(wire.listening(self._answer))

    def run(self, port, ca):
        """All of them."""
        results = {}
        for kind, typed in self.KINDS.items():
            for end in ("fin", "reset"):
                for shape, _, whole in shapes(typed):
                    path = "/" + urllib.parse.quote(f"{kind}/{end}/{shape}")
                    for protocol, ask in (("HTTP/1.1", first), ("HTTP/2", second)):
                        status, body, complete = ask(port, ca, path)
                        told = status == 200 and complete
                        # A reset may come before all was read; then the visitor must not be told that it is whole.
                        right = (told and body == PAGE) if whole and end == "fin" else not told or (whole and body == PAGE)
                        results[f"{shape}, {end}, {kind}, {protocol}"] = right
        return results


def first(port, ca, path):
    """Status, body, and whether it is whole by what HTTP/1.1 says of it."""
    raw, ended = wire.exchange(port, ca, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode(), 5)
    head, _, body = raw.partition(b"\r\n\r\n")
    if not (found := re.match(rb"HTTP/1\.1 (\d+)", head)):
        return None, b"", False
    status = int(found[1])
    if length := re.search(rb"\r\ncontent-length: *(\d+)", head, re.I):
        return status, body, len(body) == int(length[1])
    if not re.search(rb"\r\ntransfer-encoding: *chunked", head, re.I):
        return status, body, ended
    whole = b""
    while line := re.match(rb"([0-9a-fA-F]+)\r\n", body):
        size, at = int(line[1], 16), line.end()
        if size == 0:
            return status, whole, body[at:] == b"\r\n"
        whole, body = whole + body[at:at + size], body[at + size + 2:]
    return status, whole, False


def second(port, ca, path):
    """The same of HTTP/2."""
    return wire.exchange_http2(port, ca, [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", b"localhost"),
                                          (b":path", path.encode())])


class Stale:
    """An upstream that ends half of its idle connections, as it is about to be asked again. Every GET is answered;
    no POST is sent twice, though one may fail."""

    name, tls = "stale", True
    ASKED = 600

    def __init__(self):
        self.posted, self.lock, self.chance = [], threading.Lock(), random.Random(7)

    def _answer(self, line):
        while head := wire.read_head(line):
            if head.startswith(b"POST"):
                with self.lock:
                    self.posted.append(head.split(b" ")[1])
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            if self.chance.random() < 0.5:
                time.sleep(self.chance.choice([0, 0, 0.0005, 0.002]))
                return

    def upstream(self):
        """See above."""
        return wire.entered(wire.listening(self._answer))

    def run(self, port, ca):
        """As many GETs, and as many POSTs, one after the other over one connection."""
        with self.lock:
            self.posted.clear()
        failed = {}
        for method in ("GET", "POST"):
            failed[method] = 0
            line = wire.connect(port, ca, "http/1.1")
            for number in range(self.ASKED):
                try:
                    line.sendall(f"{method} /{number} HTTP/1.1\r\nHost: localhost\r\n".encode()
                                 + (b"Content-Length: 0\r\n" if method == "POST" else b"") + b"\r\n")
                    head = wire.read_head(line)
                    good = head.startswith(b"HTTP/1.1 200")
                    again = not good or b"connection: close" in head.lower()
                    while good and not head.endswith(b"ok") and b"\r\n0\r\n\r\n" not in head and (piece := line.recv(4096)):
                        head += piece
                except OSError:
                    good, again = False, True
                failed[method] += not good
                if again:
                    with contextlib.suppress(OSError):
                        line.close()
                    line = wire.connect(port, ca, "http/1.1")
            line.close()
        with self.lock:
            twice = len(self.posted) - len(set(self.posted))
        print(f"    of {self.ASKED}: {failed['GET']} GETs and {failed['POST']} POSTs failed, {twice} POSTs sent twice")
        return {"every GET is answered": failed["GET"] == 0, "no POST is sent twice": twice == 0}
