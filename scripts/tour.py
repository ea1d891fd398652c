"""Pictures of the demo company for docs/tour: starts a Bylaw of its own, walks through it, and stops it again.

`make tour` takes them all; `tour.py NAME...` only those whose names begin so. With BYLAW_TOUR_URL an instance that runs
already is used, and nothing is started. Only looking is done (and the language changed back and forth), so the same pictures come
out of the same company.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright
from services import free_port

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PICTURES = ROOT / "docs" / "tour"
PASSWORD = "bylaw-demo-2026"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
FIRST_CONTRACT = "main table tbody tr th a"
# name → who looks, where he begins, and the links he follows from there (CSS); desk and phone, light and dark
TOUR = {
    "today": ("lin.sales", "/", ()),
    "today-manager": ("chou.manager", "/", ()),
    "board": ("chou.manager", "/board/", ()),
    "opportunity": ("chou.manager", "/board/", ('[data-board-state="negotiation"] .card a >> nth=0',)),
    "customer": ("chou.manager", "/board/", ('[data-board-state="follow_up"] .card a >> nth=0', "main h1 a")),
    "approvals": ("chou.manager", "/approvals/", ()),
    "contract": ("shen.legal", "/contracts/?state=legal_review", (FIRST_CONTRACT,)),
    "contract-revising": ("chou.manager", "/contracts/?state=revising", (FIRST_CONTRACT,)),
    "ledger": ("chou.manager", "/contracts/ledger/", ()),
    "contracts": ("chou.manager", "/contracts/", ()),
    "terms": ("lin.sales", "/opportunities/?state=negotiation", (FIRST_CONTRACT,)),
    "regulation": ("chou.manager", "/regulation/", ()),
    "seal": ("kao.custodian", "/", ('main a[href*="/seals/"] >> nth=0',)),
    "seal-register": ("kao.custodian", "/contracts/seals/register/", ()),
    "collection": ("chiang.finance", "/contracts/collection/", ()),
    "collection-of-one": ("chiang.finance", "/contracts/collection/", (FIRST_CONTRACT,)),
    "quotation": ("chen.sales", "/quotations/", (FIRST_CONTRACT,)),
    "order": ("wu.service", "/orders/?state=in_production", (FIRST_CONTRACT,)),
    "bench-production": ("cheng.production", "/orders/production/", ()),
    "bench-purchasing": ("chien.purchasing", "/orders/purchasing/", ()),
    "bench-quality": ("pan.quality", "/orders/quality/", ()),
    "bench-logistics": ("chien.purchasing", "/orders/logistics/", ()),
    "shipment": ("wu.service", "/orders/shipments/", (FIRST_CONTRACT,)),
    "customers-page": (
        "wu.service",
        "/orders/shipments/",
        (FIRST_CONTRACT, "main .sub a", 'main .actions a[href^="/o/"]'),
    ),
    "feedback": ("wu.service", "/feedback/all/?state=investigating", (FIRST_CONTRACT,)),
    "duplicates": ("chou.manager", "/customers/duplicates/", ()),
    "imports": ("chou.manager", "/imports/", ()),
}
DARK = ("today", "contract", "approvals", "board", "opportunity", "order")
IN_ALL_LANGUAGES = ("today-manager", "approvals", "contract", "customer", "ledger", "collection", "regulation", "order",
                    "feedback")  # fmt: skip
ON_THE_PHONE = (
    "today", "approvals", "opportunity", "board", "contract", "ledger", "customer", "order", "customers-page"
)  # fmt: skip


@contextmanager
def running():
    """Serve a demo company of its own from a folder that is thrown away after; give its address."""
    if url := os.environ.get("BYLAW_TOUR_URL"):
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="bylaw-tour-") as folder:
        own = {"BYLAW_VAR": folder, "BYLAW_FONTS": str(ROOT / "var" / "fonts"), "BYLAW_STATIC": f"{folder}/static"}
        environment = {**os.environ, **own}
        for command in (["migrate", "-v", "0"], ["collectstatic", "--noinput", "-v", "0"], ["demo"]):
            subprocess.run([BIN / "python", "manage.py", *command], cwd=ROOT, env=environment, check=True)
        port = str(free_port())
        command = [BIN / "granian", "--interface", "wsgi", "--port", port, "--no-ws", "--blocking-threads", "1"]
        server = subprocess.Popen([*command, "config.wsgi:application"], cwd=ROOT, env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/health/")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(15)


def wait_for(address, seconds=40):
    """Wait until the site answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=3):
                return
        except OSError:
            time.sleep(0.3)
    sys.exit(f"{address} does not answer.")


class Visit:
    """A person's walks: signed in once, pictures in each size and theme."""

    def __init__(self, browser, url, who):
        self.context = browser.new_context(base_url=url, locale="zh-TW", viewport=DESK, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.page.goto("/login/")
        self.page.locator("[name=username]").fill(f"{who}@hengyue.example")
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("[name=password]").press("Enter")
        self.page.wait_for_url(f"{url}/")

    def go(self, start, links):
        """Walk to a page by its links."""
        self.page.set_viewport_size(DESK)
        self.page.goto(start)
        for link in links:
            self.page.goto(self.page.locator(link).first.get_attribute("href"))

    def speak(self, language):
        """Change the language of the profile, as one does in the menu."""
        button = self.page.locator(f'form.languages button[value="{language}"]').first
        with self.page.expect_navigation():
            button.evaluate("button => button.form.requestSubmit(button)")

    def take(self, name, size, theme):
        """Take one picture; on the phone the whole length of the page."""
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=theme)
        height = min(self.page.evaluate("document.documentElement.scrollHeight"), 2_600)
        self.page.set_viewport_size({**size, "height": max(size["height"], height)})
        self.page.wait_for_timeout(150)
        self.page.screenshot(path=PICTURES / f"{name}.png")


def main():
    """Take the pictures asked for."""
    wanted = tuple(sys.argv[1:]) or ("",)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running() as url, sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        visits = {}
        for name, (who, start, links) in TOUR.items():
            if not name.startswith(wanted):
                continue
            visit = visits.setdefault(who, None) or Visit(browser, url, who)
            visits[who] = visit
            visit.go(start, links)
            visit.take(f"{name}-light", DESK, "light")
            if name in DARK:
                visit.take(f"{name}-dark", DESK, "dark")
            if name in ON_THE_PHONE:
                visit.take(f"{name}-mobile", PHONE, "light")
            if name in IN_ALL_LANGUAGES:
                for language in ("zh-hans", "en"):
                    visit.speak(language)
                    visit.go(start, links)
                    visit.take(f"{name}-{language}", DESK, "light")
                visit.speak("zh-hant")
            print(name)
        browser.close()


if __name__ == "__main__":
    main()
