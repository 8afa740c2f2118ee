"""Waiting for a condition with a deadline, instead of sleeping and hoping."""

import time

DEADLINE = 10.0


def wait_until(condition, what, deadline=DEADLINE):
    """The first true value of condition(); fails with `what` in the message at the deadline (seconds)."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline:g} s: {what}")
        time.sleep(0.005)


def settled(measure, quiet=0.5):
    """The value of measure() once it has not changed for `quiet` seconds."""
    def unchanged():
        value = measure()
        time.sleep(quiet)
        return (value,) if measure() == value else None
    return wait_until(unchanged, "a steady value")[0]
