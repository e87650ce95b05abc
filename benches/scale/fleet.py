"""Several nodes behind HAProxy, each in a network namespace, with one PostgreSQL: is everything counted, once?"""

import concurrent.futures
import glob
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

from proxies import need
from programs import Running, answers, core_seconds, memory, until

BRIDGE, HOST = "csbench", "10.99.0.1"
APP, DATABASE, FRONT, NODE = 18080, 15432, 18000, 8080
CLIENTS = 16
HAPROXY = """global
 maxconn 4000
defaults
 mode http
 timeout client 60s
 timeout server 60s
 timeout connect 2s
 http-reuse always
 retries 3
 option redispatch 1
 retry-on conn-failure empty-response
frontend f
 bind {host}:{front}
 default_backend nodes
backend nodes
 http-request set-header X-Forwarded-For 192.0.2.%[rand(250)]
 option httpchk GET /health
 http-check send hdr Host shop.example
{servers}
"""
NGINX = """daemon off; worker_processes 1; error_log stderr crit; pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{ access_log off; default_type text/html; keepalive_requests 100000000;
 client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
 uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
 server {{ listen {host}:{app}; location = /health {{ default_type text/plain; return 200 well; }} location / {{ root {folder}/www; try_files /page.html =404; }} }} }}
"""
PAGE = "<!doctype html><title>Shop</title><script src=https://cdn.example/a.js></script><p>Words</p>" * 20


def system(*command, check=True):
    """Runs a program; what it writes."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.strip()[-800:]}")
    return done.stdout


class Network:
    """A bridge on this machine, and a namespace for each node."""

    def __init__(self, nodes):
        self.names = [f"{BRIDGE}{number}" for number in range(1, nodes + 1)]

    def address(self, name):
        """A node's."""
        return f"10.99.0.{10 + int(name.removeprefix(BRIDGE))}"

    def __enter__(self):
        self.take_away()
        system("ip", "link", "add", BRIDGE, "type", "bridge")
        system("ip", "address", "add", f"{HOST}/24", "dev", BRIDGE)
        system("ip", "link", "set", BRIDGE, "up")
        for name in self.names:
            system("ip", "netns", "add", name)
            system("ip", "link", "add", f"{name}h", "type", "veth", "peer", "name", "eth0", "netns", name)
            system("ip", "link", "set", f"{name}h", "master", BRIDGE, "up")
            system("ip", "-n", name, "address", "add", f"{self.address(name)}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                system("ip", "-n", name, "link", "set", device, "up")
        return self

    def take_away(self):
        for name in self.names:
            system("ip", "netns", "del", name, check=False)
        system("ip", "link", "del", BRIDGE, check=False)

    def __exit__(self, *_):
        self.take_away()


class Postgres:
    """A server of its own, over TLS; it refuses to run as root."""

    def __init__(self, folder):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            sys.exit("PostgreSQL is missing; it is in the Debian package postgresql")
        self.programs, self.folder = found[-1], pathlib.Path(folder, "postgres")
        self.folder.mkdir()
        subject = "/CN=database"
        system(*"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3".split(), "-subj", subject,
               "-addext", f"subjectAltName=IP:{HOST}", "-addext", "basicConstraints=critical,CA:FALSE",
               "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem")
        system("chown", "-R", "nobody:", self.folder)
        self.run("initdb", "--auth=trust", "--username=countersign", "--no-sync", self.folder / "data")
        with open(self.folder / "data" / "pg_hba.conf", "a", encoding="ascii") as file:
            file.write("hostssl all all 10.99.0.0/24 trust\n")

    def run(self, program, *arguments):
        return system("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", f"{self.programs}/{program}", *arguments)

    def begin(self):
        options = f"-h {HOST} -p {DATABASE} -k {self.folder} -c ssl=on -c ssl_cert_file={self.folder}/cert.pem " \
                  f"-c ssl_key_file={self.folder}/key.pem"
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-m", "fast", "stop")

    def ask(self, query):
        """The first value of the first row."""
        said = system(f"{self.programs}/psql", "-h", self.folder, "-p", DATABASE, "-U", "countersign", "-d", "postgres",
                      "-At", "-c", query)
        return int(said.strip() or 0)

    def __enter__(self):
        self.begin()
        return self

    def __exit__(self, *_):
        system("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", f"{self.programs}/pg_ctl",
               "-D", self.folder / "data", "-m", "immediate", "stop", check=False)


def requests(count, method="GET", path="/page", body=None):
    """So many requests over several connections; how many were answered well, and the last body."""
    fields = {"Host": "shop.example", "Accept": "text/html", "Sec-Fetch-Dest": "document"}
    if body:
        fields["Content-Type"] = "application/csp-report"

    def some(share):
        connection, well, answer = http.client.HTTPConnection(HOST, FRONT, timeout=60), 0, None
        for _ in range(share):
            try:
                connection.request(method, path, body, fields)
                answer = connection.getresponse()
                answer.read()
                well += answer.status in (200, 204)
            except (OSError, http.client.HTTPException):
                connection.close()
        connection.close()
        return well, answer

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        all_of_them = list(pool.map(some, [count // CLIENTS] * CLIENTS))
    return sum(well for well, _ in all_of_them), all_of_them[-1][1]


def begin_nodes(binary, network, database, folder, running):
    """One Countersign in each namespace, with the same policies."""
    policies = pathlib.Path(folder, "policies")
    policies.mkdir()
    (policies / "shop.toml").write_text('hosts = ["shop.example"]\nmode = "enforce"\n', "utf-8")
    processes = {}
    for name in network.names:
        settings = pathlib.Path(folder, f"{name}.toml")
        store = f"postgres://countersign@{HOST}:{DATABASE}/postgres?sslrootcert={database.folder}/cert.pem"
        settings.write_text(
            f'listen = "{network.address(name)}:{NODE}"\nworkers = 1\nupstream = "http://{HOST}:{APP}"\n'
            f'policies = "{policies}"\nforwarded-from = ["{HOST}"]\n\n'
            f'[store]\nurl = "{store}"\nnode = "{name}"\n', "utf-8")
        # ip becomes the program.
        command = ["ip", "netns", "exec", name, binary, "run", "--config", settings]
        processes[name] = running.begin(name, command, cwd=folder)
    for name in network.names:
        address = (network.address(name), NODE)
        until(f"{name} listens: {running.log(name).read_text('utf-8')[-600:]}", lambda: answers(address))
    return processes


def main(binary, nodes):
    """Begins all, and holds what was asked against what the database has."""
    if os.geteuid() != 0:
        sys.exit("network namespaces are root's")
    nginx, haproxy = need("nginx", "nginx-light"), need("haproxy", "haproxy")
    with tempfile.TemporaryDirectory(prefix="countersign-scale-") as folder:
        os.chmod(folder, 0o755)
        www = pathlib.Path(folder, "www")
        www.mkdir()
        (www / "page.html").write_text(PAGE, "utf-8")
        with Network(nodes) as network, Postgres(folder) as database, Running(folder) as running:
            path = pathlib.Path(folder, "nginx.conf")
            path.write_text(NGINX.format(folder=folder, host=HOST, app=APP), "utf-8")
            running.begin("nginx", [nginx, "-p", folder, "-c", path])
            until("the application listens", lambda: answers((HOST, APP)))
            processes = begin_nodes(binary, network, database, folder, running)
            servers = "\n".join(f" server {name} {network.address(name)}:{NODE} check inter 500ms fall 1 rise 1"
                                for name in network.names)
            path = pathlib.Path(folder, "haproxy.cfg")
            path.write_text(HAPROXY.format(host=HOST, front=FRONT, servers=servers), "utf-8")
            running.begin("haproxy", [haproxy, "-db", "-f", path])
            until("HAProxy listens", lambda: answers((HOST, FRONT)))
            Fleet(network, database, processes).measure()


class Fleet:
    """All of it, running."""

    def __init__(self, network, database, processes):
        self.network, self.database, self.processes = network, database, processes

    def pages(self):
        """Pages judged, as the database has them."""
        return self.database.ask("SELECT coalesce(sum(responses), 0) FROM countersign.page_seen")

    def settled(self):
        """The same, once nothing more comes."""
        last = -1
        while last != (now := self.pages()):
            last = now
            # Nodes write within a few seconds.
            time.sleep(6)
        return now

    def measure(self):
        self.counted(4800)
        self.reported(2400)
        self.database_away(1600)
        if len(self.processes) > 1:
            self.node_killed()

    def counted(self, count):
        before, commits = self.settled(), self.commits()
        cores = {name: core_seconds(process.pid) for name, process in self.processes.items()}
        begun = time.monotonic()
        well, _ = requests(count)
        took = time.monotonic() - begun
        kept = self.settled() - before
        print(f"{well} of {count} pages by {len(self.processes)} nodes, {well / took:.0f} a second; "
              f"the database has {kept}")
        for name, process in self.processes.items():
            print(f"  {name}: {core_seconds(process.pid) - cores[name]:.2f} s on a core, {memory(process.pid) / 1024:.0f} MiB")
        passed = time.monotonic() - begun
        print(f"  {(self.commits() - commits) / passed / len(self.processes):.1f} transactions a second and node")
        if not well == count == kept:
            sys.exit("not all were answered, or not all counted once")

    def commits(self):
        return self.database.ask("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'")

    def reported(self, count):
        """The same violation, reported to whichever node it comes to."""
        _, answer = requests(CLIENTS)
        csp = answer.headers["Content-Security-Policy"]
        path = re.search(r"report-uri (\S+)", csp)[1]
        report = {"csp-report": {"document-uri": "http://shop.example/page", "blocked-uri": "https://evil.example/x.js",
                                 "violated-directive": "script-src-elem", "effective-directive": "script-src-elem",
                                 "original-policy": csp, "disposition": "enforce", "status-code": 200}}
        begun, commits = time.monotonic(), self.commits()
        well, _ = requests(count, "POST", path, json.dumps(report))
        took = time.monotonic() - begun
        query = "SELECT coalesce(sum(count), 0) FROM countersign.violations"
        until(f"all of {well} reports are in the database", lambda: self.database.ask(query) == well)
        groups = self.database.ask("SELECT count(*) FROM countersign.violations")
        print(f"{well} of {count} reports, {well / took:.0f} a second: {groups} group with all of them; "
              f"{self.commits() - commits} transactions")
        if well != count:
            sys.exit("reports were refused")

    def database_away(self, count):
        before = self.settled()
        self.database.stop()
        well, _ = requests(count)
        self.database.begin()
        until("the database has what was kept for it", lambda: self.pages() >= before + well, 90)
        kept = self.settled() - before
        print(f"the database away: {well} of {count} pages answered meanwhile; once it is back it has {kept} of them")
        if not well == count == kept:
            sys.exit("not all were answered, or not all counted once")

    def node_killed(self):
        name, process = next(iter(self.processes.items()))
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asking = pool.submit(requests, 3200)
            time.sleep(1)
            process.send_signal(signal.SIGKILL)
            well, _ = asking.result()
        print(f"{name} killed in the middle: {well} of 3200 pages answered")
        if well < 3200 - CLIENTS:
            sys.exit("more failed than were in flight")
