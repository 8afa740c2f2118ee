"""The table of deliberate differences and the manual page say the same."""

import re
from pathlib import Path

from differences import DIFFERENCES

ROOT = Path(__file__).resolve().parents[2]


def listed():
    """Name and reason of each entry of the list in spliced.ini(5)."""
    page = (ROOT / "man" / "spliced.ini.5").read_text()
    part = re.search(r"(?s)\n\.Ss Side by side\n.*?\n\.Bl [^\n]*\n(.*?)\n\.El", page)[1]
    items = re.split(r"(?:^|\n)\.It Sy ", part)[1:]
    return {name: " ".join(text.split()) for name, _, text in (item.partition("\n") for item in items)}


def test_the_manual_page_lists_each_difference_with_its_reason():
    assert listed() == {name: reason for name, (reason, _) in DIFFERENCES.items()}


def test_each_difference_is_met_by_a_scenario():
    source = (Path(__file__).parent / "test_side_by_side.py").read_text()
    assert {name for name in DIFFERENCES if f'"{name}"' not in source} == set()
