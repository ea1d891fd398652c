"""Every page of the path: no violation found by axe, nothing to scroll sideways on a phone, awkward names shown as text."""

from pathlib import Path

import axe_core_python
import pytest

from tests.journeys.pages import pages_of
from tests.journeys.rows import CLOSER, IMAGE, SCRIPT, at_work
from tests.thorough import EVERYTHING, part_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
RULES = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
  const found = await axe.run({runOnly: tags, resultTypes: ['violations']});
  return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.failureSummary.split('\\n')[1] ?? ''}`));
}"""
SPILLS = """() => {
  const inside = [...document.querySelectorAll('.tablewrap:has(> .fold), .filterbar')]
    .filter(e => innerWidth < 640 && e.scrollWidth > e.clientWidth + 1)
    .map(e => `${e.className} scrolls sideways inside: ${e.scrollWidth} > ${e.clientWidth}`);
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide <= 0) return inside;
  const culprits = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1);
  return [`${wide} px too wide: ` + culprits.slice(-3).map(e => e.outerHTML.slice(0, 120)).join(' | ')];
}"""
# WCAG 2.2, 2.5.8: a target measures 24 px both ways, or a circle of 24 px round its middle meets no other target or circle;
# links within a sentence are let off.
CRAMPED = """() => {
  const targets = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(e => e.checkVisibility({visibilityProperty: true}))
    .map(e => ({e, box: (e.matches('[type=checkbox], [type=radio]') && e.closest('label') || e).getBoundingClientRect()}))
    .filter(t => t.box.width > 1 && t.box.height > 1 && t.box.right > 0 && t.box.left < innerWidth);
  for (const t of targets) {
    t.small = t.box.width < 23.5 || t.box.height < 23.5;
    t.x = (t.box.left + t.box.right) / 2;
    t.y = (t.box.top + t.box.bottom) / 2;
  }
  const inSentence = e => e.matches('a') && getComputedStyle(e).display === 'inline'
    && e.parentElement.textContent.trim().length > e.textContent.trim().length + 3;
  const nextTo = (t, o) => {
    if (o.e === t.e || o.e.contains(t.e) || t.e.contains(o.e)) return false;
    if (o.small) return Math.hypot(o.x - t.x, o.y - t.y) < 23.5;
    const dx = Math.max(o.box.left - t.x, 0, t.x - o.box.right), dy = Math.max(o.box.top - t.y, 0, t.y - o.box.bottom);
    return Math.hypot(dx, dy) < 11.5;
  };
  return targets.filter(t => t.small && !inSentence(t.e)).flatMap(t => {
    const other = targets.find(o => nextTo(t, o));
    return other ? [`cramped ${Math.round(t.box.width)}×${Math.round(t.box.height)}: ${t.e.outerHTML.slice(0, 90)}`
      + ` beside ${other.e.outerHTML.slice(0, 60)}`] : [];
  });
}"""
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ROLES = ("sales", "manager", "legal", "custodian", "director")


@pytest.fixture
def found(people, template, paper):
    """A company at work."""
    return at_work(people, template, paper)


def violations(page):
    """What axe says of the page as it stands."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE)
    return page.evaluate(RULES)


def faults(page, path):
    """All that is wrong with one page, on the desk and on the phone."""
    page.set_viewport_size(DESK)
    page.goto(path)
    wrong = [f"desk {line}" for line in violations(page)]
    page.set_viewport_size(PHONE)
    wrong += [f"phone {line}" for line in [*violations(page), *page.evaluate(SPILLS), *page.evaluate(CRAMPED)]]
    if page.title() in {"E1", "E2", "E3"} or page.locator("img[src=x]").count():
        wrong.append("what was typed came alive")
    return [f"{path}: {line}" for line in wrong]


@pytest.mark.parametrize("theme", ["light", "dark"] if EVERYTHING else ["light"])
def test_pages_are_accessible_fit_a_phone_and_show_text_as_text(window, people, found, theme):
    wrong = []
    for role in ROLES:
        page = window(people[role], color_scheme=theme).page
        for path in part_of(list(pages_of(role, found)), 2):
            wrong += faults(page, path)
    assert wrong == [], "\n".join(wrong)


def test_what_was_typed_is_shown_as_it_was_typed(window, people, found):
    desk = window(people["sales"])
    desk.open(f"/customers/{found.customer.pk}/").sees(IMAGE, SCRIPT, CLOSER)
    desk.open("/board/").sees(f"搬運手臂 research {CLOSER}")
    desk.open(f"/opportunities/{found.deals['research'].pk}/").sees(IMAGE, SCRIPT, CLOSER)
    desk.open(f"/contracts/{found.contracts['revising'].pk}/").sees(IMAGE, SCRIPT)
    desk.open("/insights/").sees(CLOSER, IMAGE)
