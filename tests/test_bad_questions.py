"""What stands behind the question mark of an address (SECURITY E): a list, or a plain no; never a 500."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.corpus.matrix import COLUMNS, TABLE, rows_of
from tests.corpus.values import DATES, KEYS, LEADS, MIXED, NUL, NUMBERS
from tests.test_every_role import signed_in
from tests.thorough import part_of

pytestmark = pytest.mark.django_db

NAMES = (
    "q", "state", "stage", "segment", "kind", "channel", "analysed", "owner", "grade", "region", "overdue", "sort", "after", "before",
    "tab", "item", "currency", "drafter", "signed_from", "signed_to", "from", "until", "opportunity", "customer", "template", "next",
    "seen", "version", "o", "p", "page", "ordering", "campaign", "questionnaire", "occasion", "standing", "handler", "since",
)  # fmt: skip
VALUES = dict.fromkeys((*KEYS, *DATES, *LEADS[:3], *NUMBERS[:5], MIXED, NUL, "%ED%A0%80", "%00", "甲" * 1_500))
PAGES = [page for page, subject, cells in rows_of(TABLE, COLUMNS) if subject == "." and cells["SM"] in ("r", "w")]


@pytest.mark.parametrize("page", part_of(list(dict.fromkeys(PAGES)), 3))
def test_any_question_is_answered(page, world):
    """All names at once with each value, then each name alone with a number that no column holds."""
    client, where, wrong = signed_in(world.people["sales_manager"]), reverse(page), []
    asked = [
        "&".join(f"{name}={_sent(value)}" for name in NAMES[: len(NAMES) if len(value) < 200 else 3])
        for value in VALUES
    ]
    asked += [f"{name}={'9' * 30}" for name in NAMES] + ["&".join(f"{name}=1" for name in NAMES for _twice in "ab")]
    for question in part_of(asked, 5) if page.endswith("_pdf") else asked:  # a paper takes a third of a second
        answer = client.get(f"{where}?{question}")
        if answer.status_code not in (200, 302, 400, 404):
            wrong.append(f"{answer.status_code} {question[:120]} {getattr(answer, 'exc_info', '')!r:.200}")
        elif answer.status_code == 200 and "<script>alert(1)" in answer.content.decode(errors="replace"):
            wrong.append(f"shown as markup: {question[:120]}")
    assert not wrong, "\n".join(["", *wrong])


def _sent(value):
    return value if value.startswith("%") else quote(value.encode(errors="surrogatepass"))
