"""Accounts without the comment API: the text is handed over for pasting, listed until it is done, and found again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.draft import DraftState
from bot.sandbox.people import Follower
from tests.scenarios.scene import CHILD, COLD, MOTHER, QUESTION, SEED
from tests.stage import Stage, item_of

PROFILES = ["个人公众号", "未认证公众号"]


def imported(stage: Stage, *texts: str) -> tuple[Follower, list[int]]:
    """An owner without the API who has brought comments and seen their cards; the item numbers."""
    stage.settle()
    owner = stage.owner()
    article = stage.box.publish_by_hand("加班之后", "聊聊加班。")
    assert "导入 文章1" in owner.says(f"登记 {article.long_url} 加班之后").text
    assert f"已收下 {len(texts)} 条" in owner.says("导入 文章1\n" + "\n".join(texts)).text
    stage.settle()
    page = owner.says("待审").text
    while "回「更多」" in page.split("\n\n")[-1]:
        page += "\n\n" + owner.says("更多").text
    return owner, [item_of(page, text[:12]) for text in texts]


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_approved_is_shown_for_copying_and_closed_by_hand(
    open_stage: Callable[..., Stage], profile: str
) -> None:
    stage = open_stage(profile=profile)
    owner, (n, m) = imported(stage, SEED, MOTHER)
    first, *rest = owner.says(f"通过 {n}").text.split("\n\n")
    assert first.startswith(f"{n} 待张贴")
    assert f"已贴 {n}" in first
    [draft] = [one for one in stage.stores.drafts.peek(stage.stores.drafts.to_paste()) if one.number == n]
    assert rest == [draft.approved_text]
    assert f"待张贴 1 条：{n}。" in owner.says("状态").text
    assert owner.says(f"看 {n}").text.endswith(draft.approved_text)
    assert owner.says(f"通过 {n}").text.endswith(draft.approved_text)
    owner.says(f"通过 {m}")
    assert f"待张贴 2 条：{min(n, m)} {max(n, m)}。" in owner.says("状态").text
    assert owner.says(f"已贴 {n}").text == f"{n} 已完成。\n还有待张贴 1 条：{m}。回「看 {m}」取下一条。"
    assert "之前就标为已贴" in owner.says(f"已贴 {n}").text
    assert f"待张贴 1 条：{m}。" in owner.says("状态").text
    assert "已退回待审" in owner.says(f"撤回 {m}").text
    assert "待张贴" not in owner.says("状态").text.replace("待张贴里", "")
    assert "不在待张贴里" in owner.says(f"已贴 {m}").text
    assert stage.box.calls_to("comment/reply/add") == []


def test_own_lines_stay_lines_in_what_is_to_be_copied(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(profile="个人公众号")
    owner, (n,) = imported(stage, SEED)
    owner.says(f"改 {n} 第一行\n第二行 <a href=x>")
    assert owner.says(f"通过 {n}").text.endswith("第一行\n第二行 ＜a href=x＞")


def test_a_batch_for_pasting_gives_each_text_whole(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(profile="个人公众号")
    texts = [f"请问第 {n} 章里的办法，新人照着做要注意什么？" for n in range(5)]
    owner, numbers = imported(stage, *texts)
    for n in numbers:
        owner.says(f"改 {n} " + f"给 {n} 号的长回复，" * 25)
        owner.says(f"看 {n}")
    page = owner.says("通过 " + " ".join(map(str, numbers))).text
    pages = [page]
    while "回「更多」" in pages[-1]:
        pages.append(owner.says("更多").text)
    assert len(pages) == 5
    assert all(len(one.encode()) <= 1800 for one in pages)
    for draft in stage.stores.drafts.peek(stage.stores.drafts.to_paste()):
        assert sum(draft.approved_text in one for one in pages) == 1
    assert len(stage.stores.drafts.to_paste()) == 5


def test_what_is_to_be_pasted_names_its_comment_and_comes_one_at_a_time(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(profile="个人公众号")
    owner, numbers = imported(stage, SEED, MOTHER, CHILD)
    unknown = 77
    page = owner.says(f"通过 {' '.join(map(str, [unknown, *numbers]))}").text
    drafts = {one.number: one for one in stage.stores.drafts.peek(stage.stores.drafts.to_paste())}
    for place, (n, words) in enumerate(zip(numbers, (SEED, MOTHER, CHILD), strict=True)):
        *_, head, text = page.split("\n\n")
        assert text == drafts[n].approved_text
        assert f"{n} " in head
        assert f"待张贴：《加班之后》下「{words}」" in head
        assert head.endswith("────")
        assert ("回「更多」" in page) == (place < 2)
        assert f"《加班之后》下「{words}」" in owner.says(f"查 {n}").text
        again = owner.says(f"看 {' '.join(map(str, numbers[place:]))}").text
        assert again.endswith(f"────\n\n{drafts[n].approved_text}")
        assert f"《加班之后》下「{words}」" in again
        page = owner.says("更多").text
    assert f"{unknown} 没有这个编号" in owner.says(f"通过 {unknown} {numbers[0]}").text
    assert "取下一条" in owner.says(f"已贴 {numbers[0]}").text


def test_the_creator_is_told_once_and_status_says_it_later(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage()
    stage.settle()
    owner = stage.owner()
    article = stage.box.publish_by_hand("加班之后", "聊聊加班。")
    owner.says(f"登记 {article.long_url}")
    stage.box.set_profile("个人公众号")
    stage.wait(200)
    assert "没有留言接口的权限" in owner.says("你好").text
    assert "没有留言接口的权限" not in owner.says("在吗").text
    assert "没有接口权限" in owner.says("状态").text


def test_election_by_hand_is_said_where_no_api_can(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(profile="个人公众号")
    owner, (n,) = imported(stage, SEED)
    reader = stage.box.follower("小林")
    reader.says(f"留言 {QUESTION}")
    stage.settle()
    m = item_of(owner.says("待审").text, "加班补贴")
    assert "在公众号后台点精选" in owner.says(f"精选 {n}").text
    assert "在公众号后台点精选" in owner.says(f"通过并精选 {n}").text
    assert "没有精选" in owner.says(f"精选 {m}").text


def test_no_next_look_is_promised_where_comments_cannot_be_read(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(profile="个人公众号")
    owner, (n,) = imported(stage, SEED)
    assert "下次查看" not in owner.says("状态").text
    owner.says(f"拒绝 {n}")
    empty = owner.says("待审").text
    assert "没有待审" in empty
    assert "导入 文章1" in empty
    assert "下次查看" not in empty


def test_relayed_comments_end_in_pasting_too(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(profile="个人公众号")
    stage.settle()
    owner = stage.owner()
    stage.box.push(
        {
            "FromUserName": "",
            "MsgType": "event",
            "Event": "comment",
            "MsgDataId": "2247487033",
            "Idx": "1",
            "UserCommentId": "8",
            "CommentType": "0",
            "Content": COLD,
        }
    )
    stage.settle()
    n = item_of(owner.says("待审").text, COLD[:10])
    assert "待张贴" in owner.says(f"通过 {n}").text
    draft = stage.stores.drafts.get("2247487033_0_8")
    assert draft is not None
    assert draft.state is DraftState.TO_PASTE


def test_nothing_stands_under_a_text_to_copy(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(profile="个人公众号")
    owner, (n, m) = imported(stage, SEED, MOTHER)
    owner.says(f"看 {n}")
    stage.wait(2 * 3600)
    drafts = {draft.number: draft for draft in stage.stores.drafts.peek([w.id for w in stage.stores.drafts.queue()])}
    assert owner.says(f"通过 {n}").text.endswith(f"────\n\n{drafts[n].text}")
    stage.wait(2 * 3600)
    assert "另有 1 条待审" in owner.says("你好").text
    owner.says("连审")
    left = owner.says(f"看 {n}").text
    assert left.startswith("已退出连审。\n")
    assert left.endswith(drafts[n].text)
    owner.says(f"撤回 {n}")
    card = owner.says("连审").text
    first = n if card.startswith(f"{n} ") else m
    pasted = owner.says("1").text
    assert pasted.startswith("回「连审」看下一条。\n")
    assert pasted.endswith(f"────\n\n{drafts[first].text}")
    assert owner.says("连审").text.startswith(f"{n + m - first} ★")
