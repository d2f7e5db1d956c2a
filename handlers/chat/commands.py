"""What a chat message can ask for: the verbs of creators and followers and the shapes a reading takes."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from handlers.chat.verbs import FollowerVerb, Verb

__all__ = [
    "Command",
    "FollowerCommand",
    "FollowerVerb",
    "ItemRef",
    "Ordinary",
    "Suggestion",
    "Unclear",
    "Verb",
    "Wrong",
    "WrongReason",
    "spell",
]

HIGHEST_NUMBER = 999
"""Item numbers are 1-999."""

LONGEST_RANGE = 50
"""A range `3-9` names at most this many items."""

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""The characters of one-time codes: no look-alikes (no 0 O, 1 I L)."""


class ItemRef(Struct, frozen=True, omit_defaults=True):
    """One number a creator named.

    `number` is 1-999: an item, except after 换下 (a nominee) and 截止 (a poll). `variant` is "A", "B", "C" or None.
    `pin` is the version pin of a tapped link (`k7` in `通过3.k7`), 2-4 lower-case letters or digits, or None.
    """

    number: int
    variant: str | None = None
    pin: str | None = None


class Command(Struct, frozen=True, omit_defaults=True):
    """One command of a creator, read completely.

    `items` are in the order typed, without repeats. Empty where the verb takes none, and for a bare 通过 (ok) or 撤回:
    the first means the one card just shown, the second the last action.
    `all_items` is set by 全部通过, with `except_items` after 除了.
    `text` is free text cut from the original message, only its ends trimmed: the new reply of 改 and 改并发, the reason
    of 拒绝, what follows 文章 N of 导入 and 留白, the title of 登记, the text of 体检, question and options of 开投票.
    `argument` is one listed word: the period of a report, a role (编辑, 观察, 主理人; for 移除 also 编辑2), a code in
    upper case, the link of 登记. `article` is the N of 文章 N.
    改 with a lone letter has no text: the variant of its item is to be taken as it is.
    """

    verb: Verb
    items: tuple[ItemRef, ...] = ()
    all_items: bool = False
    except_items: tuple[ItemRef, ...] = ()
    text: str | None = None
    argument: str | None = None
    article: int | None = None


class Unclear(Struct, frozen=True):
    """`通过 3 谢谢大家`: is `text` the new reply of the one item (→ 改), or should `command` be done as it stands?"""

    command: Command
    text: str


class Suggestion(Struct, frozen=True):
    """A near miss: `typed` is no command, `command` (spelled `meant`) may have been meant and is done only after 是."""

    command: Command
    typed: str
    meant: str


class WrongReason(StrEnum):
    """What is wrong with a command that was recognised."""

    NO_NUMBER = "没有编号"
    BAD_NUMBER = "编号不对"
    ONE_NUMBER = "一次一条"
    RANGE_ORDER = "范围倒了"
    RANGE_LONG = "范围太长"
    NO_SUCH_VARIANT = "没有这一稿"
    TWO_VARIANTS = "同号两稿"
    NEEDS_SPACE = "少空格"
    TRAILING_WORDS = "后面有多余的字"
    NO_TEXT = "没有内容"
    NO_ARTICLE = "没有文章号"
    NO_LINK = "没有链接"
    NO_OPTIONS = "没有选项"
    BAD_ROLE = "没有这个角色"
    BAD_CODE = "没有确认码"
    BAD_WORDS = "后面写的不对"
    NOT_IN_DIGITS = "编号要写成数字"
    BARE_LINK = "链接前面没有「登记」"
    SEVERAL = "几条命令连在一起了"
    SEVERAL_ALIKE = "同样的命令连在一起了"


class Wrong(Struct, frozen=True):
    """A command recognised but malformed; nothing may be done.

    `example` is the right spelling, ready to be typed. Where it is clear what was meant, `meant` is that command and
    `example` spells it: it may be offered, and done after 是.
    """

    reason: WrongReason
    verb: Verb
    example: str
    meant: Command | None = None


class Ordinary(Struct, frozen=True):
    """Not a creator's command. `looks_like_attempt`: it begins as one, so a hint helps rather than annoys."""

    looks_like_attempt: bool = False


class FollowerCommand(Struct, frozen=True, omit_defaults=True):
    """One command of a follower.

    `number` is the number typed: a nominee (投), a comment (赞, 取消赞, 回, 下墙), an article (留言), a poll (选).
    `text` is free text cut from the original message with its ends trimmed; for 选 the option ("A".."D", "平" in a
    duel), for 加入 and 确认删除 the code in upper case, for 验票 the word or week behind it. `nominee`: which one 选
    means while there is a vote and no poll.
    """

    verb: FollowerVerb
    number: int | None = None
    text: str | None = None
    nominee: int | None = None


def spell(command: Command) -> str:
    """The canonical spelling of a command, as a person would type it; reading it gives the same command again."""
    if command.all_items:
        spared = _spell_items(command.except_items)
        return f"{command.verb.value} 除了 {spared}" if spared else command.verb.value
    head = "恢复" if command.verb is Verb.REVIVE else command.verb.value
    article = f"文章{command.article}" if command.article is not None else ""
    words = (head, _spell_items(command.items), command.argument or "", article, command.text or "")
    return " ".join(word for word in words if word)


def _spell_items(items: tuple[ItemRef, ...]) -> str:
    return "、".join(f"{i.number}{i.variant or ''}{'.' + i.pin if i.pin else ''}" for i in items)
