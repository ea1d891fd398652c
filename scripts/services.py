"""A private PostgreSQL and a private Redis for tests and benchmarks, started from the installed binaries and gone after."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

READY_SECONDS = 30


def free_port():
    """Return a port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_binaries():
    """Return the folder of the newest installed PostgreSQL's programs, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = str(folders[-1]) if folders else shutil.which("initdb")
    return Path(found).parent if found else None


def wait_until(answers, name):
    """Wait until a service answers; raises RuntimeError when it does not within half a minute."""
    deadline = time.monotonic() + READY_SECONDS
    while not answers():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{name} did not start within {READY_SECONDS} s.")
        time.sleep(0.1)


def listens(port):
    """Tell whether something accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def as_postgres(folder):
    """Return the words before a command that must not run as root, and hand the folder to that user."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    return ["runuser", "-u", "postgres", "--"]


@contextmanager
def private_postgres():
    """Give the URL of a PostgreSQL of our own: no durability, trust on loopback; None where none is installed."""
    binaries = postgres_binaries()
    if not binaries:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="bylaw-postgres-"))
    prefix, data, port = as_postgres(folder), folder / "data", free_port()
    silent = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    try:
        subprocess.run(
            [*prefix, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
             "--no-sync"], **silent)  # fmt: skip
        options = (f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off "
                   "-c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=128MB")  # fmt: skip
        control = [*prefix, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
        subprocess.run([*control, "-o", options, "start"], **silent)
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **{**silent, "check": False})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def private_redis():
    """Give the URL of a Redis of our own that keeps nothing on disk; None where none is installed."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if not program:
        yield None
        return
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
    try:
        wait_until(lambda: listens(port), "Redis")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def services():
    """Give (database URL, broker URL): those named by BYLAW_TEST_DATABASE_URL and BYLAW_TEST_BROKER_URL, else private."""
    database, broker = os.environ.get("BYLAW_TEST_DATABASE_URL"), os.environ.get("BYLAW_TEST_BROKER_URL")
    with private_postgres() if not database else given(database) as database_url:
        with private_redis() if not broker else given(broker) as broker_url:
            yield database_url, broker_url


@contextmanager
def given(url):
    """Give back a URL that someone else looks after."""
    yield url
