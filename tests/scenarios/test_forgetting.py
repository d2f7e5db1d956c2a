"""Forgotten by the whole program: no piece of what somebody wrote is stored, now or after the next polls (E11)."""

from __future__ import annotations

import re

from tests.handlers.followers.everything_stored import everything
from tests.scenarios.scene import SEED, open_scene
from tests.stage import Stage

PARROT = "去年我家鹦鹉学会了唱国际歌，邻居听了三个月"
YAM = "请问紫薯裱花嘴要斜着四十五度角握吗"
BOSS = "我们科室蓝胖子主任每周三临时加班复盘"
PIECE = 5
"""Characters of a text that somebody would recognise."""


def pieces(text: str) -> set[str]:
    """Every run of so many characters, with and without what stands between the words."""
    bare = re.sub(r"[，。：？\s]", "", text)
    return {part[at : at + PIECE] for part in (text, bare) for at in range(len(part) - PIECE + 1)}


def found(stage: Stage, needles: set[str]) -> dict[str, set[str]]:
    """Keys that hold any of them."""
    hits: dict[str, set[str]] = {}
    for key, value in everything(stage.redis):
        if here := {needle for needle in needles if needle.encode() in value}:
            hits.setdefault(key, set()).update(here)
    return hits


def test_no_piece_of_what_somebody_wrote_stays_anywhere_or_comes_back(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    reader, other = stage.box.follower("被忘记的人"), stage.box.follower("旁人")
    ids = [scene.article.comment(reader, PARROT), scene.article.comment(reader, YAM)]
    reader.says(f"留言 {BOSS}")
    reader.says("署名 小紫薯")
    stage.wait(200)
    reader.says("同意展示")
    seen = scene.says("待审")
    while "回「更多」" in seen.split("\n\n")[-1]:
        seen += "\n\n" + scene.says("更多")
    numbers = [
        line.split(" ")[0] for line in seen.splitlines() if re.match(r"\d+ .*(去年我家|请问紫薯|我们科室)", line)
    ]
    assert len(numbers) == 3
    for n in numbers:
        for command in ("看", "为什么", "查", "上墙", "精选", "通过"):
            scene.says(f"{command} {n}")
    stage.wait(200)
    assert [record.reply is not None for record in map(scene.article.record, ids) if record] == [True, True]
    for text in ("墙", "我的", "帮助"):
        other.says(text)
    stage.wait(90_000)
    assert "鹦鹉" in other.says("墙").text
    other.says("你好呀")
    scene.says("墙")
    reader.says("我的数据")
    needles = {reader.openid, stage.stores.people.pid(reader.openid), "小紫薯"}
    needles |= pieces(PARROT) | pieces(YAM) | pieces(BOSS)
    assert len(found(stage, needles)) > 15
    reader.unfollows()
    assert found(stage, needles) == {}
    for _ in range(4):
        stage.wait(7 * 3600)
    assert found(stage, needles) == {}
    husks = [stage.stores.comments.get(f"{scene.article.key}_{cid}") for cid in ids]
    assert [(husk.is_husk, husk.reply, husk.elected) for husk in husks if husk] == [(True, "", True)] * 2
    assert "鹦鹉" not in other.says("墙").text


def test_the_page_of_somebody_else_that_quoted_them_is_blank_when_it_is_delivered_again(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    reader, other = stage.box.follower("读者0"), stage.box.follower("旁人")
    scene.says(f"上墙 {scene.items[SEED]}")
    shown = other.says("墙")
    assert "确实有用" in shown.text
    reader.unfollows()
    again = stage.box.push(shown.fields, deliveries=1)
    assert again.status == 200
    assert "确实有用" not in again.text
    assert found(stage, {"确实有用"}) == {}
