"""A line of progress for whoever waits at the terminal."""

from __future__ import annotations

from typing import Any

EVERY = 250


class Progress:
    """Counts the rows kept and says so on the stream now and then; quiet for small files."""

    def __init__(self, stream: Any, title: str) -> None:
        self.stream, self.title, self.count = stream, title, 0

    def __enter__(self) -> Progress:
        return self

    def __call__(self) -> None:
        """One row more."""
        self.count += 1
        if self.count % EVERY == 0:
            self.stream.write(f"{self.title}: {self.count} …\n")

    def __exit__(self, *error: object) -> None:
        if not error[0] and self.count >= EVERY:
            self.stream.write(f"{self.title}: {self.count}\n")
