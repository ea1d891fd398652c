"""The very commands of docker-compose.yml, with its environment, on real PostgreSQL and Redis: they start and one signs in."""

import base64
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import yaml
from django.conf import settings
from django.db import connections
from django_otp.oath import totp

from scripts.services import free_port, listens
from tests.databases import drop_postgresql, is_sqlite, maintenance_cursor

ROOT = Path(settings.BASE_DIR)
HOST = "bylaw.example.com"
PASSWORD = "correct horse battery staple"
pytestmark = [pytest.mark.database, pytest.mark.slow]


class Compose:
    """docker-compose.yml without its containers: services as processes, with the addresses of this machine."""

    def __init__(self, folder, database):
        self.folder, self.database, self.running = folder, database, {}
        self.web_port, self.redis_port = free_port(), free_port()
        self.passwords = {"POSTGRES_PASSWORD": secrets.token_hex(12), "REDIS_PASSWORD": secrets.token_hex(12)}
        self.file = yaml.safe_load(ROOT.joinpath("docker-compose.yml").read_text())
        self.secret = secrets.token_urlsafe(48)
        (folder / "data").mkdir()

    def here(self, text):
        """A value of the file as Compose would fill it in, then moved from containers to this machine."""
        text = re.sub(r"(?<!\$)\$\{(\w+)(?::[?-][^}]*)?\}", lambda m: self.passwords[m[1]], str(text)).replace(
            "$$", "$"
        )
        db = self.database["settings"]
        text = text.replace(
            "@db:5432/bylaw", f"@{db['HOST'] or '127.0.0.1'}:{db['PORT'] or 5432}/{self.database['name']}"
        )
        text = text.replace("//bylaw:", f"//{self.database['name']}:").replace(
            "@redis:6379", f"@127.0.0.1:{self.redis_port}"
        )
        text = text.replace(
            "redis-server ", f"redis-server --port {self.redis_port} --bind 127.0.0.1 --dir {self.folder} "
        )
        return text.replace("/data", str(self.folder / "data")).replace("8000", str(self.web_port))

    def env_file(self):
        """.env.example filled in as it asks."""
        lines = ROOT.joinpath(".env.example").read_text().splitlines()
        example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        assert set(self.passwords) <= set(example)
        return {**example, **self.passwords, "BYLAW_SECRET_KEY": self.secret}

    def environment(self, service):
        """What a service finds in its environment: the image's, .env and its own lines; nothing else of this machine's."""
        image = re.findall(r"(BYLAW_\w+)=(\S+)", ROOT.joinpath("Dockerfile").read_text().rpartition("FROM")[2])
        built = {"BYLAW_FONTS": str(settings.FONTS_DIR), "BYLAW_STATIC": str(self.folder / "static")}
        found = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "PYTHONUNBUFFERED": "1",
        }
        found |= {name: self.here(value) for name, value in image} | built
        service = self.file["services"][service]
        if "env_file" in service:
            found |= self.env_file()
        return found | {name: self.here(value) for name, value in service.get("environment", {}).items()}

    def command(self, service):
        """A service's command, or the image's, as words."""
        command = self.file["services"][service].get("command")
        if command is None:
            image = re.search(r"^CMD (\[.*\])\s*\Z", ROOT.joinpath("Dockerfile").read_text(), re.MULTILINE | re.DOTALL)
            return [self.here(word) for word in json.loads(image[1].replace("\\\n", ""))]
        if command.startswith("sh -c "):
            return ["sh", "-c", self.here(command.removeprefix("sh -c ")[1:-1])]
        return self.here(command).split()

    def run(self, service, command=None, **more):
        """Run a service's command to its end, as `docker compose run` does."""
        return subprocess.run(
            command or self.command(service),
            env=self.environment(service),
            cwd=ROOT,
            capture_output=True,
            text=True,
            **more,
        )

    def start(self, service):
        """Start a service that stays, its words in a file of its own."""
        with self.log(service).open("w") as log:
            self.running[service] = subprocess.Popen(
                self.command(service),
                env=self.environment(service),
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self, service):
        """Where a service speaks."""
        return self.folder / f"{service}.log"

    def is_healthy(self, service):
        """What the file's own health check says."""
        how, *words = self.file["services"][service]["healthcheck"]["test"]
        words = [self.here(word) for word in words] if how == "CMD" else ["sh", "-c", self.here(words[0])]
        if service == "web":
            words.append(str(self.web_port))
        return subprocess.run(words, env=self.environment(service), cwd=ROOT, capture_output=True).returncode == 0

    def stop(self):
        """End everything that was started, softly, then hard."""
        for process in reversed(self.running.values()):
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


def wait_for(condition, compose, seconds=40):
    """Wait until something holds; fails with what the services said when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            said = "\n".join(f"{name}:\n{compose.log(name).read_text()[-2000:]}" for name in compose.running)
            pytest.fail(f"not within {seconds} s\n{said}")
        time.sleep(0.2)


@contextmanager
def role_and_database():
    """An empty database with an owner of its own, as the image of PostgreSQL makes one; both gone after."""
    database = connections["default"].settings_dict
    name = f"bylaw_compose_{secrets.token_hex(4)}"
    with maintenance_cursor(database) as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN")
        cursor.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    try:
        yield {"settings": database, "name": name}
    finally:
        drop_postgresql(database, name)
        with maintenance_cursor(database) as cursor:
            cursor.execute(f"DROP ROLE {name}")


def password_of(compose):
    """Give the role the password that .env was filled in with."""
    with maintenance_cursor(compose.database["settings"]) as cursor:
        cursor.execute(f"ALTER ROLE {compose.database['name']} PASSWORD '{compose.passwords['POSTGRES_PASSWORD']}'")


def rows(compose, sql):
    """Ask the services' database."""
    import psycopg

    db = compose.database["settings"]
    where = {
        "host": db["HOST"] or "127.0.0.1",
        "port": db["PORT"] or 5432,
        "user": db["USER"],
        "password": db["PASSWORD"],
    }
    with psycopg.connect(dbname=compose.database["name"], **where) as connection:
        return connection.execute(sql).fetchall()


class Visitor:
    """A browser behind the proxy that ends HTTPS: cookies, and the headers the proxy sets."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, method, path, **fields):
        """One request, no redirect followed: (status, where to, text)."""
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        headers |= {
            "Referer": f"https://{HOST}{path}",
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
        }
        if method == "POST":
            fields["csrfmiddlewaretoken"] = self.cookies["csrftoken"]
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, urlencode(fields) if method == "POST" else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or []:
            assert "Secure" in header
            self.cookies |= {name: cookie.value for name, cookie in SimpleCookie(header).items()}
        connection.close()
        return answer.status, answer.headers.get("Location", ""), text


def accept(visitor, link):
    """Choose a password through the link that the set-up printed."""
    status, form_page, _text = visitor.ask("GET", urlsplit(link).path)
    assert status == 302
    assert visitor.ask("GET", form_page)[0] == 200
    status, there, text = visitor.ask("POST", form_page, new_password1=PASSWORD, new_password2=PASSWORD)
    assert (status, there) == (302, "/"), text


def sign_in(visitor, email):
    """Sign in with password and the first code of an authenticator."""
    assert visitor.ask("GET", "/login/")[0] == 200
    status, there, text = visitor.ask("POST", "/login/", username=email, password=PASSWORD)
    assert (status, there) == (302, "/"), text
    status, there, _text = visitor.ask("GET", "/")
    assert (status, there.split("?")[0]) == (302, "/login/code/")
    _status, _there, page = visitor.ask("GET", there)
    spelled = "".join(re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].split())
    key = base64.b32decode(spelled + "=" * (-len(spelled) % 8))
    status, _there, text = visitor.ask("POST", "/login/code/", code=f"{totp(key):06d}", next="/people/")
    assert status == 200, text


@pytest.mark.skipif(not shutil.which("redis-server"), reason="needs the program redis-server")
def test_commands_of_compose_start_and_somebody_signs_in(tmp_path, db):
    if is_sqlite():
        pytest.skip("production runs on PostgreSQL")
    with role_and_database() as database:
        compose = Compose(tmp_path, database)
        password_of(compose)
        try:
            comes_up(compose)
            link = set_up(compose)
            wait_for(lambda: compose.is_healthy("web"), compose)
            visitor = Visitor(compose.web_port)
            accept(visitor, link)
            visitor = Visitor(compose.web_port)
            sign_in(visitor, "first@example.com")
            status, _there, page = visitor.ask("GET", "/people/")
            assert status == 200
            assert "First Person" in page
            the_worker_works(compose)
        finally:
            compose.stop()


def comes_up(compose):
    """As `docker compose up`: the broker, the database prepared, then web, worker and beat, by their own health checks.

    The image's static files are collected meanwhile, as when it is built.
    """
    compose.start("redis")
    collecting = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    static = subprocess.Popen(collecting, env=compose.environment("web"), cwd=ROOT)
    migrated = compose.run("migrate")
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    wait_for(lambda: listens(compose.redis_port), compose)
    assert static.wait(60) == 0
    for service in ("web", "worker", "beat"):
        compose.start(service)


def set_up(compose):
    """The first administrator, by the command the file's head names; gives the link to choose a password."""
    answers = ("--email=first@example.com", "--name=First Person", "--company=Example", "--no-input", "--no-mail")
    done = compose.run("web", [sys.executable, "manage.py", "setup", *answers])
    assert done.returncode == 0, done.stderr
    link = done.stdout.split()[-1]
    assert link.startswith(f"https://{HOST}/welcome/")
    return link


def the_worker_works(compose):
    """A job put into the queue is done in the same database, and beat keeps its book."""
    compose.run("worker", ["celery", "--quiet", "-A", "config", "call", "kernel.tasks.seal"], check=True)
    wait_for(lambda: rows(compose, "SELECT count(*) FROM kernel_auditseal")[0][0] > 0, compose)
    wait_for(lambda: compose.is_healthy("beat"), compose)
    assert all(process.poll() is None for process in compose.running.values())
