"""The post of a round: how far its draft and its publication have come."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from msgspec import Struct


class Publish(StrEnum):
    """What becomes of the post when its round is decided (feature F7)."""

    AUTO = "auto"
    APPROVE = "approve"
    MASS = "mass"
    DRAFT = "draft"


class PostState(StrEnum):
    """How far a post has come; the values are what creators read. The picture in README is changed with MOVES."""

    NONE = "未动"
    DRAFTING = "正在建草稿"
    DRAFTED = "草稿已建"
    SUBMITTING = "正在提交"
    SUBMITTED = "已提交"
    WAITS_ADMIN = "等管理员确认"
    PUBLISHED = "已发布"
    BY_HAND = "等你手动发布"
    REFUSED = "没有发成"


S = PostState
MOVES: dict[PostState, frozenset[PostState]] = {
    S.NONE: frozenset({S.DRAFTING, S.REFUSED}),
    S.DRAFTING: frozenset({S.DRAFTED, S.REFUSED}),
    S.DRAFTED: frozenset({S.DRAFTING, S.SUBMITTING, S.PUBLISHED, S.BY_HAND, S.REFUSED}),
    S.SUBMITTING: frozenset({S.DRAFTED, S.SUBMITTED, S.WAITS_ADMIN, S.PUBLISHED, S.BY_HAND, S.REFUSED}),
    S.SUBMITTED: frozenset({S.PUBLISHED, S.BY_HAND, S.REFUSED}),
    S.WAITS_ADMIN: frozenset({S.SUBMITTED, S.PUBLISHED, S.REFUSED}),
    S.REFUSED: frozenset({S.DRAFTING, S.DRAFTED, S.PUBLISHED, S.BY_HAND, S.REFUSED}),
    S.BY_HAND: frozenset({S.DRAFTING, S.DRAFTED, S.PUBLISHED, S.REFUSED}),
    S.PUBLISHED: frozenset(),
}
ON_ITS_WAY = frozenset({S.SUBMITTING, S.SUBMITTED, S.WAITS_ADMIN})
"""States in which WeChat may be publishing: nothing is sent again before it was looked for."""


class IllegalMove(Exception):
    """A post was asked to go where its present state does not lead."""


class Post(Struct, frozen=True, omit_defaults=True):
    """One round's post. Each call to WeChat that makes something is recorded here before it and after it.

    `cover` and `draft` are WeChat's media ids, `cover_of` and `draft_of` stand for the content they were made from.
    `job` is its publish_id or msg_id, empty if the answer with it was lost. `since` is when the present state began
    (epoch seconds), `looks` how often the result was asked for. `tries` counts submissions, `sent` those that
    WeChat ended without a post. `article` is the article key, `why` names a refusal in plain words. `warned` stands for
    the content that a draft could not be given, of which its owner was told.
    """

    state: PostState = PostState.NONE
    cover: str = ""
    cover_of: str = ""
    draft: str = ""
    draft_of: str = ""
    job: str = ""
    since: float = 0.0
    looks: int = 0
    tries: int = 0
    sent: int = 0
    article: str = ""
    url: str = ""
    why: str = ""
    warned: str = ""

    def moved(self, state: PostState, now: float, **changes: object) -> Post:
        """This post in `state`; IllegalMove if MOVES has no such arrow."""
        if state not in MOVES[self.state]:
            raise IllegalMove(f"{self.state.name} -> {state.name}")
        return msgspec.structs.replace(self, state=state, since=now, looks=0, **changes)

    def having(self, **changes: object) -> Post:
        """This post, in its state, with these changes."""
        return msgspec.structs.replace(self, **changes)
