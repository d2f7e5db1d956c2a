"""A draft: a reply not yet allowed out, its variants, and every state it can be in."""

from __future__ import annotations

import hashlib
from enum import StrEnum

import msgspec
from msgspec import Struct

from bot.domain.comment import Variant

HAND = "改"
"""Name of the variant that a creator wrote by hand."""


class DraftState(StrEnum):
    """States of a draft; the values are what creators read. The picture in README is changed together with MOVES."""

    PENDING = "待审"
    SNOOZED = "稍后"
    APPROVED = "已通过"
    SENDING = "发送中"
    SENT = "已发"
    WITHDRAWING = "撤回中"
    WAITING_READER = "待送达"
    TO_PASTE = "待张贴"
    PASTED = "已张贴"
    REJECTED = "不回复"
    EXPIRED = "已过期"
    GONE = "已失效"
    OUTSIDE = "已在后台回复"
    FAILED = "发送失败"


S = DraftState
MOVES: dict[DraftState, frozenset[DraftState]] = {
    S.PENDING: frozenset({S.APPROVED, S.SNOOZED, S.REJECTED, S.EXPIRED, S.GONE, S.OUTSIDE}),
    S.SNOOZED: frozenset({S.PENDING, S.APPROVED, S.REJECTED, S.EXPIRED, S.GONE, S.OUTSIDE}),
    S.APPROVED: frozenset({S.PENDING, S.SENDING, S.WAITING_READER, S.TO_PASTE, S.GONE, S.OUTSIDE, S.FAILED}),
    S.SENDING: frozenset({S.APPROVED, S.SENT, S.TO_PASTE, S.GONE, S.OUTSIDE, S.FAILED}),
    S.SENT: frozenset({S.WITHDRAWING, S.GONE}),
    S.WITHDRAWING: frozenset({S.PENDING, S.SENT, S.GONE}),
    S.WAITING_READER: frozenset({S.SENT, S.PENDING, S.GONE, S.TO_PASTE}),
    S.TO_PASTE: frozenset({S.PASTED, S.PENDING, S.GONE, S.OUTSIDE}),
    S.PASTED: frozenset({S.TO_PASTE}),
    S.REJECTED: frozenset({S.PENDING, S.GONE, S.OUTSIDE}),
    S.EXPIRED: frozenset({S.PENDING, S.GONE, S.OUTSIDE}),
    S.GONE: frozenset(),
    S.OUTSIDE: frozenset({S.PENDING}),
    S.FAILED: frozenset({S.APPROVED, S.PENDING, S.REJECTED, S.EXPIRED, S.GONE, S.OUTSIDE}),
}
OPEN_STATES = frozenset(
    {S.PENDING, S.SNOOZED, S.APPROVED, S.SENDING, S.WITHDRAWING, S.WAITING_READER, S.TO_PASTE, S.FAILED}
)
"""States in which a draft keeps its item number."""
UNDECIDED = frozenset({S.PENDING, S.SNOOZED, S.FAILED})
"""States in which a draft waits for a creator to decide: it stands in the queue and can be approved."""


class IllegalMove(Exception):
    """A draft was asked to go where its present state does not lead."""


class Draft(Struct, frozen=True, omit_defaults=True):
    """The reply prepared for one comment (`id` is the comment's id).

    `version` grows with every change of what a creator would read on the card. `chosen` names the present variant
    (A, B, C or 改). `number` is the item number, 0 until first shown. Times are epoch seconds. `approved_text` is
    exactly what was displayed to and approved by `approved_by` (a pid); `batch` groups what one message approved.
    `standing` is the number of the standing permission by which it was approved instead, 0 for none.
    """

    id: str
    state: DraftState
    created_at: float
    variants: tuple[Variant, ...] = ()
    chosen: str = "A"
    version: int = 1
    number: int = 0
    seen: str = ""
    elect: bool = False
    changed_at: float = 0.0
    approved_by: str = ""
    approved_at: float = 0.0
    approved_text: str = ""
    batch: str = ""
    due_at: float = 0.0
    tries: int = 0
    sent_at: float = 0.0
    reason: str = ""
    standing: int = 0

    @property
    def text(self) -> str:
        """The present reply text, empty when there is none to offer."""
        return self.variant(self.chosen).text if self.variant_names else ""

    @property
    def is_placeholder(self) -> bool:
        """True when the present text answers nothing; sent as it is, it is the one reply there can be."""
        return bool(self.variants) and self.variant(self.chosen).placeholder

    @property
    def variant_names(self) -> tuple[str, ...]:
        """Names of the variants there are, in order."""
        return tuple(variant.name for variant in self.variants)

    @property
    def pin(self) -> str:
        """Short mark of exactly this version, carried by tap links (old bubbles stay tappable for ever)."""
        digest = hashlib.sha256(f"{self.id}|{self.version}".encode()).digest()
        alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
        return "k" + alphabet[digest[0] % 32] + alphabet[digest[1] % 32]

    @property
    def is_open(self) -> bool:
        """True while something can still happen to this draft by itself or by a creator."""
        return self.state in OPEN_STATES

    def variant(self, name: str) -> Variant:
        """The variant called `name`; KeyError if there is none."""
        for variant in self.variants:
            if variant.name == name:
                return variant
        raise KeyError(name)

    def moved(self, state: DraftState, now: float, **changes: object) -> Draft:
        """This draft in `state`; IllegalMove if MOVES has no such arrow."""
        if state not in MOVES[self.state]:
            raise IllegalMove(f"{self.state.name} -> {state.name}")
        if state is S.PENDING:
            changes["standing"] = 0
        return msgspec.structs.replace(self, state=state, changed_at=now, **changes)

    def showing(self, name: str) -> Draft:
        """This draft with variant `name` as the present one; KeyError if there is none."""
        self.variant(name)
        if name == self.chosen:
            return self
        return msgspec.structs.replace(self, chosen=name, version=self.version + 1)

    def rewritten(self, text: str) -> Draft:
        """This draft with a creator's own text as the present variant."""
        kept = tuple(variant for variant in self.variants if variant.name != HAND)
        own = Variant(name=HAND, kind="手改", text=text)
        return msgspec.structs.replace(self, variants=(*kept, own), chosen=HAND, version=self.version + 1)


def digest_of(text: str) -> str:
    """Eight hex digits that stand for a displayed text, so that what was shown can be remembered in little room."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
