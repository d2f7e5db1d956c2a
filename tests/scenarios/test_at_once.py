"""Two creators at the very same moment over HTTP: the first wins, the second hears who and when."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

from bot.domain.draft import DraftState
from bot.sandbox.people import Follower
from tests.scenarios.scene import SEED, SIX, Scene, open_scene, see_all
from tests.stage import Stage


def together(*calls: tuple[Follower, str]) -> list[str]:
    """What each is answered when all speak at once."""
    start = threading.Barrier(len(calls))

    def speak(call: tuple[Follower, str]) -> str:
        start.wait(timeout=10)
        return call[0].says(call[1]).text

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(speak, calls))


def two(stage: Stage, *texts: str) -> tuple[Scene, Follower, Follower]:
    """A scene with two editors who have seen everything."""
    scene = open_scene(stage, *texts)
    first, second = scene.editor("小编"), scene.editor("小美")
    for creator in (first, second):
        see_all(creator, texts)
    return scene, first, second


def test_of_two_approvals_at_once_one_wins_and_the_other_hears_who_and_when(stage: Stage) -> None:
    scene, first, second = two(stage, *SIX)
    for words in SIX:
        n = scene.items[words]
        answers = together((first, f"通过 {n}"), (second, f"通过 {n}"))
        won = [f"{n} 将在 60 秒后发出" in answer for answer in answers]
        assert sorted(won) == [False, True], answers
        loser = answers[won.index(False)]
        winner = "编辑1" if won[0] else "编辑2"
        assert re.match(rf"{n} 已由{winner}在 \d\d:\d\d 通过。", loser), loser
    stage.wait(61)
    assert scene.sends() == 6


def test_an_edit_and_an_approval_at_once_never_send_what_the_approver_did_not_see(stage: Stage) -> None:
    scene, first, second = two(stage, *SIX)
    for words in SIX:
        n, before = scene.items[words], scene.draft(words).text
        edited, approved = together((first, f"改 {n} 编辑一的新句子"), (second, f"通过 {n}"))
        draft = scene.draft(words)
        if "将在 60 秒后发出" in approved:
            assert draft.approved_text == before
            assert "没有改" in edited
        else:
            assert "草稿已更新" in approved
            assert draft.state is DraftState.PENDING
            assert draft.text == "编辑一的新句子"


def test_a_taking_back_at_the_moment_of_sending_tells_the_truth(stage: Stage) -> None:
    scene, first, _ = two(stage, *SIX)
    for words in SIX:
        n = scene.items[words]
        first.says(f"通过 {n}")
        stage.clock.advance(61)
        worker = threading.Thread(target=stage.settle)
        worker.start()
        answer = first.says(f"撤回 {n}").text
        worker.join(timeout=30)
        stage.wait(1)
        if "尚未发出" in answer:
            assert scene.reply(words) is None
        else:
            assert "停不下来" in answer or "正在从文章中删除" in answer
            if "停不下来" in answer:
                assert scene.reply(words) is not None


def test_batches_at_once_approve_each_item_once(stage: Stage) -> None:
    scene, first, second = two(stage, *SIX[:4])
    numbers = " ".join(str(scene.items[words]) for words in SIX[:4])
    answers = together((first, f"通过 {numbers}"), (second, f"通过 {numbers}"))
    assert sum("已排队 4 条" in answer for answer in answers) == 1
    assert len({scene.draft(words).batch for words in SIX[:4]}) == 1
    stage.wait(61)
    assert scene.sends() == 4


def test_two_who_use_one_code_at_once_are_one_editor(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    code = re.search(r"授权码 (\w{6})", scene.says("授权 编辑"))
    assert code
    people = [stage.box.follower("小编"), stage.box.follower("小美")]
    answers = together(*((person, f"加入 {code[1]}") for person in people))
    assert sum("你现在是编辑1" in answer for answer in answers) == 1


def test_listings_at_once_never_give_one_number_to_two_items(stage: Stage) -> None:
    scene = open_scene(stage, *SIX, show=False)
    first, second = scene.editor("小编"), scene.editor("小美")
    together((first, "待审"), (second, "待审"), (scene.owner, "待审"))
    pages = [see_all(creator, SIX) for creator in (first, second, scene.owner)]
    assert pages[0] == pages[1] == pages[2]
    assert len(set(pages[0].values())) == 6
