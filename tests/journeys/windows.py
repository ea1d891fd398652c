"""People at their own browser windows: signing in, opening pages, pressing what they see, being refused."""

import hashlib
import re

from django.db import connection

PASSWORD = "correct horse battery"
# Sessions live with each request, and a refused step is counted on purpose: neither is a change of the business.
NOT_BUSINESS = {
    "django_session",
    "kernel_refusal",
    "kernel_submission",
    "kernel_tally",
    "organization_signin",
    "axes_accesslog",
    "axes_accessattempt",
}
HTTP_ANSWER = re.compile(r"the server responded with a status of \d+")


FIELD = "main :is(input, textarea, select)"


def kind_of(box):
    """What sort of field it is: select, checkbox, radio, file, date, text …"""
    return box.evaluate("box => box.tagName === 'SELECT' ? 'select' : box.type")


class Window:
    """One person's browser window; what goes wrong in its console is kept in `complaints`.

    A window that is not watchful does not try what its person may not do: that is shown once, not in each variant.
    """

    def __init__(self, browser, url, user, *, is_watchful=True, **options):
        self.user, self.url, self.complaints, self.is_watchful = user, url, [], is_watchful
        size = options.pop("viewport", {"width": 1440, "height": 900})
        options = {"locale": "en-GB", "viewport": size, "reduced_motion": "reduce", **options}
        self.context = browser.new_context(base_url=url, **options)
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("dialog", self._dialog)

    def _listen(self, message):
        if message.type in {"error", "warning"} and not HTTP_ANSWER.search(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _dialog(self, dialog):
        self.complaints.append(f"{self.page.url}: a dialog says {dialog.message}")
        dialog.dismiss()

    def sign_in(self):
        """Sign in through the form."""
        self.page.goto("/login/")
        self.page.get_by_role("button", name="English").click()
        self.page.get_by_label("E-mail").fill(self.user.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.url}/")
        return self

    # --- pages -----------------------------------------------------------------------------------
    def open(self, path, status=200):
        """Go to an address; it must answer with this status."""
        answer = self.page.goto(path)
        assert answer.status == status, f"{path} answered {answer.status}"
        return self

    def follow(self, name):
        """Go where a link of the page leads."""
        return self.act_on(self.page.locator("main").get_by_role("link", name=name, exact=True).first)

    def press(self, name):
        """Press a button of the page that sends something."""
        return self.act_on(self.page.locator("main").get_by_role("button", name=name, exact=True).first)

    def decide(self, name):
        """Press a decision in the approval queue; its key stands on the button as well."""
        return self.act_on(self.page.get_by_role("button", name=re.compile(rf"^{name} ?\w?$")))

    def act_on(self, control):
        """Use a link or button and wait for the page that answers."""
        with self.page.expect_navigation():
            control.click()
        return self

    def write(self, texts):
        """Fill fields by their labels: a text, a tick (True), a choice of a list, or a file (its path)."""
        for label, value in texts.items():
            self.enter(self.page.get_by_label(label).and_(self.page.locator(FIELD)).first, value)
        return self

    def rate(self, names, score):
        """Press the same score, one of five, for each of the names."""
        for name in names:
            self.page.get_by_role("group", name=name).get_by_label(score).check(force=True)
        return self

    def enter(self, box, value):
        """Fill one field."""
        kind = kind_of(box)
        if kind == "select":
            box.select_option(label=value)
        elif kind in {"checkbox", "radio"}:
            box.set_checked(value)
        elif kind == "file":
            box.set_input_files(value)
        else:
            box.fill(str(value))

    def sees(self, *texts):
        """Each text stands on the page, visibly."""
        words = self.words()
        for text in texts:
            assert _plain(text) in words, f"“{text}” is not on {self.page.url}:\n{words[:4000]}"
        return self

    def words(self):
        """What the page's main part says, in one line."""
        return _plain(self.page.locator("main").inner_text())

    # --- what is refused -------------------------------------------------------------------------
    def send(self, path, **fields):
        """Post a form past the page, as somebody would who knows the address; return the answer."""
        token = next((c["value"] for c in self.context.cookies() if c["name"] == "csrftoken"), "")
        return self.context.request.post(
            path,
            form={**fields, "csrfmiddlewaretoken": token},
            headers={"Referer": f"{self.url}/", "Origin": self.url},
            max_redirects=0,
        )

    def is_refused(self, path, **fields):
        """Neither the page nor the act is open to this person, and trying changes nothing."""
        if not self.is_watchful:
            return self
        before = fingerprint()
        seen = self.page.goto(path).status
        answer = self.send(path, **fields).status
        assert {seen, answer} <= {403, 404, 405}, f"{self.user} at {path}: {seen}, {answer}"
        assert answer != 405, f"{path} takes no act at all"
        changed = [table for table, digest in fingerprint().items() if before.get(table) != digest]
        assert changed == [], f"{self.user} at {path} changed {changed}"
        return self

    def close(self):
        """Close the window."""
        self.context.close()


def fingerprint():
    """A digest of every table that holds business."""
    digests = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - NOT_BUSINESS):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            digests[table] = hashlib.sha256(repr(sorted(map(repr, cursor.fetchall()))).encode()).hexdigest()
    return digests


def _plain(text):
    return " ".join(str(text).split()).casefold()
