"""What gets installed is what was looked at: archives pinned by hash, no list older than what it was made of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LISTS = sorted(path.stem for path in ROOT.glob("requirements*.in"))
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    """Version by name, spelled as one package index spells it."""
    found = _PIN.findall(path.read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def stale(wanted: dict[str, str], locked: dict[str, str]) -> dict[str, str | None]:
    """What stands in the list that `make lock` reads and not, or not so, in the one it wrote."""
    return {name: locked.get(name) for name, version in wanted.items() if locked.get(name) != version}


@pytest.mark.parametrize("name", LISTS)
def test_each_lock_is_as_new_as_its_list(name: str) -> None:
    wanted, locked = pins(ROOT / f"{name}.in"), pins(ROOT / f"{name}.txt")
    assert wanted
    assert stale(wanted, locked) == {}, "run `make lock`"
    assert stale(pins(ROOT / "requirements.txt"), locked) == {}, "tests run with other versions than the program"


def test_a_stale_lock_is_found() -> None:
    assert stale({"flask": "3.1.3", "redis": "8.1.0"}, {"flask": "3.1.2"}) == {"flask": "3.1.2", "redis": None}


@pytest.mark.parametrize("name", LISTS)
def test_every_package_of_a_lock_has_hashes_and_none_says_where_it_came_from(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"(?m)^(?=\S)", text) if entry and not entry.startswith("#")]
    assert len(entries) == len(pins(ROOT / f"{name}.txt")) > 20
    assert [entry.split()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)] == []
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|^-e |@", text, re.MULTILINE)


def test_make_installs_from_the_locks_only_and_checks_the_programs_own() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installed = re.findall(r"pip install .*?(?:-r (\S+)|(\S+==\S+))$", makefile, re.MULTILINE)
    assert {one for pair in installed for one in pair if one.startswith("requirements")} == {
        f"{name}.txt" for name in LISTS
    }
    parts = re.search(r'for part in "" (.*); do', makefile)
    assert parts
    assert {"requirements", *(f"requirements{part}" for part in parts[1].split())} == set(LISTS)
    assert "pip_audit --strict" in makefile  # without it packages that could not be looked up count as sound
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--requirement requirements.txt" in dockerfile
