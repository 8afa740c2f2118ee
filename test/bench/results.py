"""What was measured: values by workload, figure, contender and round; medians, ratios of paired rounds, verdicts."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Summary:
    """Of the values of some rounds."""

    values: tuple[float, ...]
    median: float
    least: float
    most: float

    @property
    def spread(self):
        """Half the way from the least to the most, as a part of the median."""
        return (self.most - self.least) / 2 / self.median if self.median else 0.0


def summary(values):
    """None where there are no values."""
    values = tuple(value for value in values if value is not None)
    return Summary(values, statistics.median(values), min(values), max(values)) if values else None


class Results:
    def __init__(self, contenders):
        self.contenders = {contender.name: contender.title for contender in contenders}
        self.first, *self.others = self.contenders
        self.failures = []  # (workload, contender, round, reason)
        self._runs = {}     # (workload, contender) -> round -> figures

    def add(self, workload, contender, round_number, figures):
        self._runs.setdefault((workload.name, contender), {})[round_number] = figures

    def add_failure(self, workload, contender, round_number, reason):
        self.failures.append((workload, contender, round_number, reason))

    def _rounds(self, workload, contender):
        return self._runs.get((workload.name, contender), {})

    def of(self, workload, figure, contender):
        return summary(run[figure.key] for run in self._rounds(workload, contender).values())

    def ratio(self, workload, figure, other):
        """The first contender's value divided by the other's, of the rounds that both have."""
        own, others = self._rounds(workload, self.first), self._rounds(workload, other)
        return summary(own[number][figure.key] / others[number][figure.key]
                       for number in own if number in others and others[number][figure.key])

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
