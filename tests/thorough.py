"""What `make test-all` does and `make test` does a part of: the same checks over every page, form and sample."""

import os
from collections.abc import Sequence

EVERYTHING = bool(os.environ.get("BYLAW_TEST_ALL"))


def part_of(cases: Sequence, every: int) -> Sequence:
    """All cases under `make test-all`; else one of so many, always the same ones, so that a run stays short."""
    return cases if EVERYTHING else cases[::every]
