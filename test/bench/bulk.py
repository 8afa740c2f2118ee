"""One stream, and several at once."""

import http11
import sink
from figures import BUSY, LESS, MORE, Figure, Workload, against
from meter import Meter

STREAMS = 8
WARM_UP = 64 << 20


def run_bulk(running, streams):
    with running() as proxy:
        sink.download(proxy.port, WARM_UP)
        with Meter(proxy.pid) as meter:
            seconds = sink.download(proxy.port, http11.BULK_SIZE // streams, streams)
    return {"rate": http11.BULK_SIZE / seconds / 1e9, "cpu": meter.cpu / http11.BULK_SIZE * 1e9, "busy": meter.busy}


FIGURES = (
    Figure("rate", "GB/s", MORE, against(1.8, 1.5)),
    Figure("cpu", "CPU s/GB", LESS, against(0.40, 0.40)),
    BUSY,
)

ONE = Workload("bulk", "bulk, 1 GiB in one stream", FIGURES, lambda running: run_bulk(running, 1))
SEVERAL = Workload("bulk8", f"bulk, 1 GiB in {STREAMS} streams", FIGURES, lambda running: run_bulk(running, STREAMS))
