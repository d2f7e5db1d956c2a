"""campaigns.yaml: what a creator decides about the weekly round, checked at start, each mistake named by its field."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.yaml_file import NOT_READABLE, read_yaml

CAMPAIGNS_FILE = "campaigns.yaml"
LONGEST_TITLE = 32
"""字 of a post's title: doc/subscription/api/draftbox/draftmanage/api_draft_add."""

WEEK_MINUTES = 7 * 24 * 60
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TYPES = ("提问", "抱怨", "经历", "补充", "观点", "赞美", "寒暄", "其他")
"""Types of comments that may be favoured; ads, abuse and bare votes never are."""


class CampaignsError(Exception):
    """campaigns.yaml cannot be used; each line of the text names the file and the field."""


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    return value.strip()


def _with_slot(value: str, slot: str) -> str:
    try:
        fields = {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}
    except ValueError as error:
        raise ValueError(str(error)) from None
    if fields - {slot}:
        raise ValueError(f"may hold no other slot than {{{slot}}}")
    return _text(value)


def _title(value: str) -> str:
    return _with_slot(value, "category")


def _invitation(value: str) -> str:
    text = _with_slot(value, "code")
    if "{code}" not in text:
        raise ValueError("has no {code}, so it would not be single-use")
    return text


def _clock(value: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise ValueError('is no time of day such as "20:30" (keep the quotes)')
    return value


Text = Annotated[str, AfterValidator(_text)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Category(_Part):
    """One kind of best comment. Without criteria it is refused: readers are told what is looked for (feature F3)."""

    name: Annotated[Text, Field(max_length=10)]
    criteria: Annotated[Text, Field(max_length=60)]
    favours: dict[Literal[TYPES], Annotated[float, Field(ge=0, le=20)]] = Field(min_length=1)  # type: ignore[valid-type]
    words: tuple[Text, ...] = ()
    word_points: Annotated[float, Field(ge=0, le=20)] = 0.0
    question: Annotated[str, Field(max_length=60)] = ""


class WeekTime(_Part):
    """A day of the week and a time of day, in BOT_TIMEZONE."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    at: Annotated[str, AfterValidator(_clock)]

    @property
    def weekday(self) -> int:
        """0 for Monday."""
        return DAYS.index(self.day)

    @property
    def minute(self) -> int:
        """Minutes from midnight."""
        return int(self.at[:2]) * 60 + int(self.at[3:])

    def minutes_after(self, other: WeekTime) -> int:
        """Minutes from `other` to the next such moment; 0 if they are the same."""
        here, there = (one.weekday * 1440 + one.minute for one in (self, other))
        return (here - there) % WEEK_MINUTES


class Times(_Part):
    """When nominees are chosen, readers can vote, votes are counted; in this order, within one week."""

    nominate: WeekTime
    vote: WeekTime
    close: WeekTime

    @model_validator(mode="after")
    def _in_order(self) -> Times:
        vote, close = self.vote.minutes_after(self.nominate), self.close.minutes_after(self.nominate)
        if not 0 < vote < close:
            raise ValueError("nominate, vote and close must follow one another within a week")
        if close - vote < 60:
            raise ValueError("close: readers need at least an hour to vote")
        return self


class Nominees(_Part):
    """Who is nominated by itself."""

    threshold: Annotated[float, Field(ge=0, le=120)] = 72.0
    wanted: Annotated[int, Field(ge=5, le=8)] = 6


class Winner(_Part):
    """The winner rule (features F4, F5)."""

    least_ballots: Annotated[int, Field(ge=1)] = 5
    equal_points: Annotated[int, Field(ge=1, le=20)] = 1
    rest_weeks: Annotated[int, Field(ge=0, le=52)] = 4
    spread_points: Annotated[float, Field(ge=0, le=50)] = 20.0


class CampaignPlan(_Part):
    """campaigns.yaml as a whole."""

    title: Annotated[str, AfterValidator(_title)] = "本周{category}"
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    times: Times
    grace_hours: Annotated[float, Field(gt=0, le=72)] = 12.0
    nominees: Nominees = Nominees()
    winner: Winner = Winner()
    publish: Literal["auto", "approve", "mass", "draft"] = "auto"
    preview_minutes: Annotated[int, Field(ge=1, le=2 * 1440)] = 180
    rewards: tuple[Literal["署名权", "社群邀请", "上墙"], ...] = ()
    invitation: Annotated[str, AfterValidator(_invitation)] = "这是你的社群邀请口令：{code}。只能用一次。"
    claim_days: Annotated[float, Field(gt=0, le=30)] = 7.0
    unclaimed: Literal["lapse", "next"] = "lapse"
    dispute_hours: Annotated[float, Field(gt=0, le=120)] = 24.0
    reserved_names: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> CampaignPlan:
        names = [category.name for category in self.categories]
        if len(set(names)) < len(names):
            raise ValueError("categories: two have the same name")
        for category in self.categories:
            if len(self.title_of(category)) > LONGEST_TITLE:
                raise ValueError(f"title: longer than {LONGEST_TITLE} 字 with {category.name}")
        begun = self.times.close.minutes_after(self.times.nominate) + self.preview_minutes
        if begun > WEEK_MINUTES - 1440:
            raise ValueError("times: from nominate to the end of preview_minutes may be six days at most")
        return self

    def title_of(self, category: Category) -> str:
        """The title of a post for this category."""
        return self.title.format(category=category.name)

    def category(self, made: int) -> Category:
        """The category whose turn it is after `made` rounds."""
        return self.categories[made % len(self.categories)]

    @classmethod
    def load(cls, config_dir: Path | str) -> CampaignPlan | None:
        """Read and check `config_dir`/campaigns.yaml; None without the file. Raises CampaignsError."""
        path = Path(config_dir) / CAMPAIGNS_FILE
        if not path.exists():
            return None
        try:
            rows = read_yaml(path)
        except NOT_READABLE as error:
            raise CampaignsError(f"{path.name}: {error}") from None
        if not isinstance(rows, dict):
            raise CampaignsError(f"{path.name}: expected fields such as `categories:` and `times:`")
        try:
            return cls.model_validate(rows)
        except ValidationError as error:
            lines = [f"{path.name}: {_field(item['loc'])}{_why(item['msg'])}" for item in error.errors()]
            raise CampaignsError("\n".join(lines)) from None


def _field(place: tuple[int | str, ...]) -> str:
    """`categories.2.criteria: `, counted from 1 as people do; empty for the file as a whole."""
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in place if part != "[key]")
    return f"{name}: " if name else ""


def _why(message: str) -> str:
    return message.removeprefix("Value error, ")
