"""A comment (留言), what triage says of it, and the reply variants drafted for it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class CommentType(StrEnum):
    """What the writer of a comment does. Order matters: if several fit, the first wins."""

    AD = "广告"
    ABUSE = "辱骂"
    VOTE = "投票口令"
    QUESTION = "提问"
    COMPLAINT = "抱怨"
    EXPERIENCE = "经历"
    ADDITION = "补充"
    OPINION = "观点"
    PRAISE = "赞美"
    GREETING = "寒暄"
    OTHER = "其他"


class RiskLevel(StrEnum):
    """How far a risk goes: BLOCK is never drafted nor nominated, LOOK is shown to the creator."""

    BLOCK = "拦截"
    LOOK = "待看"


class RiskKind(StrEnum):
    """What kind of risk was found in a comment."""

    AD = "广告"
    CONTACT = "联系方式"
    ABUSE = "辱骂"
    DUPLICATE = "重复"
    CRISIS = "危机"
    WORD = "敏感词"
    COMPLAINT = "负面"


class Risk(Struct, frozen=True, omit_defaults=True):
    """One risk of a comment, with the words or signal that fired."""

    kind: RiskKind
    level: RiskLevel
    reason: str = ""


class Part(Struct, frozen=True, omit_defaults=True):
    """One visible part of the quality score: `points` of `of`, and why."""

    name: str
    points: float
    of: int
    reason: str = ""


class Triage(Struct, frozen=True, omit_defaults=True):
    """What triage says of one comment.

    `quality` is 0-100. `decision` is "draft" or the named reason (Chinese) for no draft.
    `type_rule` names the rule that decided the type, e.g. `规则:经历/我试过`.
    `polarity` is -1 (negative) to 1 (positive).
    """

    type: CommentType
    quality: int
    decision: str
    type_rule: str = ""
    parts: tuple[Part, ...] = ()
    risks: tuple[Risk, ...] = ()
    polarity: float = 0.0

    @property
    def is_crisis(self) -> bool:
        """True when the comment needs a person at once: never composed, never in a batch."""
        return any(risk.kind is RiskKind.CRISIS for risk in self.risks)


class Variant(Struct, frozen=True, omit_defaults=True):
    """One ready reply: A 追问, B 共情, C 补充 (or 固定 for a fixed sentence).

    `note` warns the creator, e.g. `重复，请改` when it sounds like another reply under the article. `words` is the mark
    of the template's words with what the creator's voice puts around them: other words, another mark. `placeholder`: it
    does not answer what was asked, only says that an answer is coming.
    """

    name: str
    kind: str
    text: str
    rule: str = ""
    note: str = ""
    words: str = ""
    placeholder: bool = False


class Source(StrEnum):
    """By which way a comment reached us."""

    POLL = "接口"
    RELAY = "转发"
    CHAT = "聊天"
    IMPORT = "导入"


class Comment(Struct, frozen=True, omit_defaults=True):
    """One comment as we know it.

    `article` is the article key (`2247487033_0`, 0-based index), `cid` the user_comment_id as text, or `c<n>` for a
    comment sent by chat and `i<n>` for an imported one without WeChat's own id. `pid` is the commenter's pseudonym,
    empty when WeChat gave no openid. `reply` is the reply that readers see, ours or a human's. `number` is the public
    comment number of chat comments. `misses` counts full sweeps in a row that did not list the comment. `listed`: it
    came by another way than WeChat's list and has been seen there since.
    `about` is the comment that these words are about, if they answer our question why it was chosen.
    `by_standing`: our reply went out by a standing permission, so no creator has read this comment.
    `touched_at` is when we last changed election or reply through the API: pages read before that are older news.
    """

    article: str
    cid: str
    content: str
    created_at: int
    source: Source
    received_at: float = 0.0
    pid: str = ""
    elected: bool = False
    reply: str = ""
    reply_is_ours: bool = False
    number: int = 0
    misses: int = 0
    listed: bool = False
    gone: bool = False
    touched_at: float = 0.0
    triage: Triage | None = None
    about: str = ""
    by_standing: bool = False

    @property
    def id(self) -> str:
        """The key of this comment inside its account."""
        return f"{self.article}_{self.cid}"

    @property
    def has_api_slot(self) -> bool:
        """True when WeChat's comment API knows this comment, so a reply can be sent through it."""
        return self.cid.isdigit()

    @property
    def is_husk(self) -> bool:
        """What erasing its writer leaves of a public comment: that it exists. Nothing is read into it any more."""
        return not self.content and not self.pid and self.triage is None

    @property
    def is_unlisted(self) -> bool:
        """True while WeChat's list has never shown this comment: that it is missing there tells nothing yet."""
        return self.source is not Source.POLL and not self.listed

    @property
    def by_chat(self) -> bool:
        """True for a comment that a follower sent in the chat (留言): its answer goes back through the chat."""
        return self.source is Source.CHAT
