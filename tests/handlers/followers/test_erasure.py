"""Being forgotten: after it, no key and no value knows the openid, the pseudonym or a word of the person."""

from __future__ import annotations

import contextlib
import re
import threading
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr

from bot.domain.comment import Comment, Source
from bot.domain.draft import DraftState
from bot.domain.events import TextMessage
from bot.domain.people import Role
from bot.embedded_redis import EmbeddedRedis
from bot.stores.account_state import Invite, Pause
from bot.stores.audit import Entry
from bot.stores.connection import connect_socket
from bot.stores.dues import Dues
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from bot.stores.unit import Conflict, Unit
from config.settings import Settings
from handlers.context import Work
from handlers.erasure import compact, erase, erase_person
from handlers.intake import _by  # how every comment gets its writer
from tests.handlers.followers.everything_stored import traces
from tests.handlers.followers.parlour import Parlour
from tests.waiting import wait_until

CHAT_WORDS = "独一无二的聊天句子甲"
PUBLIC_WORDS = "独一无二的公开句子乙"
FRESH_WORDS = "独一无二的新鲜句子丙"
REPLY_WORDS = "独一无二的回复引用丁"
WORDS = (CHAT_WORDS, PUBLIC_WORDS, FRESH_WORDS, REPLY_WORDS)


def plant(parlour: Parlour, name: str = "小王") -> None:
    """Leave traces of one person in every place there is."""
    parlour.joins("主理人")
    parlour.follows(name)
    parlour.says(name, f"留言 {CHAT_WORDS}")
    parlour.triage(name, f"你说的「{CHAT_WORDS}」是哪一步？{REPLY_WORDS}")
    public = parlour.public_comment(name, 8, PUBLIC_WORDS)
    draft = parlour.store(public, f"{REPLY_WORDS}：{PUBLIC_WORDS}")
    relayed = msgspec.structs.replace(parlour.public_comment(name, 9, FRESH_WORDS), source=Source.RELAY)
    pid, owner = parlour.pid(name), parlour.pid("主理人")

    def more(stores) -> None:
        stores.people.meet(parlour.openid(name))
        stores.account.put_in(relayed)
        stores.audit.add(public.id, Entry(parlour.now, "收到", "", PUBLIC_WORDS))
        stores.recent.add(public.article, [draft.text], ["模板"])
        stores.mailbox.add(owner, Letter(f"「{PUBLIC_WORDS}」发送失败", parlour.now, about=public.id))
        stores.mailbox.add(pid, Letter(f"作者回复：{REPLY_WORDS}", parlour.now, public.id))
        stores.due("send", public.id, parlour.now)
        stores.due("tell", pid, parlour.now)
        stores.due("pull", public.article, parlour.now)

    parlour.change(more)
    message = TextMessage(parlour.openid(name), "gh_x", int(parlour.now), "900", text=f"留言 {FRESH_WORDS}")
    parlour.change(lambda stores: stores.broken.keep(message, "KeyError", parlour.now))
    dues = Dues(parlour.redis, "main")
    dues.claim(f"tell|{pid}", "token", parlour.now)
    dues.fail(f"tell|{pid}", "token", "x", parlour.now)
    parlour.redis.hset("{main}:failed", f"send|{public.id}", b'{"reason":"x","at":1}')
    assert PUBLIC_WORDS in parlour.says("主理人", "待审")
    parlour.says(name, "我的数据")
    parlour.says(name, "我的")


def erased_by_chat(parlour: Parlour, name: str) -> None:
    question = parlour.says(name, "删除我的数据")
    code = re.search(r"确认删除 (\w\w)", question)
    assert code
    assert "已删除" in parlour.says(name, f"确认删除 {code[1].lower()}")


def erased_by_leaving(parlour: Parlour, name: str) -> None:
    assert parlour.unfollows(name) == ""


def erased_by_openid(parlour: Parlour, name: str) -> None:
    assert erase_person(parlour.redis, parlour.vault, "main", parlour.openid(name), parlour.now)


def erased_by_pseudonym(parlour: Parlour, name: str) -> None:
    erased = erase_person(parlour.redis, parlour.vault, "main", parlour.pid(name), parlour.now)
    assert erased
    assert erased.buried


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
    met = parlour.stores.people.meet_all([openid])
    comment = Comment("2247000001_0", "31", "旧留言", 1, Source.POLL)
    assert _by(comment, met, {comment.id: openid}).pid == ""
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


def test_a_repeat_of_an_old_message_is_still_known_after_erasure(parlour: Parlour) -> None:
    plant(parlour)
    keys = set(parlour.redis.keys("{main}:answered:*"))
    erased_by_leaving(parlour, "小王")
    assert keys <= set(parlour.redis.keys("{main}:answered:*"))
    assert all(parlour.redis.ttl(key) > 0 for key in keys)


def test_a_writer_that_read_before_the_tombstone_cannot_commit_after_it(parlour: Parlour) -> None:
    plant(parlour)
    openid = parlour.openid("小王")
    late = parlour.stores
    late.people.meet_all([openid])
    late.comments.put(parlour.public_comment("小王", 77, FRESH_WORDS))
    erased_by_leaving(parlour, "小王")
    with pytest.raises(Conflict):
        late.unit.commit()
    assert traces(parlour.redis, parlour.pid("小王"), FRESH_WORDS) == {}


def test_comments_read_from_wechat_while_a_person_is_erased_never_keep_their_name(parlour: Parlour) -> None:
    openid, pid = parlour.openid("小王"), parlour.pid("小王")

    def poll(first: int) -> None:
        for cid in range(first, first + 15):

            def take(stores: Stores, cid: int = cid) -> None:
                met = stores.people.meet_all([openid])[openid]
                stores.comments.put(Comment("2247000001_0", str(cid), "留言", 1, Source.POLL, pid=met))

            parlour.change(take)

    for round_ in range(8):
        parlour.redis.flushall()
        parlour.follows("小王")
        polls = [threading.Thread(target=poll, args=(100 * n,)) for n in range(2)]
        for thread in polls:
            thread.start()
        while parlour.redis.hlen("{main}:comments:2247000001_0") < round_:
            pass
        erase_person(parlour.redis, parlour.vault, "main", openid, parlour.now)
        for thread in polls:
            thread.join(10)
        assert traces(parlour.redis, pid) == {}
        assert parlour.redis.hlen("{main}:comments:2247000001_0") == 30


def test_an_unknown_person_is_said_to_be_unknown(parlour: Parlour) -> None:
    assert erase_person(parlour.redis, parlour.vault, "main", "onobodyeverheardof", parlour.now) is None
    assert erase_person(parlour.redis, parlour.vault, "main", "0123456789abcdef", parlour.now) is None
    assert parlour.redis.keys("*") == []


def test_a_pseudonym_without_openid_is_erased_without_a_tombstone(parlour: Parlour) -> None:
    parlour.store(parlour.public_comment("小王", 8, PUBLIC_WORDS), "回复")
    erased = erase_person(parlour.redis, parlour.vault, "main", parlour.pid("小王"), parlour.now)
    assert erased
    assert (erased.comments, erased.drafts, erased.buried) == (1, 1, False)
    assert traces(parlour.redis, parlour.pid("小王"), PUBLIC_WORDS) == {}


def test_the_file_on_disk_is_rewritten_soon_after(parlour: Parlour) -> None:
    plant(parlour)
    erased_by_leaving(parlour, "小王")
    assert parlour.due()["compact|"] == parlour.now + 60


def test_an_erasure_is_one_step_that_meets_every_change_of_what_it_read(parlour: Parlour) -> None:
    plant(parlour)
    unit = Unit(parlour.redis, "main")
    erase(Stores(unit, parlour.vault), parlour.pid("小王"), parlour.now)
    parlour.says("小王", "别提我")
    before = traces(parlour.redis, CHAT_WORDS)
    with pytest.raises(Conflict):
        unit.commit()
    assert traces(parlour.redis, CHAT_WORDS) == before


def test_after_compaction_the_disk_holds_nothing_of_an_erased_person(tmp_path: Path, settings: Settings) -> None:
    server = EmbeddedRedis(tmp_path / "own", fsync="always")
    server.start()
    try:
        own = settings.model_copy(update={"redis_url": SecretStr("")})
        client = connect_socket(server.socket)
        parlour = Parlour(client, own)
        plant(parlour)
        assert found_on_disk(tmp_path / "own", PUBLIC_WORDS)
        erased_by_leaving(parlour, "小王")
        work = Work(parlour.tools, own.account(), parlour.redis, None, None, lambda: parlour.now)  # type: ignore[arg-type]
        compact(work, "", parlour.now)
        wait_until(lambda: not found_on_disk(tmp_path / "own", PUBLIC_WORDS))
        assert not found_on_disk(tmp_path / "own", parlour.pid("小王"))
        client.close()
    finally:
        server.stop()


def found_on_disk(folder: Path, needle: str) -> bool:
    """True when some file below `folder` holds the words; files that vanish meanwhile hold nothing."""
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            if path.is_file() and needle.encode() in path.read_bytes():
                return True
    return False
