"""The one command that runs everything: it answers, keeps a second instance out, mends itself and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from scripts.services import free_port

ROOT = Path(settings.BASE_DIR)
pytestmark = pytest.mark.slow


def start(folder, port):
    """Start Bylaw without a demo company on a folder and port of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("BYLAW_", "DJANGO_"))}
    environment = {**kept, "BYLAW_VAR": str(folder), "BYLAW_PORT": str(port), "BYLAW_DEMO": "no", "BYLAW_WORKERS": "1"}
    command = [sys.executable, ROOT / "scripts" / "serve.py"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def wait_for(condition, seconds=300):
    """Wait until something holds; the caller asserts on the answer."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False


def is_well(port):
    """Tell whether the site answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=3) as answer:
            return answer.status == 200
    except OSError:
        return False


def children(pid):
    """Return every process below one, by number."""
    lines = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True).stdout.splitlines()
    parents = dict(map(int, line.split()) for line in lines)
    found, wave = set(), {pid}
    while wave:
        wave = {child for child, parent in parents.items() if parent in wave} - found
        found |= wave
    return found


def alive(pids):
    """Return those processes that still run."""
    return {pid for pid in pids if command_of(pid)}


def command_of(pid):
    """Return a process's command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except FileNotFoundError:
        return ""


def test_one_command_serves_mends_itself_and_leaves_nothing_running(tmp_path):
    port = free_port()
    server = start(tmp_path, port)
    try:
        assert wait_for(lambda: is_well(port) or server.poll() is not None)
        assert server.poll() is None
        assert wait_for(lambda: any("beat" in command_of(pid) for pid in children(server.pid)))
        second = start(tmp_path, free_port())
        assert "already runs" in second.communicate(timeout=60)[0]
        assert second.returncode == 1
        other = start(tmp_path / "other", port)
        assert f"Port {port} is taken" in other.communicate(timeout=60)[0]
        assert other.returncode == 1
        beat = next(pid for pid in children(server.pid) if "beat" in command_of(pid))
        os.kill(beat, signal.SIGKILL)
        assert wait_for(lambda: any("beat" in command_of(pid) for pid in children(server.pid) - {beat}))
        everything = children(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=60)[0]
    assert "The beat ended" in said
    assert said.rstrip().endswith("nothing is left running.")
    assert server.returncode == 0
    assert wait_for(lambda: not alive(everything), seconds=5)
