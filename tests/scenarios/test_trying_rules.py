"""规则试跑 in chat: answered at once, the result by the next channel there is, and nothing is sent or changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.settings import ROOT
from tests.scenarios.scene import CHILD, METHOD, SEED, open_scene
from tests.stage import Stage


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration with a candidate that stops one phrase."""
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "candidates"))
    words = folder / "candidates" / "广告v2" / "words"
    words.mkdir(parents=True)
    used = (folder / "words" / "block.txt").read_text(encoding="utf-8")
    (words / "block.txt").write_text(f"{used}\n第二种方法更适合\n", encoding="utf-8")
    return folder


def test_the_result_comes_as_a_message_while_the_window_is_open(open_stage: Callable[..., Stage], config: Path) -> None:
    stage = open_stage(BOT_CONFIG_DIR=str(config))
    scene = open_scene(stage, SEED, METHOD, CHILD)
    scene.says(f"通过 {scene.items[METHOD]}")
    drafts = {words: scene.draft(words) for words in scene.comments}
    assert "可以试跑的有：广告v2" in scene.says("规则试跑")
    assert "什么都不会改" in scene.says("规则试跑 广告Ｖ２")
    assert stage.box.service_messages(scene.owner) == []
    stage.settle()
    told = "\n\n".join(line.text for line in stage.box.service_messages(scene.owner))
    assert "3 条留言" in told
    assert "拦下 1 条（现在的规则 0 条）" in told
    assert "误伤 1 条" in told
    assert "误伤：「我觉得第二种方法" in told
    assert {words: scene.draft(words) for words in scene.comments} == drafts
    assert scene.sends() == 0


def test_without_service_messages_it_comes_with_the_next_answer(open_stage: Callable[..., Stage], config: Path) -> None:
    stage = open_stage(profile="未认证公众号", BOT_CONFIG_DIR=str(config))
    owner = stage.owner()
    reader = stage.box.follower("小林")
    reader.says("留言 我觉得第二种方法更适合新人，第一种门槛太高")
    stage.settle()
    assert "开始用「广告v2」试跑" in owner.says("规则试跑 广告v2").text
    stage.settle()
    said = owner.says("状态").text
    assert "规则试跑「广告v2」" in said
    assert "新拦 1 条" in said
    assert "规则试跑「" not in owner.says("状态").text


def test_ordinary_talk_about_rules_tries_nothing(open_stage: Callable[..., Stage], config: Path) -> None:
    stage = open_stage(BOT_CONFIG_DIR=str(config))
    owner = stage.owner()
    for talk in ("规则试跑怎么用啊？", "规则 试跑一下，好吗", "常发这种留言的人", "常发3条朋友圈", "取消常发的意思"):
        owner.says(talk)
        assert stage.stores.trials.running() is None, talk
        assert stage.stores.standings.all() == (), talk
