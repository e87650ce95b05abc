"""Ten thousand visitors who are connected: what each holds, and that others are served meanwhile."""

import asyncio
import os
import pathlib
import ssl
import sys
import tempfile
import time

from proxies import certificate, free_port
from programs import Running, room_for, answers, core_seconds, memory, until

BODY = b"x" * 1024
REQUEST = b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"
# What a connection of each kind may hold at most, in KiB, while nothing happens on it.
KINDS = {"HTTP/1.1": ("http", 32), "HTTP/1.1 over TLS": ("https", 64)}


async def application(reader, writer):
    """Answers everything with 1 KiB."""
    try:
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1024\r\n\r\n" + BODY)
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
        writer.close()


async def ask(reader, writer):
    """One request; the seconds that it took."""
    begun = time.monotonic()
    writer.write(REQUEST)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        sys.exit(f"not served: {head[:80]}")
    await reader.readexactly(len(BODY))
    return time.monotonic() - begun


async def measure(binary, folder, count, scheme, most):
    """Opens the connections, asks once on each, waits, and asks again on some."""
    app, port = free_port(), free_port()
    serving = await asyncio.start_server(application, "127.0.0.1", app, backlog=1024)
    command = [binary, "run", "--listen", f"127.0.0.1:{port}", "--upstream", f"http://127.0.0.1:{app}", "--workers", "1",
               "--max-connections", count + 100, "--header-time", "600s"]
    context = None
    if scheme == "https":
        command += ["--tls-cert", f"{folder}/cert.pem", "--tls-key", f"{folder}/key.pem"]
        context = ssl._create_unverified_context()
    with Running(folder) as running:
        process = running.begin("countersign", command).pid
        until("it listens", lambda: answers(("127.0.0.1", port)))
        for _ in range(50):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
            await ask(reader, writer)
            writer.close()
        before, open_now, begun = memory(process), [], core_seconds(process)
        for _ in range(count // 100):
            some = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port, ssl=context) for _ in range(100)))
            for pair in some:
                await ask(*pair)
            open_now += some
        held, took = (memory(process) - before) / len(open_now), core_seconds(process) - begun
        idle = core_seconds(process)
        await asyncio.sleep(5)
        idle = core_seconds(process) - idle
        times = sorted([await ask(*pair) for pair in open_now[::10]])
        for _, writer in open_now:
            writer.close()
        print(f"  {len(open_now)} connections, each asked once: {held:.1f} KiB each, {took * 1e6 / len(open_now):.0f} µs "
              f"of a core each; while idle {idle / 5 * 100:.1f} % of a core")
        print(f"  then a request on every tenth: half within {times[len(times) // 2] * 1e3:.2f} ms, "
              f"the slowest {times[-1] * 1e3:.1f} ms")
        if held > most:
            sys.exit(f"more than {most} KiB for a connection")
    serving.close()


def main(binary, count):
    """All kinds, one after the other."""
    count = room_for(count)
    for kind, (scheme, most) in KINDS.items():
        print(kind)
        with tempfile.TemporaryDirectory(prefix="countersign-scale-") as folder:
            os.chmod(folder, 0o755)
            certificate(folder)
            asyncio.run(measure(pathlib.Path(binary), folder, count, scheme, most))
