"""Deployment files: they name parts, settings and files that exist, and lose nothing by their own choices."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import ROOT
from handlers.command_line import build_parser

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_compose_starts_two_of_every_part_over_a_redis_that_syncs_each_write() -> None:
    services = compose()["services"]
    parts = [" ".join(service["command"][3:]) for name, service in services.items() if name[-2:] in ("-1", "-2")]
    assert sorted(parts) == ["scheduler", "scheduler", "web", "web", "worker", "worker"]
    redis = " ".join(services["redis"]["command"])
    assert "--appendonly yes" in redis
    assert "--appendfsync always" in redis
    assert "--maxmemory-policy noeviction" in redis
    for name, service in services.items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert not source.startswith("./") or (ROOT / source).exists(), (name, volume)


def test_no_secret_stands_in_any_of_them() -> None:
    for path in (ROOT / "compose.yaml", ROOT / "Dockerfile", *UNITS, ROOT / "deploy" / "nginx.conf"):
        assert not re.search(r"(SECRET|TOKEN|AES_KEY)\s*[=:]\s*\S", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_each_unit_starts_a_command_that_exists_and_stops_trying_on_wrong_settings(unit: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string("\n".join(line for line in unit.read_text().splitlines() if not line.startswith("#")))
    service = parser["Service"]
    command = service["ExecStart"].split(" -m bot ")[1].split()
    assert build_parser().parse_args(command)
    assert service["RestartPreventExitStatus"] == "2"
    assert service["Restart"] == "always"


def test_the_image_holds_all_that_is_imported_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY")}
    assert {"wsgi.py", "config", "bot", "replies", "handlers", "requirements.txt"} <= copied
    assert "USER huixiang" in lines
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", "var", ".git"} <= set(ignored)


def test_the_proxy_lets_through_what_the_contract_shows_to_the_outside_only() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    places = re.findall(r"location ~ (\S+) ", text)
    for path, through in (
        ("/wechat", True), ("/wechat/food", True), ("/wall", True), ("/wall/food", True), ("/MP_verify_Ab1.txt", True),
        ("/metrics", False), ("/readyz", False), ("/healthz", False), ("/wallpaper", False),
        ("/MP_verify_../x.txt", False),
    ):  # fmt: skip
        assert any(re.search(place, path) for place in places) is through, path


def test_what_the_pages_tell_to_run_is_there() -> None:
    pages = "".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/operations.md"))
    modules = re.findall(r"python -m (tests[.\w]+)", pages)
    paths = [module.replace(".", "/") for module in modules] + re.findall(r"`(?:pytest )?([^`\n]*test_[^`\n]+)`", pages)
    named = {path for given in paths for path in given.split()}
    assert len(named) > 8
    assert not [path for path in named if not ((ROOT / path).exists() or (ROOT / f"{path}.py").exists())]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", pages)) <= targets
