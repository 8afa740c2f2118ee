"""What a workload is and which figures it gives."""

import dataclasses
from collections.abc import Callable, Mapping

MORE, LESS = "more", "less"  # what is better


@dataclasses.dataclass(frozen=True)
class Target:
    """A bound that spliced should keep: for its ratio to another contender, or for its own value."""

    limit: float
    better: str

    def is_met(self, value):
        return value >= self.limit if self.better == MORE else value <= self.limit

    def __str__(self):
        return f"{'>=' if self.better == MORE else '<='}{self.limit:.2f}"


@dataclasses.dataclass(frozen=True)
class Figure:
    """One number that a workload gives, in the unit that its label names."""

    key: str
    label: str
    better: str
    ratios: Mapping[str, float] = dataclasses.field(default_factory=dict)  # the other contender -> limit
    alone: float | None = None
    minor: bool = False  # in the table, but not in the picture

    def target_against(self, other):
        return Target(self.ratios[other], self.better) if other in self.ratios else None

    @property
    def target_alone(self):
        return None if self.alone is None else Target(self.alone, self.better)


@dataclasses.dataclass(frozen=True)
class Workload:
    """`run` gets Contender.running and returns the key of each figure with its value.

    What contenders differ in little is run several times a round, each time by all of them.
    """

    name: str
    title: str
    figures: tuple[Figure, ...]
    run: Callable
    times: int = 1


# Where it is far from 100, the load was the bottleneck, and rates say little about the proxy.
BUSY = Figure("busy", "the proxy's core busy, %", LESS, minor=True)


def against(haproxy, nginx):
    return {"haproxy": haproxy, "nginx": nginx}


def show(value):
    """Three digits that count, or all in front of the point."""
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or not size else 3
    return f"{value:,.{decimals}f}"
