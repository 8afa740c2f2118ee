"""The results as a table for a terminal of 120 columns."""

import textwrap

from figures import show

WIDTH = 120
LABEL, VALUE, RATIO = 33, 15, 20
GREEN, RED, BOLD, PLAIN = "\033[32m", "\033[31m", "\033[1m", "\033[m"


class Table:
    def __init__(self, results, workloads, *, colours):
        self._results = results
        self._workloads = workloads
        self._colours = colours

    def __str__(self):
        lines = [self._heading(), *(line for workload in self._workloads for line in self._block(workload)),
                 "", *self._notes()]
        return "\n".join(line.rstrip() for line in lines)

    def _paint(self, colour, text):
        return f"{colour}{text}{PLAIN}" if self._colours else text

    def _heading(self):
        names = self._results.contenders
        titles = [f"{title:>{VALUE}}" for title in names.values()]
        ratios = [f"{f'to {names[other]}':>{RATIO}}" for other in self._results.others]
        return f"{'':{LABEL}}" + "".join(titles + ratios)

    def _block(self, workload):
        yield ""
        yield self._paint(BOLD, workload.title)
        for figure in workload.figures:
            values = "".join(self._value(workload, figure, name) for name in self._results.contenders)
            ratios = "".join(self._ratio(workload, figure, other) for other in self._results.others)
            yield f"  {figure.label:{LABEL - 2}}{values}{ratios}"
            own = self._results.of(workload, figure, self._results.first)
            if own and figure.target_alone:
                yield f"{'    target for spliced':{LABEL}}" + self._verdict("", figure.target_alone, own, VALUE + 7)

    def _value(self, workload, figure, name):
        found = self._results.of(workload, figure, name)
        if not found:
            return f"{'failed':>{VALUE}}"
        spread = f" ±{found.spread * 100:.0f}%" if len(found.values) > 1 else ""
        return f"{show(found.median) + spread:>{VALUE}}"

    def _ratio(self, workload, figure, other):
        found = self._results.ratio(workload, figure, other)
        if not found:
            return f"{'-':>{RATIO}}"
        target = figure.target_against(other)
        if not target:
            return f"{found.median:.2f}".rjust(RATIO - len(" >=1.00 missed")).ljust(RATIO)
        return self._verdict(f"{found.median:.2f}", target, found, RATIO)

    def _verdict(self, text, target, found, width):
        met = target.is_met(found.median)
        plain = f"{text} {str(target):6} {'met' if met else 'missed':6}"
        return " " * (width - len(plain)) + self._paint(GREEN if met else RED, plain)

    def _notes(self):
        verdicts = list(self._results.verdicts(self._workloads))
        if verdicts:
            yield f"{sum(verdicts)} of {len(verdicts)} targets met."
        for workload, contender, _, reason in self._results.failures:
            text = f"failed: {workload.name}, {self._results.contenders[contender]}: {reason}"
            yield from (self._paint(RED, line) for line in textwrap.wrap(text, WIDTH, subsequent_indent="  "))
