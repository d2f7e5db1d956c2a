"""The post of a round: how far its draft and its publication have come."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Publish(StrEnum):
    """What becomes of the post when its round is decided (feature F7)."""

    AUTO = "auto"
    APPROVE = "approve"
    MASS = "mass"
    DRAFT = "draft"


class PostState(StrEnum):
    """How far a post has come; the values are what creators read."""

    NONE = "未动"
    DRAFTED = "草稿已建"
    SUBMITTED = "已提交"
    PUBLISHED = "已发布"
    BY_HAND = "等你手动发布"
    REFUSED = "没有发成"


class Post(Struct, frozen=True, omit_defaults=True):
    """One round's post. `cover` and `draft` are WeChat's media ids, `job` its publish_id or msg_id.

    `article` is the article key once published; `why` names a refusal in plain words.
    """

    state: PostState = PostState.NONE
    cover: str = ""
    draft: str = ""
    job: str = ""
    article: str = ""
    url: str = ""
    why: str = ""
