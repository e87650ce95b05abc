"""Programs that are begun for a while, and what the system says of them."""

import contextlib
import os
import pathlib
import resource
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def until(what, done, seconds=30):
    """Waits until something holds; what it gives."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := done():
            return found
        time.sleep(0.05)
    sys.exit(f"after {seconds} s it still does not hold: {what}")


def answers(address):
    """Whether somebody listens there."""
    with contextlib.suppress(OSError):
        socket.create_connection(address, 1).close()
        return True
    return False


def room_for(count):
    """As many connections as the system has files for, with one to the upstream for each, which Countersign keeps room
    for; at most so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * count + 1000
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))
    if wanted > hard:
        count = (hard - 1000) // 2
        print(f"the limit of open files (ulimit -Hn) is {hard}: {count} connections")
    return count


class Running:
    """Programs; all are ended, the last first."""

    def __init__(self, folder):
        self.folder, self.programs = pathlib.Path(folder), []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(20)
            program.kill()

    def begin(self, name, command, **options):
        """Begins one. What it says goes into a file of its name."""
        with open(self.log(name), "ab") as said:
            program = subprocess.Popen([str(word) for word in command], stdout=said, stderr=said,
                                       stdin=subprocess.DEVNULL, **options)
        self.programs.append(program)
        return program

    def log(self, name):
        """The file of what it said."""
        return self.folder / f"{name}.log"


def memory(process):
    """KiB of its own (proportional share), now."""
    text = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def peak(process):
    """The most KiB that it ever had."""
    text = pathlib.Path(f"/proc/{process}/status").read_text("ascii")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM:"))


def core_seconds(process):
    """Seconds on a core so far, of all its threads."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
