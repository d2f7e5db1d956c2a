"""为什么 N: six parts with the words that fired and the three comments just above, in at most eight lines."""

from __future__ import annotations

import re

from tests.scenarios.scene import CHILD, COLD, SIX, open_scene
from tests.stage import Stage

PARTS = ("相关", "具体", "论证", "新信息", "回应他人", "可读")


def test_a_score_is_told_in_its_parts_and_what_scores_just_above(stage: Stage) -> None:
    scene = open_scene(stage, *SIX)
    scores = {words: scene.stage.stores.comments.get(scene.draft(words).id).triage.quality for words in SIX}
    lowest = min(SIX, key=lambda words: scores[words])
    answer = scene.says(f"为什么 {scene.items[lowest]}")
    assert len(answer.splitlines()) <= 8
    assert all(re.search(rf"{part} [\d.]+/\d+", answer) for part in PARTS)
    above = [int(quality) for quality in re.findall(r"再高一点：★(\d+)", answer)]
    assert above == sorted(score for score in scores.values() if score > scores[lowest])[:3]
    assert re.search(r"再高一点：★\d+ \d+ 号「", answer)


def test_the_words_that_fired_are_named(stage: Stage) -> None:
    scene = open_scene(stage, CHILD)
    answer = scene.says(f"为什么 {scene.items[CHILD]}")
    assert "具体 " in answer
    assert "三岁" in answer
    assert "规则:" in answer
    assert "没有比它分高的" in answer


def test_eight_lines_are_enough_with_a_risk_too(stage: Stage) -> None:
    scene = open_scene(stage, *SIX, COLD)
    answer = scene.says(f"为什么 {scene.items[COLD]}")
    assert "留意：" in answer
    assert len(answer.splitlines()) <= 8


def test_a_score_that_was_evened_out_between_articles_says_so(stage: Stage) -> None:
    scene = open_scene(stage)
    stores = stage.stores
    for quality in (20, 30, 40, 50, 60) * 8:
        stores.scores.add("1_0", quality)
    for _ in range(30):
        stores.scores.add(scene.article.key, 12)
    stores.unit.commit()
    scene.comment(CHILD)
    scene.says("待审")
    draft = scene.draft(CHILD)
    waiting = stage.stores.drafts.waiting(draft.id)
    assert waiting is not None
    assert waiting.fair == waiting.quality + 1.5
    answer = scene.says(f"为什么 {draft.number}")
    assert f"质量 {waiting.quality} 分，排队算 {waiting.fair:g} 分" in answer
    assert "平均 12 分" in answer or "平均 13 分" in answer
    assert len(answer.splitlines()) <= 8
