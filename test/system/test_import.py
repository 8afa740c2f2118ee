"""`spliced --import` on the configurations of test/import, as an administrator would try it."""

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "test" / "import"
CONFIGURATIONS = sorted(path.name for path in FOLDER.glob("*.cfg")) + ["several"]
REFUSED = sorted(path.name for path in (FOLDER / "refused").glob("*.cfg"))
GOLDEN = sorted(path.stem for path in (FOLDER / "golden").glob("*.txt"))

VERDICT = re.compile(r"(?P<file>\S+?):(?P<line>\d+): (?P<word>kept|changed|ignored|refused): +(?P<text>.*)")


@pytest.fixture
def convert(run, binary):
    """convert(path, NAME=VALUE, ...) -> (exit code, INI, report), in a clean environment."""
    def call(*paths, **variables):
        flags = [word for path in paths for word in ("--import", path)]
        done = run(binary, *flags, cwd=FOLDER, env={"PATH": os.environ["PATH"], **variables})
        return done.returncode, done.stdout, done.stderr
    return call


@pytest.fixture
def load(run, binary, tmp_path):
    """Whether the INI passes -c; the messages."""
    def call(ini):
        path = tmp_path / "imported.ini"
        path.write_text(ini)
        return run(binary, "-c", "-f", path)
    return call


def lines_with_words(path):
    """(file, number) of each line that is neither blank nor a comment."""
    files = sorted(path.glob("*.cfg")) if path.is_dir() else [path]
    for file in files:
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line.strip() and not line.strip().startswith("#"):
                yield file.name, number


def verdicts(report):
    found = [VERDICT.fullmatch(line) for line in report.splitlines()]
    return [match for match in found if match]


def check_report(path, report):
    """One verdict for each line, and a sum that is right."""
    found = verdicts(report)
    assert [(Path(each["file"]).name, int(each["line"])) for each in found] == list(lines_with_words(path))
    words = [each["word"] for each in found]
    total = ", ".join(f"{words.count(word)} {word}" for word in ("kept", "changed", "ignored", "refused"))
    assert f"{len(words)} lines: {total}\n" in report
    return words


def test_there_are_enough_configurations():
    assert len(CONFIGURATIONS) >= 40


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_configuration_of_haproxy_becomes_one_that_loads(convert, load, name):
    code, ini, report = convert(name)
    words = check_report(FOLDER / name, report)
    assert (code, words.count("refused")) == (0, 0), report
    loaded = load(ini)
    assert (loaded.returncode, loaded.stdout) == (0, "Configuration file is valid\n"), loaded.stderr + ini
    assert "error" not in loaded.stderr.lower(), loaded.stderr


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_carried_over_is_refused_with_a_reason(convert, load, name):
    code, ini, report = convert(f"refused/{name}")
    assert code == 1
    check_report(FOLDER / "refused" / name, report)
    for verdict in verdicts(report):
        assert verdict["word"] != "refused" or verdict["text"].endswith(")"), verdict[0]
    if not ini:
        assert "nothing was written" in report
        return
    assert load(ini).returncode == 0, ini
    assert "; refused: " in ini


@pytest.mark.parametrize("name", GOLDEN)
def test_the_report_is_the_recorded_one(convert, name):
    path = name if name == "several" else f"{name}.cfg"
    _, ini, report = convert(path if (FOLDER / path).exists() else f"refused/{path}")
    assert report + "--- INI\n" + ini == (FOLDER / "golden" / f"{name}.txt").read_text()


def test_the_environment_decides_what_is_written(convert):
    _, staging, _ = convert("staging-or-production.cfg")
    _, production, report = convert("staging-or-production.cfg", ENVIRONMENT="production", DB_PORT="6432",
                                    EXTRA_SERVER="10.16.0.9:5432")
    assert "10.16.9.1:5432" in staging and "10.16.0.1:5432" not in staging
    assert "server extra  = 10.16.0.9:5432 check" in production and "127.0.0.1:6432" in production
    code, _, report = convert("staging-or-production.cfg", ENVIRONMENT="moon")
    assert code == 1 and "the file itself asks not to be used" in report


def test_several_files_are_read_one_after_another(convert):
    files = sorted(f"several/{path.name}" for path in (FOLDER / "several").glob("*.cfg"))
    assert convert(*files)[:2] == convert("several")[:2]


def test_what_cannot_be_read_is_said(convert):
    code, ini, report = convert("nowhere.cfg")
    assert (code, ini) == (1, "")
    assert "nowhere.cfg: cannot be read: No such file or directory" in report


def test_the_table_of_the_readme_is_what_the_program_accepts(run, binary):
    done = run(ROOT / "scripts" / "keyword-table", "--check", binary, cwd=ROOT, deadline=150)
    assert done.returncode == 0, done.stderr


def test_quiet_leaves_the_ini_alone(run, binary):
    done = run(binary, "-q", "--import", FOLDER / "kafka.cfg")
    assert done.returncode == 0 and done.stderr == "" and "[listen broker1]" in done.stdout
