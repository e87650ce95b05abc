"""Applications that hold a page, and visitors who don't read one: what each costs in memory, and when the first byte comes."""

import os
import socket
import socketserver
import statistics
import threading
import time

from measure import LOAD_CORE, PROXY_CORE, Proxy
from pages import shop
from proxies import PEERS, command_of, free_port, wait_for

VISITORS, FIRST, PAUSE = 100, 64 << 10, 0.3
# What is asked for, what ours may hold for each visitor, in KiB.
ROWS = [("held after 64 KiB of a page of 260 KB", "/held", 64), ("a page of 4 MiB that is not read", "/long", 96)]
NAMES = ("nginx-sub", "countersign")
LAST = b"The last words."
PAGE = shop() + LAST


class Application(socketserver.StreamRequestHandler):
    """Sends pages in ways that files don't come."""

    disable_nagle_algorithm = True

    def handle(self):
        page = PAGE
        while line := self.rfile.readline():
            path = line.split()[1].split(b"?")[0]
            while self.rfile.readline().strip():
                pass
            body = {b"/long": page * (4 * 1024 * 1024 // len(page))}.get(path, page)
            first = {b"/held": FIRST, b"/pause": 3000}.get(path, len(body))
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
            try:
                self.server.began = time.monotonic()
                self.wfile.write(head.encode() + body[:first])
                if path == b"/held":
                    # Until the proxy gives up.
                    self.rfile.read(1)
                    return
                if first < len(body):
                    time.sleep(PAUSE)
                    self.wfile.write(body[first:])
            except OSError:
                return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 1024
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """Visitors who wait are closed in the end."""


def memory(proxy):
    """KiB that its processes have, by proportional share."""
    total = 0
    for process in proxy.processes():
        with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as file:
            total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return total


def ask(proxy, path):
    """A request that was sent."""
    host, port = proxy.url.removeprefix("http://").split(":")
    connection = socket.socket()
    # Small, so that what is not read waits in the proxy.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((host, int(port)))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n".encode())
    return connection


def held(proxy, path):
    """KiB for each of many visitors who wait."""
    # What the first ones need is not counted, and stays.
    for _ in range(3):
        for connection in [ask(proxy, path) for _ in range(10)]:
            connection.recv(1)
            connection.close()
        time.sleep(0.5)
    before, open_now = memory(proxy), [ask(proxy, path) for _ in range(VISITORS)]
    for connection in open_now:
        connection.recv(1)
    # Until nothing more comes to it.
    last = 0
    while abs((now := memory(proxy)) - last) > 64:
        last = now
        time.sleep(1)
    for connection in open_now:
        connection.close()
    return (now - before) / VISITORS


def first_byte(server, proxy):
    """Milliseconds from when the application begins to write until the body's first byte is here, the median of several."""
    times = []
    for _ in range(21):
        connection = ask(proxy, "/pause")
        said = b""
        while b"\r\n\r\n" not in said or said.endswith(b"\r\n\r\n"):
            said += connection.recv(1 << 16)
        times.append((time.monotonic() - server.began) * 1e3)
        # To its end, so that the proxy keeps its connection to the application for the next one.
        while LAST not in said[-64:] and (more := connection.recv(1 << 16)):
            said += more
        connection.close()
    return statistics.median(times)


def measured(folder, binary, served):
    """Prints the rows; what they say."""
    results, proxies = [], {}
    with Server(("127.0.0.1", 0), Application) as server:
        os.sched_setaffinity(0, {int(LOAD_CORE)})
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in NAMES:
            port = free_port()
            command = command_of(PEERS[name], binary, folder, f"holding-{name}", port, server.server_address[1])
            process = served.run(f"holding-{name}", command, PROXY_CORE)
            wait_for(port, f"holding-{name}", folder)
            proxies[name] = Proxy(f"http://127.0.0.1:{port}", process.pid)
        print("\n| | KiB for each of 100 visitors | ours at most | nginx `sub_filter` |\n|---|---|---|---|")
        for row, path, most in ROWS:
            values = {name: held(proxy, path) for name, proxy in proxies.items()}
            print(f"| {row} | {values['countersign']:.0f} | {most} | {values['nginx-sub']:.0f} |", flush=True)
            results.append({"row": row, "KiB": values})
        proxies["direct"] = Proxy(f"http://127.0.0.1:{server.server_address[1]}", 0)
        values = {name: first_byte(server, proxy) for name, proxy in proxies.items()}
        print(f"\nFirst byte of a page whose application pauses for {PAUSE * 1e3:.0f} ms after 3,000 bytes: "
              f"{values['countersign']:.2f} ms after the application begins to write (at most 1); "
              f"with nginx {values['nginx-sub']:.0f} ms, without a proxy {values['direct']:.2f} ms")
        results.append({"row": "first byte", "milliseconds": values})
        server.shutdown()
    return results
