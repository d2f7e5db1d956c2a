"""One person's traces left in every place there is, and the four ways of being forgotten."""

from __future__ import annotations

import re

import msgspec

from bot.domain.comment import Source
from bot.domain.events import TextMessage
from bot.stores.audit import Entry
from bot.stores.dues import Dues
from bot.stores.mailbox import Letter
from handlers.erasure import erase_person
from tests.handlers.followers.parlour import Parlour

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
