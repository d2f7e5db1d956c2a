"""People: creators with a role and followers, known to us by pseudonym only."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What a person may do; the values are what creators read."""

    OWNER = "主理人"
    EDITOR = "编辑"
    OBSERVER = "观察"
    FOLLOWER = "读者"


class Consent(StrEnum):
    """Whether a follower's chat words may be quoted publicly (feature N3)."""

    UNASKED = ""
    ASKED = "已问"
    YES = "同意"
    NO = "不同意"


class Person(Struct, frozen=True, omit_defaults=True):
    """One person, by pseudonym. Times are epoch seconds.

    `seat` tells creators of one role apart (编辑2). `allowance` and `window_until` say how many service messages may
    still be sent and until when (feature A11). `followed_at`: since when they follow, 0 from before the bot; for
    who was erased and came back the time of the erasure. `effects` holds the times of what this person changed in the
    last ten minutes and `chat_comments` those of 留言 in the last hour (features E13, E1). `told`: notices given
    already. `walled_on`: the day (since 1970) on which a sentence of the wall was last looked out for this person.
    """

    pid: str
    role: Role = Role.FOLLOWER
    seat: int = 0
    first_seen: float = 0.0
    follows: bool = True
    followed_at: float = 0.0
    allowance: int = 0
    window_until: float = 0.0
    typed_at: float = 0.0
    silent: bool = False
    unmentioned: bool = False
    consent: Consent = Consent.UNASKED
    blocked: bool = False
    hint_at: float = 0.0
    effects: tuple[float, ...] = ()
    chat_comments: tuple[float, ...] = ()
    told: tuple[str, ...] = ()
    walled_on: int = 0

    @property
    def is_creator(self) -> bool:
        """True for owner, editors and observers."""
        return self.role is not Role.FOLLOWER

    @property
    def decides(self) -> bool:
        """True for owner and editors: an observer looks and has nothing to press."""
        return self.role in (Role.OWNER, Role.EDITOR)

    @property
    def title(self) -> str:
        """How other creators read of this person: 主理人, 编辑2 …"""
        return self.role.value if self.role is Role.OWNER and self.seat <= 1 else f"{self.role.value}{self.seat}"


class Question(Struct, frozen=True, omit_defaults=True):
    """Something the bot asked one person: `kind` and `payload` say what an answer does, `until` when it lapses.

    `used`: its `code` was typed and what it confirms was done.
    """

    kind: str
    until: float
    payload: str = ""
    code: str = ""
    used: bool = False


class Step(Struct, frozen=True, omit_defaults=True):
    """What a creator did last, where it is no batch of decisions.

    `did` is the command; `typing` is what takes it back, if anything does. 改 and 换 are taken back by 撤回 itself:
    `draft` as of `version` then shows its variant `chosen` again. `rewrote`: its hand-written variant is new, and was
    `text` before (empty: there was none).
    """

    did: str
    typing: str = ""
    draft: str = ""
    version: int = 0
    chosen: str = ""
    rewrote: bool = False
    text: str = ""


class Session(Struct, frozen=True, omit_defaults=True):
    """The short-lived side of a chat with one person.

    The open question, which any other message closes; the last one-time code, which stays open; what 更多 gives: pages
    of a long answer, item numbers still to be viewed, or more of the queue, of which `listed` was shown so far; the
    drafts whose cards were shown last and when; what 撤回 alone takes back: the last batch of decisions or the last
    other step.
    """

    question: Question | None = None
    code: Question | None = None
    pages: tuple[str, ...] = ()
    pages_until: float = 0.0
    cards: tuple[str, ...] = ()
    cards_at: float = 0.0
    listed: tuple[str, ...] = ()
    listed_until: float = 0.0
    viewing: tuple[int, ...] = ()
    hint_at: float = 0.0
    batch: str = ""
    step: Step | None = None
