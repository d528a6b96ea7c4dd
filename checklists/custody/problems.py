"""How input that can't be read is described: a JSON pointer and a sentence for each fault."""

from collections.abc import Sequence

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One fault. `pointer` is an RFC 6901 JSON pointer, relative to the entry (or to the body of the request)."""

    pointer: str
    detail: str


class Malformed(ValueError):
    """The input can't be read; `problems` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.pointer or '/'}: {problem.detail}" for problem in problems))
        self.problems = tuple(problems)
