"""The proxies, and the application behind them."""

import pathlib
import shutil
import socket
import subprocess
import sys
import time
from typing import NamedTuple

from measure import LOAD_CORE, PROXY_CORE, Proxy
from pages import VARIANTS

NGINX = """daemon off; worker_processes 1; error_log stderr crit; pid {folder}/{name}.pid;
events {{ worker_connections 8192; }}
http {{
  access_log off; server_tokens off; keepalive_requests 100000000; keepalive_timeout 300s;
  types {{ text/html html; application/javascript js; application/octet-stream bin; }}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  {body}
}}
"""
UPSTREAM = "upstream app { server 127.0.0.1:%d; keepalive 512; keepalive_requests 100000000; } proxy_http_version 1.1; " \
           "proxy_max_temp_file_size 0; "
# Both in one place: a location with fields of its own drops those from outside it, and reused connections with them.
PASS = "proxy_set_header Connection ''; "
SUB = PASS + "proxy_set_header Accept-Encoding ''; sub_filter_once off; " + "".join(
    f"sub_filter '<{name}' '<{name} nonce=\"$request_id\"'; " for name in ("script", "link", "style")
) + "add_header Content-Security-Policy \"script-src 'nonce-$request_id' 'strict-dynamic'; report-uri /csp\"; "
BUFFERS = "proxy_buffer_size 64k; proxy_buffers 16 64k; proxy_busy_buffers_size 128k; "
GZIP = "gzip on; gzip_comp_level 1; gzip_proxied any; gzip_min_length 100; "
HAPROXY = """global
 nbthread 1
 maxconn 8000
defaults
 mode http
 timeout client 300s
 timeout server 300s
 timeout connect 5s
 http-reuse always
frontend f
 bind 127.0.0.1:{port} {tls}
 default_backend b
backend b
 server s 127.0.0.1:{app} maxconn 4000
"""


class Peer(NamedTuple):
    """What a proxy is measured at, and how it is made."""

    kinds: tuple
    program: str
    inside: str = ""
    tls: bool = False


PEERS = {
    "nginx": Peer(("pass",), "nginx", PASS),
    "nginx-buffers": Peer(("pass",), "nginx", PASS + BUFFERS),
    "nginx-sub": Peer(("page",), "nginx", SUB),
    "nginx-gzip": Peer(("gzip",), "nginx", SUB + GZIP),
    "nginx-tls": Peer(("tls",), "nginx", PASS, True),
    "haproxy": Peer(("pass",), "haproxy"),
    "haproxy-tls": Peer(("tls",), "haproxy", "", True),
    "countersign": Peer(("pass", "page", "gzip"), "countersign"),
    "countersign-tls": Peer(("tls",), "countersign", "", True),
}


def need(program, package):
    """Where a program is."""
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin")
    return found or sys.exit(f"{program} is missing; it is in the Debian package {package}")


def free_port():
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(port, name, folder):
    """Until a port is listened on."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"{name} did not begin: {pathlib.Path(folder, name + '.log').read_text('utf-8', 'replace')[-800:]}")


def start(folder, binary, served):
    """Begins the application and every proxy."""
    for program, package in (("wrk", "wrk"), ("h2load", "nghttp2-client"), ("openssl", "openssl")):
        need(program, package)
    certificate(folder)
    app = free_port()
    share = f"{100 / VARIANTS:.2f}%"
    shares = " ".join(f"{share} {number};" for number in range(1, VARIANTS))
    origin = f"open_file_cache max=1000 inactive=1h; sendfile on; tcp_nopush on; root {folder}/www; " \
             f"split_clients $request_id $variant {{ {shares} * 0; }} " \
             f"server {{ listen 127.0.0.1:{app} backlog=4096; " \
             "location ~ ^/(anew|token)/(.+)$ { try_files /$1/$variant/$2 =404; } }"
    served.run("origin", nginx(need("nginx", "nginx-light"), folder, "origin", origin), LOAD_CORE)
    wait_for(app, "origin", folder)
    for name, peer in PEERS.items():
        port = free_port()
        process = served.run(name, command_of(peer, binary, folder, name, port, app), PROXY_CORE)
        wait_for(port, name, folder)
        # taskset becomes the program.
        served.peers[name] = Proxy(f"{'https' if peer.tls else 'http'}://127.0.0.1:{port}", process.pid)


def command_of(peer, binary, folder, name, port, app):
    """What begins a proxy in front of an application; its configuration is written."""
    make = {"nginx": of_nginx, "haproxy": of_haproxy, "countersign": of_countersign}[peer.program]
    packages = {"nginx": "nginx-light", "haproxy": "haproxy"}
    program = need(peer.program, packages[peer.program]) if peer.program in packages else binary
    return make(program, folder, name, peer, port, app)


def certificate(folder):
    """A key and a certificate, for P-256."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3 -subj /CN=localhost"
    subprocess.run([*command.split(), "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
                   capture_output=True, check=True)
    both = pathlib.Path(folder, "cert.pem").read_text("ascii") + pathlib.Path(folder, "key.pem").read_text("ascii")
    pathlib.Path(folder, "both.pem").write_text(both, "ascii")


def nginx(program, folder, name, body):
    """A configuration written, and the command."""
    path = pathlib.Path(folder, f"{name}.conf")
    path.write_text(NGINX.format(folder=folder, name=name, body=body), "utf-8")
    return [program, "-p", folder, "-c", path]


def of_nginx(program, folder, name, peer, port, app):
    tls = f"ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem; ssl_protocols TLSv1.2 TLSv1.3; " if peer.tls else ""
    listen = f"listen 127.0.0.1:{port} backlog=4096{' ssl http2' if peer.tls else ''};"
    server = f"server {{ {listen} location / {{ {peer.inside} proxy_pass http://app; }} }}"
    return nginx(program, folder, name, tls + UPSTREAM % app + server)


def of_haproxy(program, folder, name, peer, port, app):
    path = pathlib.Path(folder, f"{name}.cfg")
    tls = f"ssl crt {folder}/both.pem alpn h2,http/1.1" if peer.tls else ""
    path.write_text(HAPROXY.format(port=port, app=app, tls=tls), "utf-8")
    return [program, "-db", "-f", path]


def of_countersign(program, folder, _name, peer, port, app):
    command = [program, "run", "--listen", f"127.0.0.1:{port}", "--upstream", f"http://127.0.0.1:{app}",
               "--workers", "1", "--policies", f"{folder}/policies"]
    tls = ["--tls-cert", f"{folder}/cert.pem", "--tls-key", f"{folder}/key.pem"] if peer.tls else []
    return command + tls
