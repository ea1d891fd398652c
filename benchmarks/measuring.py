"""One page and its floor, called in turn: medians, queries, size, and whether the goal is met."""

from dataclasses import asdict, dataclass
from statistics import median

from benchmarks import floor
from benchmarks.calling import get
from benchmarks.counting import own_queries

RATIO = {"list": 1.5, "detail": 3.0, "home": 3.0, "queue": 3.0}
QUERIES = {"list": 12, "detail": 20, "home": 30, "queue": 30}
MOST_HTML = 60 * 1024
WARM_UP = 3


@dataclass(frozen=True)
class Page:
    """A page to measure: its name, kind (list, detail, home, queue), address, who looks at it, and its floor's tables."""

    name: str
    kind: str
    address: str
    who: str
    floor: tuple[floor.Table, ...]


@dataclass
class Measured:
    """What was measured of one page."""

    name: str
    kind: str
    who: str
    ms: float
    floor_ms: float
    ratio: float
    goal: float
    queries: int
    most_queries: int
    floor_queries: int
    html_kb: float
    misses: list[str]

    def as_dict(self):
        """For the JSON file."""
        return asdict(self)


class Failed(Exception):
    """A page that did not answer 200 cannot be measured."""


def measure(page, site, bare, cookie, rounds):
    """Call page and floor in turn so that both meet the same moments of the machine."""
    beneath = floor.register(page.floor)
    for _n in range(WARM_UP):
        _checked(site, page.address, cookie)
        _checked(bare, beneath, cookie)
    times, floor_times = [], []
    for _n in range(rounds):
        floor_times.append(get(bare, beneath, cookie).ms)
        times.append(get(site, page.address, cookie).ms)
    with own_queries() as asked:
        body = get(site, page.address, cookie).body
    with own_queries() as asked_beneath:
        get(bare, beneath, cookie)
    return _judged(page, median(times), median(floor_times), len(asked), len(asked_beneath) + 2, len(body))


def _checked(application, address, cookie):
    answer = get(application, address, cookie)
    if answer.status != 200:
        raise Failed(f"{address} answered {answer.status} {answer.location}")


def _judged(page, ms, floor_ms, queries, floor_queries, size):
    ratio, goal, most = ms / floor_ms, RATIO[page.kind], QUERIES[page.kind]
    misses = [f"{ratio:.1f}× > {goal}×"] if ratio > goal else []
    misses += [f"{queries} queries > {most}"] if queries > most else []
    misses += [f"{size // 1024} KB > 60 KB"] if size > MOST_HTML else []
    if floor_queries > floor.MOST_QUERIES:
        raise Failed(f"the floor of {page.name} asks {floor_queries} queries")
    return Measured(
        page.name,
        page.kind,
        page.who,
        round(ms, 1),
        round(floor_ms, 1),
        round(ratio, 2),
        goal,
        queries,
        most,
        floor_queries,
        round(size / 1024, 1),
        misses,
    )
