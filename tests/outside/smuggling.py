"""Requests that two readers could take for different ones. A case passes where nothing that is ambiguous reaches the
upstream: neither in how a request is framed, nor as a second request that a first reader would have taken for a body."""

import concurrent.futures
import contextlib
import re
import threading

import wire

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
HEAD = re.compile(rb"(" + TOKEN + rb") (\S+) HTTP/1\.[01]\r\n((?:[^\r\n]+\r\n)*)\r\n")
FIELD = re.compile(rb"(" + TOKEN + rb"):[ \t]*((?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)[ \t]*\r\n")
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n")
OTHER_FIELDS = [b"X-Transfer", b"Transfer_", b"Content_", b"\r\n ", b"y\r", b" Transfer"]
"""In spellings that are another field's, or a value's, by all readings."""
PLAIN = {"framing b'Content-Length: 5 | 0\\r\\n\\r\\n'": (b"0\r\n\r\n",),
         "framing b'Transfer-Encoding: chunked | 5\\r\\nhello\\r\\n0\\r\\n\\r\\n'": (b"\r\nhello\r\n0\r\n\r\n", b"\r\nhello")}
"""Requests with one meaning, and how they may end at the upstream: with chunks again, or with a length."""
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def fault(raw):
    """What is ambiguous in the bytes of one request as an upstream gets them, or None. One request: this upstream
    ends its connection after each."""
    head = HEAD.match(raw)
    if not head:
        return "no head that all read alike"
    fields, at = [], 0
    lines = head[3]
    while at < len(lines):
        field = FIELD.match(lines, at)
        if not field:
            return "a field line that not all read alike"
        fields.append((field[1].lower(), field[2]))
        at = field.end()
    values = lambda name: [value for known, value in fields if known == name]
    if len(values(b"host")) != 1:
        return "not one host"
    length, coding = values(b"content-length"), values(b"transfer-encoding")
    if length and coding:
        return "framed twice"
    if coding and [value.lower() for value in coding] != [b"chunked"]:
        return "a transfer coding that not all know"
    if length and not (len(length) == 1 and re.fullmatch(rb"[0-9]{1,18}", length[0])):
        return "lengths that not all read alike"
    rest = raw[head.end():]
    if coding:
        return fault_of_chunks(rest)
    return None if len(rest) <= int(length[0] if length else 0) else "bytes behind the request"


def fault_of_chunks(rest):
    """The same of a chunked body. A body that is cut is none: the connection ends with it."""
    while rest:
        line = CHUNK.match(rest)
        if not line:
            return None if len(rest) < 18 and b"\n" not in rest else "a chunk that not all read alike"
        size = int(line[1], 16)
        rest = rest[line.end():]
        if size == 0:
            trailers = re.fullmatch(rb"(?:" + FIELD.pattern + rb")*\r\n", rest)
            return None if trailers or b"\r\n\r\n" not in b"\r\n" + rest else "bytes behind the last chunk"
        if len(rest) >= size + 2 and rest[size:size + 2] != b"\r\n":
            return "a chunk that doesn't end where it says"
        rest = rest[size + 2:]
    return None


def framings():
    """Every way to write a transfer coding, with every way to write a length."""
    codings = [b"", b"Transfer-Encoding: chunked", b"Transfer-Encoding : chunked", b"Transfer-Encoding:chunked",
               b"Transfer-Encoding: xchunked", b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: identity",
               b"Transfer-Encoding: identity, chunked", b"Transfer-Encoding: gzip, chunked",
               b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
               b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x", b"Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
               b"Transfer-Encoding:\tchunked", b"Transfer-Encoding: \x0bchunked", b"Transfer-Encoding: chunked\x0b",
               b"Transfer-Encoding:\r\n chunked", b"Transfer-Encoding: chunked\r\n ", b" Transfer-Encoding: chunked",
               b"X: y\r\n Transfer-Encoding: chunked", b"X: y\rTransfer-Encoding: chunked",
               b"X: y\nTransfer-Encoding: chunked", b"Transfer-Encoding: \"chunked\"", b"Transfer-Encoding: 'chunked'",
               b"Transfer-Encoding: CHUNKED", b"Transfer-Encoding: ,chunked", b"Transfer-Encoding: chunked,",
               b"Transfer-Encoding: chunked;x=y", b"Transfer-Encoding: chunked\x00", b"Transfer-Encoding\x00: chunked",
               b"Transfer_Encoding: chunked", b"Transfer-Encoding: \xffchunked", b"Transfer-Encoding: chu\xffnked",
               b"Transfer-Encoding:", b"X-Transfer-Encoding: chunked", b"Transfer-Encoding: cow",
               b"TrAnSfEr-EnCoDiNg: chunked", b"Transfer-Encoding: \xc4\xa7chunked"]
    lengths = [b"", b"Content-Length: 5", b"Content-Length: 0", b"Content-Length: 6\r\nContent-Length: 6",
               b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: 5, 5", b"Content-Length: +5",
               b"Content-Length: -5", b"Content-Length: 0x5", b"Content-Length: 5 ", b"Content-Length : 5",
               b"Content-Length: 5 5", b"Content-Length: 99999999999999999999", b"Content-Length:",
               b"Content-Length: 5\x00", b"Content_Length: 5"]
    for coding in codings:
        for length in lengths:
            lines = [line for line in (length, coding) if line]
            if not lines:
                continue
            # Framed twice: no second request may be taken from the connection (RFC 9112, section 6.3).
            other = any(name in coding + length for name in OTHER_FIELDS)
            yield b"\r\n".join(lines), b"0\r\n\r\n", bool(length) and bool(coding) and not other


def chunks():
    """Every way to write a chunk."""
    for size in [b"5", b"05", b"5 ", b" 5", b"5\t", b"5;x", b"5;x=y", b"5;x=\"y\"", b"5;\nx", b"5;x\ny", b"5\x00", b"5\n", b"5\r",
                 b"+5", b"-5", b"0x5", b"5g", b"00000000000000000005", b"100000000000000005", b"10000000000000005",
                 b"ffffffffffffffff", b"", b";x", b"5,", b"5\r\r", b"5\x0b", b"\xef\xbc\x95", b"5;" + b"x" * 20000]:
        yield b"Transfer-Encoding: chunked", size + b"\r\nhello\r\n0\r\n\r\n", False
    for end in [b"\r\n0\r\n\r\n", b"\n0\r\n\r\n", b"0\r\n\r\n", b"\r\n0\n\r\n", b"\r\n0\r\n\n", b"\r\n0\r\n", b"\r\n0\r\nX: y\r\n\r\n",
                b"\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n", b"\r\n0\r\nContent-Length: 50\r\n\r\n", b"\r\n0\r\n X: y\r\n\r\n",
                b"\r\n0\r\nX\r\n\r\n", b"\r\n0\r\nHost: b\r\n\r\n", b"\r\n0\r\nX: y\n\n", b"\r\n0;x\r\n\r\n", b"\r\r0\r\n\r\n", b"XX0\r\n\r\n"]:
        yield b"Transfer-Encoding: chunked", b"5\r\nhello" + end, False


def heads(name):
    """Every way to write a request line and a field."""
    path = b"/" + name
    for line in [b"GET %s HTTP/1.1", b"GET  %s HTTP/1.1", b"GET\t%s HTTP/1.1", b"GET %s  HTTP/1.1", b"GET %s HTTP/1.1 ", b"get %s HTTP/1.1",
                 b"GET %s HTTP/1.2", b"GET %s HTTP/2.0", b"GET %s HTTP/01.1", b"GET %s http/1.1", b"GET %s", b"GET %s HTTP/1.1 HTTP/1.1",
                 b"GET %s\x0bx HTTP/1.1", b"GET %s\x00 HTTP/1.1", b"GET %s x HTTP/1.1", b" GET %s HTTP/1.1", b"\r\n GET %s HTTP/1.1",
                 b"G(T %s HTTP/1.1", b"GET http://other%s HTTP/1.1", b"GET //other%s HTTP/1.1", b"GET http://localhost@other%s HTTP/1.1",
                 b"GET %s#x HTTP/1.1", b"GET %s\xff HTTP/1.1", b"GET %s\rX: HTTP/1.1", b"GET *%s HTTP/1.1", b"CONNECT localhost:80 HTTP/1.1\r\nX: %s",
                 b"CONNECT %s HTTP/1.1", b"TRACE %s HTTP/1.1"]:
        yield line % path + b"\r\nHost: localhost\r\n\r\n"
    for field in [b"Host: b", b"Host : localhost", b"hOST: localhost", b" X: y", b"X : y", b"X\t: y", b": y", b"X", b"X\x00: y", b"X: y\x00", b"X: y\rZ: z",
                  b"X: y\nZ: z", b"X: \x01", b"X: y\x7f", b"X(: y", b"X\xff: y", b"X: y\r\n\tz", b"Connection: host", b"Connection: close, content-length",
                  b"Connection: transfer-encoding", b"Upgrade: h2c\r\nHTTP2-Settings: AAAA\r\nConnection: upgrade, http2-settings",
                  b"Upgrade: websocket\r\nConnection: upgrade", b"Upgrade: x\r\nConnection: upgrade", b"Expect: 100-continue\r\nContent-Length: 0",
                  b"Expect: x", b"TE: trailers, chunked", b"Trailer: content-length", b"Keep-Alive: 5", b"Proxy-Connection: keep-alive"]:
        yield b"GET %s HTTP/1.1\r\nHost: localhost\r\n" % path + field + b"\r\n\r\n"
    for hosts in [b"", b"Host:\r\n", b"Host: localhost, b\r\n", b"Host: localhost:x\r\n", b"Host: localhost b\r\n", b"Host: b@localhost\r\n", b"Host: localhost/x\r\n"]:
        yield b"GET %s HTTP/1.1\r\n" % path + hosts + b"\r\n"
    for end in [b"\n", b"\r", b"\r\r\n"]:
        yield b"GET %s HTTP/1.1" % path + end + b"Host: localhost" + end + end
        yield b"GET %s HTTP/1.1\r\nHost: localhost" % path + end + b"X: y\r\n\r\n"


def http2(name):
    """Fields of HTTP/2 that would be something else in HTTP/1.1."""
    path = b"/" + name
    base = {b":method": b"POST", b":scheme": b"https", b":authority": b"localhost", b":path": path}
    more = lambda *fields: (list(base.items()) + list(fields), b"hello")
    for field in [(b"transfer-encoding", b"chunked"), (b"transfer-encoding", b"identity"), (b"content-length", b"0"), (b"content-length", b"4"),
                  (b"content-length", b"6"), (b"content-length", b"+5"), (b"content-length", b"5,5"), (b"content-length", b""),
                  (b"connection", b"close"), (b"connection", b"content-length"), (b"upgrade", b"h2c"), (b"keep-alive", b"5"),
                  (b"proxy-connection", b"close"), (b"te", b"chunked"), (b"host", b"b"), (b"x", b"y\r\nZ: z"), (b"x", b"y\nZ: z"), (b"x", b"y\rZ: z"),
                  (b"x", b"y\x00"), (b"x\r\nz", b"y"), (b"x: y\r\nz", b"y"), (b"x y", b"y"), (b"X", b"y"), (b"", b"y"), (b"x:", b"y"), (b":x", b"y"),
                  (b"x", b" y"), (b"x", b"y "), (b"x", b"y\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost"), (b"content_length", b"0"), (b":path", b"/b"),
                  (b"expect", b"100-continue"), (b"x\x00", b"y"), (b"x", b"\x7f")]:
        yield more(field)
    yield more((b"content-length", b"5"), (b"content-length", b"6"))
    yield more((b"content-length", b"5"), (b"content-length", b"5"))
    for key, value in [(b":method", b"GET / HTTP/1.1\r\nX:"), (b":method", b"GET /x"), (b":method", b""), (b":method", b"CONNECT"), (b":path", path + b" HTTP/1.1\r\nX: y"),
                       (b":path", path + b" x"), (b":path", path + b"\x00"), (b":path", b"x" + path), (b":path", b""), (b":path", b"http://other" + path),
                       (b":path", path + b"#x"), (b":scheme", b"http://x/?"), (b":scheme", b""), (b":authority", b"localhost\r\nX: y"), (b":authority", b"b@localhost"),
                       (b":authority", b"localhost/x"), (b":authority", b"localhost b"), (b":authority", b"")]:
        yield list({**base, key: value}.items()), b"hello"


class Smuggling:
    """See above. What the upstream gets is read strictly, whatever the proxy made of it."""

    name, tls = "smuggling", True

    def __init__(self):
        self.got, self.lock = [], threading.Lock()

    def _answer(self, line):
        raw = wire.read_head(line)
        # What belongs to the request, and what follows it, comes at once or never.
        line.settimeout(0.15)
        with contextlib.suppress(OSError):
            while piece := line.recv(65536):
                raw += piece
        line.sendall(ANSWER)
        with self.lock:
            self.got.append(raw)

    def upstream(self):
        """Keeps what it gets."""
        from suites import install_library

        install_library("h2")
        return wire.entered(wire.listening(self._answer))

    def run(self, port, ca):
        """All probes, sixteen at a time."""
        with self.lock:
            self.got.clear()
        cases = {}
        bodies = [(fields, body, strict) for fields, body, strict in (*framings(), *chunks())]
        for number, (fields, body, strict) in enumerate(bodies):
            name = b"probe-%d-" % number
            raw = (b"POST /%s HTTP/1.1\r\nHost: localhost\r\n" % name + fields + b"\r\n\r\n" + body
                   + b"GET /smuggled-%d- HTTP/1.1\r\nHost: localhost\r\n\r\n" % number)
            cases[name] = (f"framing {(fields + b' | ' + body[:40])!r}", raw, strict, number)
        for raw in heads(b"NAME"):
            number = len(cases)
            name = b"probe-%d-" % number
            cases[name] = (f"head {raw[:90]!r}", raw.replace(b"NAME", name), False, number)
        for fields, body in http2(b"NAME"):
            number = len(cases)
            name = b"probe-%d-" % number
            fields = [(key, value.replace(b"NAME", name)) for key, value in fields]
            cases[name] = (f"http2 {[field for field in fields if field[0] != b':scheme']!r}", (fields, body), False, number)

        def probe(case):
            with contextlib.suppress(OSError):
                if isinstance(case[1], bytes):
                    wire.exchange(port, ca, case[1])
                else:
                    wire.exchange_http2(port, ca, *case[1], patience=0.5)

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(probe, cases.values()))
        with self.lock:
            got = list(self.got)
        results, seen = {}, 0
        for name, (title, _, strict, number) in cases.items():
            mine = [raw for raw in got if name in raw]
            seen += len(mine)
            wrong = [why for raw in mine if (why := fault(raw))]
            # What one reader calls the next request is the other's body.
            if strict and any(b"/smuggled-%d-" % number in raw for raw in got):
                wrong.append("a second request out of an ambiguous first")
            # What has one meaning arrives whole, or a proxy that lets nothing through would be the best.
            if title in PLAIN and not any(raw.endswith(PLAIN[title]) for raw in mine):
                wrong.append("a plain request did not arrive whole")
            results[f"{title}".replace(name.decode(), "…")] = not wrong
            if wrong:
                print(f"    {title}: {wrong[0]}")
        if missing := PLAIN.keys() - results.keys():
            raise SystemExit(f"no such probes: {missing}")
        print(f"    {len(cases)} probes, {seen} reached the upstream")
        return results

