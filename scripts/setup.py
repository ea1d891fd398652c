"""Make a bare checkout runnable: environment, libraries, fonts, messages and static files; standard library only.

Run by the system's Python as `python3 scripts/setup.py serve|lint|test`. Every part leaves a stamp or is compared with its
sources, so a second run costs a fraction of a second. A part that cannot be had is named on standard error with what
it means; only what Bylaw cannot start without (the environment itself) ends the run.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("BYLAW_VAR", ROOT / "var"))
UV_VERSION = "0.13.9"
APT_DOWNLOAD_SECONDS = {"serve": 40, "test": 420}

# What the programs outside Python are for: (name, found?, Debian packages, what is lost without it).
PDF_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PDF_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
FONT_FOLDER = Path("/usr/share/fonts/opentype/noto")


def say(text):
    """Print one line about the set-up."""
    print(f"[setup] {text}", flush=True)


def warn(text):
    """Say on standard error what could not be had."""
    print(f"[setup] MISSING: {text}", file=sys.stderr, flush=True)


def run(*command, **options):
    """Run a command in the project's root and return whether it succeeded."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, **options).returncode == 0


def digest(paths, *extra):
    """Return a short digest of files' names, sizes and times, and of any extra words."""
    summary = hashlib.sha256("|".join(extra).encode())
    for path in sorted(paths):
        if path.is_file():
            stat = path.stat()
            summary.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}".encode())
    return summary.hexdigest()[:24]


def current(stamp, value):
    """Tell whether a stamp file holds this value."""
    return stamp.is_file() and stamp.read_text() == value


# --- the environment -------------------------------------------------------------------------------


def make_venv():
    """Create .venv with a pip of its own; ends the run where Python cannot."""
    if PYTHON.exists() and run(PYTHON, "-c", "import pip", stderr=subprocess.DEVNULL):
        return
    say("creating .venv")
    if run(sys.executable, "-m", "venv", "--clear", VENV):
        return
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if can_apt() and apt_install([version], "serve") and run(sys.executable, "-m", "venv", "--clear", VENV):
        return
    sys.exit(f"[setup] Python cannot create an environment here: install {version}, then run this again.")


def find_uv():
    """Return the pinned uv, installing it into .venv first where needed, or another uv on the path, or None."""
    own = VENV / "bin" / "uv"
    if own.exists() and UV_VERSION in output(own, "--version"):
        return own
    say(f"installing uv {UV_VERSION}")
    if run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"uv=={UV_VERSION}"):
        return own
    return shutil.which("uv")


def output(*command):
    """Return what a command prints, or an empty text when it fails."""
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    return result.stdout if result.returncode == 0 else ""


def install_packages(profile):
    """Install the locked packages: those of production for `serve`, and those for development too otherwise."""
    files = (ROOT / "uv.lock", ROOT / "pyproject.toml")
    value = hashlib.sha256(b"".join(path.read_bytes() for path in files) + sys.version.encode()).hexdigest()
    stamps = {name: VENV / f".bylaw-{name}" for name in ("production", "development")}
    wanted = "production" if profile == "serve" else "development"
    if PYTHON.exists() and (current(stamps[wanted], value) or current(stamps["development"], value)):
        return
    make_venv()
    uv = find_uv()
    if not uv:
        sys.exit("[setup] uv could not be installed: no package index answers. Check the network and run this again.")
    say(f"installing the locked packages ({wanted})")
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": str(VENV)}
    environment.pop("VIRTUAL_ENV", None)
    # compiled once: where Python may not write its bytecode, every start would take three times as long
    command = [uv, "sync", "--locked", "--inexact", "--quiet", "--compile-bytecode", "--python", PYTHON]
    command += ["--no-dev"] if wanted == "production" else []
    if not (run(*command, env=environment) or run(*command, env=environment)):
        sys.exit("[setup] the locked packages could not be installed: see the lines above.")
    stamps[wanted].write_text(value)


# --- what lies outside Python ------------------------------------------------------------------------


def can_apt():
    """Tell whether this is a Debian where we may install."""
    return os.geteuid() == 0 and bool(shutil.which("apt-get"))


def apt_install(packages, profile):
    """Install Debian packages: the download under a time limit, the installation itself never cut short."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    limit = APT_DOWNLOAD_SECONDS["serve" if profile == "serve" else "test"]
    say(f"apt-get install {' '.join(packages)}")
    options = ["-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold"]
    try:
        run("apt-get", "update", timeout=limit, **quiet)  # a stale list may still do: its failure is no verdict
        fetched = run("apt-get", "install", "--download-only", *options, *packages, timeout=limit, **quiet)
    except subprocess.TimeoutExpired:
        return False
    return fetched and run("apt-get", "install", *options, *packages, **quiet)


def has_libraries():
    """Tell whether the shared libraries that lay out a PDF can be loaded."""
    for name in PDF_LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
    return True


def has_binary(*names):
    """Return a check that one of these programs is on the path."""
    return lambda: any(shutil.which(name) for name in names)


def has_postgres():
    """Tell whether a PostgreSQL server can be started here."""
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or bool(shutil.which("initdb"))


def has_fonts():
    """Tell whether Noto CJK, sans and serif, is installed as Debian does."""
    return (FONT_FOLDER / "NotoSansCJK-Regular.ttc").exists() and (FONT_FOLDER / "NotoSerifCJK-Regular.ttc").exists()


SERVE_PARTS = [
    ("Pango", has_libraries, PDF_PACKAGES, "no PDF can be made"),
    ("Noto CJK fonts", has_fonts, ["fonts-noto-cjk"], "PDFs use the one face that comes as a package (Sans Regular)"),
]
GETTEXT = ("gettext", has_binary("xgettext"), ["gettext"], "`make messages` and its check in `make lint` cannot run")
TEST_PARTS = [
    *SERVE_PARTS,
    GETTEXT,
    ("Chromium", has_binary("chromium", "chromium-browser"), ["chromium"], "browser tests cannot run"),
    ("PostgreSQL", has_postgres, ["postgresql"], "tests run on SQLite only, unless BYLAW_TEST_DATABASE_URL names one"),
    (
        "Redis",
        has_binary("redis-server"),
        ["redis-server"],
        "tests run on SQLite only, unless BYLAW_TEST_BROKER_URL is set",
    ),
    (
        "Dovecot",
        lambda: has_binary("dovecot")() or Path("/usr/sbin/dovecot").exists(),
        ["dovecot-imapd"],
        "reading a mailbox is not tested",
    ),
    ("poppler", has_binary("pdftotext", "pdftoppm"), ["poppler-utils"], "PDF pages cannot be looked at in tests"),
]

PARTS = {"serve": SERVE_PARTS, "lint": [GETTEXT], "test": TEST_PARTS}


def install_system_parts(profile):
    """Install through apt what is missing and may be installed; name the rest with what is lost."""
    parts = [part for part in PARTS[profile] if not part[1]()]
    tried = VAR / f".apt-tried-{profile}"
    # One failed try a day: a machine without network must not wait for apt at each start.
    fresh = tried.exists() and time.time() - tried.stat().st_mtime < 86_400 and profile == "serve"
    if parts and can_apt() and not fresh:
        packages = [name for part in parts for name in part[2]]
        if not apt_install(packages, profile):
            for part in parts:
                apt_install(part[2], profile)
        VAR.mkdir(parents=True, exist_ok=True)
        tried.touch()
    for name, found, packages, lost in parts:
        if not found():
            warn(f"{name}: {lost}. Install {' '.join(packages)}.")


# --- what is built from the sources --------------------------------------------------------------------


def build_assets():
    """Build the style sheet and whatever else is made from static sources."""
    script = ROOT / "scripts" / "build_assets.py"
    if script.exists() and not run(PYTHON, script, stdout=subprocess.DEVNULL):
        sys.exit("[setup] the style sheet could not be built: see the lines above.")


def compile_own_code():
    """Compile what has changed of our own, for the same reason."""
    folders = sorted({path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"})
    run(PYTHON, "-m", "compileall", "-q", "-j", "2", *folders)


def collect_static():
    """Gather static files for the server, when any of them has changed."""
    if not (ROOT / "config" / "urls.py").exists():
        return
    stamp = VAR / ".static"
    value = digest((ROOT / "static").rglob("*"), (ROOT / "uv.lock").read_text()[-4000:], str(VAR))
    if current(stamp, value):
        return
    say("collecting static files")
    quiet = {"env": {**os.environ, "BYLAW_VAR": str(VAR)}}
    if not run(PYTHON, "manage.py", "collectstatic", "--noinput", "--clear", "-v", "0", **quiet):
        sys.exit("[setup] static files could not be collected: see the lines above.")
    stamp.write_text(value)


def main():
    """Set up what the named profile needs."""
    profile = sys.argv[1] if len(sys.argv) > 1 else "serve"
    if sys.version_info < (3, 11):
        sys.exit(f"[setup] Bylaw needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    started = time.monotonic()
    install_packages(profile)
    install_system_parts(profile)
    for script in ("compile_messages.py", "build_fonts.py"):
        if profile == "lint" and script == "build_fonts.py":
            continue
        if not run(PYTHON, ROOT / "scripts" / script):
            warn(f"scripts/{script} failed: see the lines above.")
    build_assets()
    compile_own_code()
    if profile == "serve":
        collect_static()
    seconds = time.monotonic() - started
    if seconds > 2:
        say(f"ready after {seconds:.0f} s")


if __name__ == "__main__":
    main()
