"""What was measured: values by workload, figure, contender and pair; medians, ratios of pairs, verdicts.

A pair is what was run one right after the other, by all contenders, and so is as comparable as a noisy machine allows.
"""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Summary:
    """Of some values."""

    values: tuple[float, ...]
    median: float
    least: float
    most: float

    @property
    def spread(self):
        """Half the way from the lower to the upper quartile, as a part of the median."""
        if len(self.values) < 2 or not self.median:
            return 0.0
        lower, _, upper = statistics.quantiles(self.values, n=4, method="inclusive")
        return (upper - lower) / 2 / self.median


def summary(values):
    """None where there are no values."""
    values = tuple(value for value in values if value is not None)
    return Summary(values, statistics.median(values), min(values), max(values)) if values else None


class Results:
    def __init__(self, contenders):
        self.contenders = {contender.name: contender.title for contender in contenders}
        self.first, *self.others = self.contenders
        self.failures = []  # (workload, contender, pair, reason)
        self._runs = {}     # (workload, contender) -> pair -> figures

    def add(self, workload, contender, pair, figures):
        self._runs.setdefault((workload.name, contender), {})[pair] = figures

    def add_failure(self, workload, contender, pair, reason):
        self.failures.append((workload, contender, pair, reason))

    def _of_pairs(self, workload, contender):
        return self._runs.get((workload.name, contender), {})

    def of(self, workload, figure, contender):
        return summary(run[figure.key] for run in self._of_pairs(workload, contender).values())

    def ratio(self, workload, figure, other):
        """The first contender's value divided by the other's, of the pairs that both have."""
        own, others = self._of_pairs(workload, self.first), self._of_pairs(workload, other)
        return summary(own[pair][figure.key] / others[pair][figure.key]
                       for pair in own if pair in others and others[pair][figure.key])

    def verdicts(self, workloads):
        """True or False for each target for which there is a value."""
        for workload in workloads:
            for figure in workload.figures:
                judged = [(figure.target_against(other), self.ratio(workload, figure, other))
                          for other in self.others]
                judged.append((figure.target_alone, self.of(workload, figure, self.first)))
                yield from (target.is_met(found.median) for target, found in judged if target and found)

    def as_json(self, workloads):
        return [{"name": workload.name, "title": workload.title,
                 "figures": [self._figure(workload, figure) for figure in workload.figures]}
                for workload in workloads]

    def _figure(self, workload, figure):
        return {
            "name": figure.key, "label": figure.label, "better": figure.better,
            "contenders": {name: _plain(self.of(workload, figure, name), None) for name in self.contenders},
            "alone": _plain(self.of(workload, figure, self.first), figure.target_alone) if figure.alone else None,
            "ratios": {name: _plain(self.ratio(workload, figure, name), figure.target_against(name))
                       for name in self.others},
        }


def _plain(found, target):
    if not found:
        return None
    plain = dataclasses.asdict(found)
    return plain | {"target": target.limit, "met": target.is_met(found.median)} if target else plain
