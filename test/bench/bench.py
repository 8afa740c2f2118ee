#!/usr/bin/env python3
"""Compares spliced with HAProxy and nginx stream: bench.py BINARY FOLDER

Prints a table, and leaves table.txt, result.json and chart.svg in the folder. Environment: ROUNDS (5), WORKLOADS (the
names of those to run, all if empty). Exit code 1 if a workload failed for a contender; a target that was missed is
printed and no failure.
"""

import datetime
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "tools"))

import bulk  # noqa: E402
import chart  # noqa: E402
import connections  # noqa: E402
import contenders  # noqa: E402
import footprint  # noqa: E402
import keepalive  # noqa: E402
import machine  # noqa: E402
import syscalls  # noqa: E402
from child import Failure  # noqa: E402
from progress import Progress  # noqa: E402
from results import Results  # noqa: E402
from table import Table  # noqa: E402
from web import web_server  # noqa: E402

WORKLOADS = (connections.SHORT, keepalive.KEEPALIVE, bulk.ONE, bulk.SEVERAL, keepalive.MIXED,
             keepalive.PACED, footprint.IDLE, footprint.START, connections.SERVERS, connections.LATENCY,
             syscalls.SYSCALLS)
# Both sides of all connections, and what each proxy sets aside for pipes.
DESCRIPTORS = 3 * contenders.ROOM


def chosen_workloads():
    names = os.environ.get("WORKLOADS", "").split()
    known = [workload.name for workload in WORKLOADS]
    if unknown := set(names) - set(known):
        sys.exit(f"bench: no workload {', '.join(sorted(unknown))}; there are: {' '.join(known)}")
    return [workload for workload in WORKLOADS if not names or workload.name in names]


def chosen_rounds():
    text = os.environ.get("ROUNDS") or "5"
    if not text.isdigit() or not int(text):
        sys.exit(f"bench: ROUNDS={text} is no number of rounds")
    return int(text)


def measure(workloads, rounds, rivals):
    """All rounds. Who goes first changes from time to time, so that drift hits all alike."""
    results = Results(rivals)
    progress = Progress(rounds * sum(workload.times for workload in workloads) * len(rivals))
    for number in range(rounds):
        for workload in workloads:
            for turn in range(workload.times):
                pair = number * workload.times + turn + 1
                shift = pair % len(rivals)
                for rival in rivals[shift:] + rivals[:shift]:
                    progress.step(number + 1, workload, rival)
                    measure_one(workload, rival, pair, results, progress)
    progress.end()
    return results


def measure_one(workload, rival, pair, results, progress):
    try:
        results.add(workload, rival.name, pair, workload.run(rival.running))
    except Exception as error:  # whatever it is, the others go on
        reason = str(error) or type(error).__name__
        progress.say(f"failed: {workload.name}, {rival.title}: {reason}")
        results.add_failure(workload, rival.name, pair, reason)


def head(facts):
    versions = ", ".join(f"{title} {version}" for title, version in facts["versions"].items())
    where = facts["machine"]
    return "\n".join([
        f"{versions}; {facts['date']}",
        f"{where['processor']}, {where['cores']} core(s), {where['kernel']}; {where['pinning']}",
        f"Median of {facts['rounds']} round(s), ± half the way between the quartiles; room for {contenders.ROOM:,} "
        "connections each.",
        "Ratios are spliced / other, medians over pairs, beside the target. CPU is user + system time.",
        "Where the proxy's core is far from busy, the load is the bottleneck: rates differ less than proxies do.",
    ])


def write(folder, facts, results, workloads):
    plain = f"{head(facts)}\n\n{Table(results, workloads, colours=False)}\n"
    (folder / "table.txt").write_text(plain)
    failures = [{"workload": workload.name, "contender": contender, "pair": pair, "reason": reason}
                for workload, contender, pair, reason in results.failures]
    whole = facts | {"workloads": results.as_json(workloads), "failures": failures}
    (folder / "result.json").write_text(json.dumps(whole, indent=1) + "\n")
    (folder / "chart.svg").write_text(chart.draw(results, workloads, head(facts).splitlines()[:2]))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    binary, output = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    workloads, rounds = chosen_workloads(), chosen_rounds()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))  # so that what was started is ended
    limit = machine.raise_descriptor_limit()
    if limit < DESCRIPTORS:
        sys.exit(f"bench: {DESCRIPTORS} descriptors are needed, the hard limit is {limit} (ulimit -Hn)")
    # The programs of the system's administrator are among those compared.
    os.environ["PATH"] += ":/usr/local/sbin:/usr/sbin:/sbin"

    cores = machine.Cores()
    os.sched_setaffinity(0, cores.others)
    with tempfile.TemporaryDirectory(prefix="spliced-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's workers are another user where this one is root
        with web_server(folder) as ports:
            rivals = [contenders.Spliced(binary, folder, ports, cores.proxy),
                      *(kind(folder, ports, cores.proxy) for kind in (contenders.HAProxy, contenders.NginxStream))]
            facts = {"date": f"{datetime.date.today()}", "rounds": rounds, "machine": machine.describe(cores),
                     "versions": {rival.title: machine.version(rival.binary) for rival in rivals}}
            results = measure(workloads, rounds, rivals)

    output.mkdir(parents=True, exist_ok=True)
    write(output, facts, results, workloads)
    print(f"{head(facts)}\n\n{Table(results, workloads, colours=sys.stdout.isatty())}\n\n"
          f"{output}: table.txt, result.json, chart.svg")
    sys.exit(1 if results.failures else 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except Failure as failure:
        sys.exit(f"bench: {failure}")
