"""Rules changed on disk are used by the next task; wrong ones leave the old in place and are told once, with line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.comment import Comment, Source
from config.settings import ROOT
from handlers.assembly import make_tasks
from replies.desk import Desk
from tests.handlers.worker import Worker

KEY = "2247487033_0"
TEXT = "我试过,确实有用!"
OURS = """  - name: 经历/我们的
    when: { type: [经历], any: [试过] }
    replies:
      追问: ["你试的是哪一种，有什么新发现？这句是新规则说的"]
    examples:
      - say: 我试过,确实有用!
"""


class Running:
    """A worker's tasks over a copy of the configuration that a test may write to."""

    def __init__(self, worker: Worker, config: Path) -> None:
        self.worker, self.config, self._cid, self._tick = worker, config, 0, 0
        self.tasks = make_tasks(
            worker.settings, worker.redis, worker.clock, Desk.load(config, worker.settings.data_dir)
        )

    def write(self, name: str, text: str) -> None:
        """Replace a file; its time moves on even if the clock of the file system is coarse."""
        path = self.config / name
        path.write_text(text, encoding="utf-8")
        self._tick += 1
        os.utime(path, (1_800_000_000 + self._tick, 1_800_000_000 + self._tick))

    def drafted(self) -> str:
        """The rules behind the draft of a comment that arrives now."""
        self._cid += 1
        article = f"{2247487033 + self._cid}_0"
        comment = Comment(article, "1", TEXT, int(self.worker.now), Source.RELAY)
        self.worker.store(lambda stores: stores.account.put_in(comment))
        self.tasks["inbox"]("main", "", self.worker.now)
        draft = self.worker.look.drafts.get(comment.id)
        assert draft is not None
        return " ".join(variant.rule for variant in draft.variants)

    def notices(self) -> list[str]:
        """What creators are told about rules."""
        return [text for name, text in self.worker.look.account.notices().items() if name.startswith("rules-")]


@pytest.fixture
def running(make_worker: Callable[..., Worker], tmp_path: Path) -> Running:
    """A running worker with rules of its own."""
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return Running(make_worker(BOT_CONFIG_DIR=str(config)), config)


def with_ours(running: Running) -> str:
    """The shipped rules with one of ours before them."""
    rules = (running.config / "rules.yaml").read_text(encoding="utf-8")
    return rules.replace("\nrules:\n", "\nrules:\n" + OURS, 1)


def test_changed_rules_are_used_by_the_next_task(running: Running) -> None:
    assert "经历/我们的" not in running.drafted()
    running.write("rules.yaml", with_ours(running))
    assert "经历/我们的" in running.drafted()
    assert running.notices() == []


def test_wrong_rules_are_refused_whole_and_told_once_with_file_line_and_field(running: Running) -> None:
    good = with_ours(running)
    running.write("rules.yaml", good)
    running.write("rules.yaml", good.replace("any: [试过]", "anny: [试过]", 1))
    assert "经历/" in running.drafted()
    line = next(at for at, text in enumerate(good.splitlines(), 1) if "any: [试过]" in text)
    [told] = running.notices()
    assert f"rules.yaml:{line}: rules.0.when.anny" in told
    running.drafted()
    assert running.notices() == [told]


def test_mended_rules_are_taken_and_the_notice_goes(running: Running) -> None:
    good = with_ours(running)
    running.write("rules.yaml", "rules: [")
    before = running.drafted()
    assert "经历/我们的" not in before
    assert len(running.notices()) == 1
    running.write("rules.yaml", good)
    assert "经历/我们的" in running.drafted()
    assert running.notices() == []


def test_a_rule_whose_example_fails_is_refused_too(running: Running) -> None:
    running.write("rules.yaml", with_ours(running).replace("say: 我试过,确实有用!", "say: 今天天气不错", 1))
    assert "经历/我们的" not in running.drafted()
    assert "examples.0" in running.notices()[0]


def test_phrases_are_none_of_the_desks_business(running: Running) -> None:
    running.write("phrases.yaml", "not: [valid")
    assert "经历/" in running.drafted()
    assert running.notices() == []
