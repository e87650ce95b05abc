"""Countersign, nginx and HAProxy, each in front of the same upstream, on free ports of loopback."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

POLICY = 'hosts = ["localhost", "127.0.0.1"]\nmode = "enforce"\nupstreams = ["http://127.0.0.1:{upstream}"]\n'

NGINX = """daemon off; user root; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp;
    map $http_upgrade $upgrade {{ default upgrade; '' ''; }}
    upstream behind {{ server 127.0.0.1:{upstream}; keepalive 16; }}
    server {{
        listen 127.0.0.1:{port} {tls};
        {certificate}
        location / {{
            proxy_pass http://behind;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $upgrade;
        }}
    }}
}}
"""

HAPROXY = """global
    maxconn 4096
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout http-request 30s
frontend front
    bind 127.0.0.1:{port} {tls}
    default_backend behind
backend behind
    server upstream 127.0.0.1:{upstream}
"""


def free_port():
    """A port that nobody has now. Another process may take it; then what is started says so."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process, name):
    """Until a port takes connections."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"{name} ended with {process.returncode} before it listened")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit(f"{name} does not listen")


@contextlib.contextmanager
def running(command, port, name, **options):
    """A process that listens on `port`, ended afterwards with all that it started."""
    process = subprocess.Popen(command, start_new_session=True, **options)
    try:
        wait_for(port, process, name)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def certificate(folder):
    """A CA and a certificate of it for localhost: chain, key, CA."""
    folder = pathlib.Path(folder)
    run = lambda *arguments: subprocess.run(["openssl", *arguments], check=True, capture_output=True)
    ca, ca_key = folder / "ca.pem", folder / "ca.key"
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=outside tests",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        "-keyout", ca_key, "-out", ca)
    key, request, chain = folder / "key.pem", folder / "request.pem", folder / "chain.pem"
    run("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", request)
    names = folder / "names"
    names.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n"
                     "extendedKeyUsage=serverAuth\nkeyUsage=digitalSignature,keyEncipherment\n"
                     "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
    run("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "30",
        "-extfile", names, "-out", chain)
    (folder / "both.pem").write_bytes(chain.read_bytes() + key.read_bytes())
    return chain, key, ca


@contextlib.contextmanager
def proxy(name, upstream, tls=False):
    """One of the three, in front of a port: its own port, and its CA where it speaks TLS."""
    with tempfile.TemporaryDirectory() as place:
        folder, port, ca = pathlib.Path(place), free_port(), None
        chain = key = None
        if tls:
            chain, key, ca = certificate(folder)
        if name == "countersign":
            binary = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/countersign"
            (folder / "policies").mkdir()
            (folder / "policies/site.toml").write_text(POLICY.format(upstream=upstream))
            command = [binary, "run", "--listen", f"127.0.0.1:{port}", "--policies", folder / "policies"]
            command += ["--tls-cert", chain, "--tls-key", key] if tls else []
        elif name == "nginx":
            of = f"ssl_certificate {chain}; ssl_certificate_key {key};" if tls else ""
            text = NGINX.format(folder=folder, port=port, upstream=upstream, certificate=of,
                                tls="ssl http2" if tls else "")
            (folder / "nginx.conf").write_text(text)
            command = ["nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
        else:
            of = f"ssl crt {folder}/both.pem alpn h2,http/1.1" if tls else ""
            (folder / "haproxy.cfg").write_text(HAPROXY.format(port=port, upstream=upstream, tls=of))
            command = ["haproxy", "-f", folder / "haproxy.cfg"]
        with open(folder / "log", "wb") as log, running(command, port, name, stdout=log, stderr=log):
            yield port, ca


def need(command, package):
    """Says where a command is from that is not there."""
    if not shutil.which(command):
        raise SystemExit(f"{command} is not installed: " + (f"apt-get install {package}" if package else "see tests/README.md"))
