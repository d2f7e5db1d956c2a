"""常发: an owner's standing permission for one template and type of comment, earned by approvals (feature D13).

    earning ──10 unedited approvals in 14 days──▶ 待你定 ──常发 模板7──▶ 常发中 ──undo, edit, refusal, 取消常发──▶ 已停
       ▲                                                                                                        │
       └────────────────────────────────────────── earned anew ─────────────────────────────────────────────────┘

A permission is for the very words of a template, the salutation and pet phrases around it included: words that differ
are another template, and the permission ends.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

import msgspec
from msgspec import Struct

from bot.domain.comment import Comment, CommentType, Variant
from bot.domain.draft import HAND, Draft, DraftState

EARNED_BY = 10
WITHIN_SECONDS = 14 * 86400.0
ASK_ONE_IN = 20
"""One draft in so many (5 %) asks all the same."""

CAP = 20
HIGHEST_CAP = 100
"""Replies a day under all standing permissions of an account together."""

NEVER = frozenset({CommentType.AD, CommentType.ABUSE, CommentType.COMPLAINT, CommentType.VOTE})
"""Types of comments that a person always reads first."""


class StandingState(StrEnum):
    """States of a permission; the values are what creators read."""

    EARNING = "还没攒够"
    OFFERED = "待你定"
    GRANTED = "常发中"
    ENDED = "已停"


class Kind(Struct, frozen=True, array_like=True):
    """What a permission is for: a template (`rule#kind n`), the mark of its words, and a type of comment."""

    template: str
    words: str
    type: CommentType


class Standing(Struct, frozen=True, omit_defaults=True):
    """One permission, earned, offered, granted or ended; times are epoch seconds.

    `n` is its number, the same for ever for one template and type. `approvals` are the unedited approvals that count so
    far: (draft id, when). `example` is the draft approved last, for showing what is meant. `granted_by` is a pid.
    """

    n: int
    kind: Kind
    state: StandingState = StandingState.EARNING
    approvals: tuple[tuple[str, float], ...] = ()
    example: str = ""
    granted_by: str = ""
    granted_at: float = 0.0
    ended_at: float = 0.0
    why: str = ""

    @property
    def is_granted(self) -> bool:
        """True while drafts go out by it."""
        return self.state is StandingState.GRANTED

    def approved(self, kind: Kind, draft_id: str, now: float) -> Standing:
        """After an unedited approval by a creator. Other words than before begin from nothing."""
        if self.state in (StandingState.GRANTED, StandingState.OFFERED):
            return self if kind == self.kind else self.ended("", now).approved(kind, draft_id, now)
        known = self.approvals if kind == self.kind else ()
        recent = tuple(one for one in known if now - one[1] < WITHIN_SECONDS and one[0] != draft_id)
        approvals = (*recent, (draft_id, now))[-EARNED_BY:]
        state = StandingState.OFFERED if len(approvals) >= EARNED_BY else StandingState.EARNING
        return msgspec.structs.replace(self, kind=kind, approvals=approvals, state=state, example=draft_id)

    def taken_back(self, draft_id: str) -> Standing:
        """After an approval was undone that may have counted; an offer that is no longer earned is off."""
        approvals = tuple(one for one in self.approvals if one[0] != draft_id)
        if len(approvals) == len(self.approvals) or self.is_granted:
            return self
        return msgspec.structs.replace(self, approvals=approvals, state=StandingState.EARNING)

    def granted(self, by: str, now: float) -> Standing:
        """After an owner said 常发."""
        return msgspec.structs.replace(
            self, state=StandingState.GRANTED, granted_by=by, granted_at=now, ended_at=0.0, why=""
        )

    def ended(self, why: str, now: float) -> Standing:
        """After it was revoked; what was counted so far counts no more."""
        return msgspec.structs.replace(self, state=StandingState.ENDED, approvals=(), ended_at=now, why=why)

    def asks_about(self, draft_id: str) -> bool:
        """True for the drafts that are asked about all the same; the same ones on every machine."""
        digest = hashlib.sha256(f"{self.n}|{draft_id}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % ASK_ONE_IN == 0


def made_by(draft: Draft, comment: Comment) -> Kind | None:
    """The template whose words the present text of a draft is, None if a creator or the answer bank wrote it."""
    present = next((variant for variant in draft.variants if variant.name == draft.chosen), None)
    return _kind(present, comment)


def offered_first(draft: Draft, comment: Comment) -> Kind | None:
    """The template of the variant that was displayed first, whatever became of it."""
    made = [variant for variant in draft.variants if variant.name != HAND]
    return _kind(made[0], comment) if made else None


def _kind(variant: Variant | None, comment: Comment) -> Kind | None:
    if variant is None or variant.name == HAND or "#" not in variant.rule or not variant.words or not comment.triage:
        return None
    return Kind(variant.rule, variant.words, comment.triage.type)


def may_earn(kind: Kind) -> bool:
    """True when approvals of this kind can come to an offer."""
    return kind.type not in NEVER


def is_plain(draft: Draft, comment: Comment) -> bool:
    """True for a fresh draft without anything that a person should look at: no risk, no note, nothing by hand.

    A reader's own 留言 is never plain: its receipt promises that the author sees it.
    """
    triage = comment.triage
    if triage is None or triage.risks or triage.type in NEVER or triage.decision != "draft":
        return False
    if draft.state is not DraftState.PENDING or not draft.variants or draft.chosen != draft.variants[0].name:
        return False
    if draft.variants[0].note or draft.is_placeholder or HAND in draft.variant_names:
        return False
    return comment.has_api_slot and not (comment.reply or comment.gone)
