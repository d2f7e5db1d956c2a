"""Being forgotten: after it, no key and no value knows the openid, the pseudonym or a word of the person."""

from __future__ import annotations

import re

import msgspec
import pytest

from bot.domain.comment import Source
from bot.domain.draft import DraftState
from bot.domain.events import TextMessage
from bot.domain.people import Role
from bot.stores.account_state import Invite, Pause
from bot.stores.audit import Entry
from tests.handlers.followers.everything_stored import traces
from tests.handlers.followers.parlour import Parlour
from tests.handlers.followers.planted import (
    PUBLIC_WORDS,
    WORDS,
    erased_by_chat,
    erased_by_leaving,
    erased_by_openid,
    erased_by_pseudonym,
    plant,
)


@pytest.mark.parametrize("ways", [erased_by_chat, erased_by_leaving, erased_by_openid, erased_by_pseudonym])
def test_no_key_and_no_value_knows_an_erased_person(parlour: Parlour, ways) -> None:
    plant(parlour)
    needles = (parlour.pid("小王"), *WORDS)
    before = traces(parlour.redis, *needles)
    assert set(before) == set(needles)
    assert len(set().union(*before.values())) >= 12
    ways(parlour, "小王")
    assert traces(parlour.redis, parlour.openid("小王"), *needles) == {}


def test_a_message_kept_after_a_fault_of_ours_goes_too(parlour: Parlour) -> None:
    plant(parlour)
    plant_other = TextMessage(parlour.openid("小李"), "gh_x", int(parlour.now), "901", text="留言 小李的话")
    parlour.change(lambda stores: stores.broken.keep(plant_other, "KeyError", parlour.now))
    assert parlour.redis.hlen("{main}:broken") == 2
    erased_by_leaving(parlour, "小王")
    assert parlour.redis.hkeys("{main}:broken") == [plant_other.delivery_key().encode()]
    assert parlour.redis.hkeys("{main}:failed") == [f"event|{plant_other.delivery_key()}".encode()]


def test_an_imported_comment_goes_with_the_digest_of_its_text(parlour: Parlour) -> None:
    mine = msgspec.structs.replace(parlour.public_comment("小王", 0, PUBLIC_WORDS), cid="i1", source=Source.IMPORT)
    parlour.store(mine, "回复")
    parlour.change(lambda stores: stores.imported.add(mine.article, mine.content, mine.cid))
    erased_by_openid(parlour, "小王")
    assert parlour.stores.comments.get(mine.id) is None
    assert parlour.stores.imported.known(mine.article, [mine.content]) == [False]


def test_other_people_keep_everything(parlour: Parlour) -> None:
    plant(parlour)
    parlour.says("小李", "留言 小李自己的话")
    parlour.triage("小李", "好的")
    before = parlour.says("小李", "我的")
    erased_by_chat(parlour, "小王")
    assert parlour.says("小李", "我的") == before
    assert "小李自己的话" in parlour.says("主理人", "待审")
    assert "pull|2247000001_0" in parlour.due()


def test_a_public_comment_leaves_a_husk_that_is_not_taken_for_new(parlour: Parlour) -> None:
    plant(parlour)
    erased_by_chat(parlour, "小王")
    husk = parlour.stores.comments.get("2247000001_0_8")
    assert husk
    assert (husk.pid, husk.content, husk.triage) == ("", "", None)
    assert parlour.stores.drafts.get("2247000001_0_8") is None
    assert parlour.stores.drafts.queue_length() == 0


def test_a_comment_polled_later_is_kept_without_its_writer(parlour: Parlour) -> None:
    plant(parlour)
    openid = parlour.openid("小王")
    erased_by_leaving(parlour, "小王")
    assert parlour.stores.people.meet_all([openid]) == {openid: ""}
    assert parlour.stores.people.is_erased(openid)


def test_the_tombstone_leads_back_to_nobody(parlour: Parlour) -> None:
    plant(parlour)
    erased_by_chat(parlour, "小王")
    [tomb] = parlour.redis.hkeys("{main}:tombs")
    assert parlour.pid("小王").encode() not in tomb
    assert not tomb.startswith(parlour.pid("小王")[:8].encode())


def test_an_approved_reply_is_not_sent_after_its_reader_was_erased(parlour: Parlour) -> None:
    plant(parlour)
    draft = parlour.stores.drafts.get("2247000001_0_8")
    assert draft

    def approve(stores) -> None:
        moved = draft.moved(DraftState.APPROVED, parlour.now, approved_text=draft.text, due_at=parlour.now + 60)
        stores.drafts.put(moved.moved(DraftState.SENDING, parlour.now, tries=1), parlour.now)
        stores.due("send", draft.id, parlour.now + 60)

    parlour.change(approve)
    erased_by_leaving(parlour, "小王")
    assert parlour.stores.drafts.get(draft.id) is None
    assert f"send|{draft.id}" not in parlour.due()
    assert parlour.stores.drafts.approved() == []


def test_who_writes_again_is_a_new_person(parlour: Parlour) -> None:
    plant(parlour)
    erased_by_chat(parlour, "小王")
    parlour.now += 60
    parlour.says("小王", "留言 从头来过")
    assert parlour.person("小王").first_seen == parlour.now
    assert not parlour.stores.people.is_erased(parlour.openid("小王"))
    assert "你的留言 1 条" in parlour.says("小王", "我的")


def test_a_wrong_late_or_missing_code_deletes_nothing(parlour: Parlour) -> None:
    parlour.says("小王", "留言 还在的话")
    assert "没有删除" in parlour.says("小王", "确认删除 4F")
    question = parlour.says("小王", "删除我的数据")
    right = re.search(r"确认删除 (\w\w)", question)
    assert right
    assert "没有删除" in parlour.says("小李", f"确认删除 {right[1]}")
    parlour.now += 181
    assert "没有删除" in parlour.says("小王", f"确认删除 {right[1]}")
    assert parlour.stores.account.inbox_length() == 1


def test_the_only_owner_hands_over_first(parlour: Parlour) -> None:
    parlour.joins("主理人")
    assert "唯一的主理人" in parlour.says("主理人", "删除我的数据")
    parlour.joins("新主人", Role.OWNER, 2)
    erased_by_chat(parlour, "主理人")
    assert traces(parlour.redis, parlour.pid("主理人")) == {}
    assert [person.pid for person in parlour.stores.people.creators()] == [parlour.pid("新主人")]


def test_an_erased_creators_deeds_stay_without_the_name(parlour: Parlour) -> None:
    parlour.joins("主理人")
    editor = parlour.joins("编辑", Role.EDITOR)
    draft = parlour.store(parlour.public_comment("小王", 1, "留言"), "回复")
    held = parlour.store(parlour.public_comment("小李", 2, "留言二"), "回复二")

    def work(stores) -> None:
        for one in (draft, held):
            text = one.text
            approved = one.moved(DraftState.APPROVED, parlour.now, approved_by=editor, approved_text=text)
            stores.drafts.put(approved, parlour.now)
            stores.audit.add(one.id, Entry(parlour.now, "通过", editor, text, 1))
        sent = stores.drafts.get(draft.id).moved(DraftState.SENDING, parlour.now).moved(DraftState.SENT, parlour.now)
        stores.drafts.put(sent, parlour.now)
        stores.audit.note(Entry(parlour.now, "暂停", editor))
        stores.account.put_pause(Pause(editor, parlour.now))
        stores.account.put_invites((Invite("ABCDEF", "观察", parlour.now + 600, editor),))

    parlour.change(work)
    erased_by_leaving(parlour, "编辑")
    assert traces(parlour.redis, editor) == {}
    stores = parlour.stores
    kept = stores.drafts.get(draft.id)
    assert kept
    assert (kept.state, kept.approved_by) == (DraftState.SENT, "")
    assert [(entry.what, entry.who) for entry in stores.audit.of(draft.id)] == [("通过", "")]
    assert stores.audit.notes()[-1].what == "暂停"
    pause = stores.account.pause
    assert pause
    assert pause.by
    back = stores.drafts.get(held.id)
    assert back
    assert back.state is DraftState.PENDING
    assert stores.account.invites == ()
