"""All stores of one account over one unit of work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar, cast

from bot.stores.account_state import AccountState
from bot.stores.articles import Articles
from bot.stores.asks import Asks
from bot.stores.audit import Audit
from bot.stores.ballots import Ballots
from bot.stores.bank import Bank
from bot.stores.broken import Broken
from bot.stores.campaigns import Campaigns
from bot.stores.choices import Choices
from bot.stores.claims import Claims
from bot.stores.comments import Comments
from bot.stores.credits import Credits
from bot.stores.drafts import Drafts
from bot.stores.duplicates import Duplicates
from bot.stores.imported import Imported
from bot.stores.likes import Likes
from bot.stores.mailbox import Mailbox
from bot.stores.no_reply import NoReply
from bot.stores.notes import Notes
from bot.stores.people import People
from bot.stores.recent import Recent
from bot.stores.scores import Scores
from bot.stores.standings import Standings
from bot.stores.trials import Trials
from bot.stores.unit import Unit
from bot.stores.vault import Vault
from bot.stores.wall import Wall

T = TypeVar("T")


class Lazy(Generic[T]):
    """A store that is made when it is first asked for: most messages need three of them."""

    def __init__(self, make: Callable[[Stores], T]) -> None:
        self._make = make

    def __set_name__(self, owner: type[Stores], name: str) -> None:
        self._name = name

    def __get__(self, stores: Stores, owner: type[Stores]) -> T:
        made = stores.__dict__[self._name] = self._make(stores)
        return made


class Stores:
    """What handlers read and write; everything they change is committed together."""

    unit: Unit
    vault: Vault
    people = Lazy(lambda stores: People(stores.unit, stores.vault))
    comments = Lazy(lambda stores: Comments(stores.unit))
    drafts = Lazy(lambda stores: Drafts(stores.unit))
    bank = Lazy(lambda stores: Bank(stores.unit))
    choices = Lazy(lambda stores: Choices(stores.unit))
    claims = Lazy(lambda stores: Claims(stores.unit))
    duplicates = Lazy(lambda stores: Duplicates(stores.unit))
    articles = Lazy(lambda stores: Articles(stores.unit))
    audit = Lazy(lambda stores: Audit(stores.unit))
    mailbox = Lazy(lambda stores: Mailbox(stores.unit))
    no_reply = Lazy(lambda stores: NoReply(stores.unit))
    notes = Lazy(lambda stores: Notes(stores.unit))
    account = Lazy(lambda stores: AccountState(stores.unit))
    broken = Lazy(lambda stores: Broken(stores.unit, stores.vault))
    recent = Lazy(lambda stores: Recent(stores.unit))
    scores = Lazy(lambda stores: Scores(stores.unit))
    standings = Lazy(lambda stores: Standings(stores.unit))
    trials = Lazy(lambda stores: Trials(stores.unit))
    imported = Lazy(lambda stores: Imported(stores.unit))
    campaigns = Lazy(lambda stores: Campaigns(stores.unit))
    ballots = Lazy(lambda stores: Ballots(stores.unit))
    likes = Lazy(lambda stores: Likes(stores.unit))
    credits = Lazy(lambda stores: Credits(stores.unit))
    asks = Lazy(lambda stores: Asks(stores.unit))
    wall = Lazy(lambda stores: Wall(stores.unit))

    def __init__(self, unit: Unit, vault: Vault) -> None:
        self.unit = unit
        self.vault = vault

    def due_members(self, kinds: Iterable[str]) -> list[tuple[str, float]]:
        """`(member, epoch seconds)` of the planned tasks of these kinds, soonest first (not watched for changes)."""
        rows = cast("list[tuple[bytes, float]]", self.unit.redis.zrange(self.unit.key("due"), 0, -1, withscores=True))
        heads = tuple(f"{kind}|".encode() for kind in kinds)
        return [(member.decode(), at) for member, at in rows if member.startswith(heads)]

    def due_times(self, kind: str) -> list[float]:
        """When tasks of a kind are due, soonest first (epoch seconds; not watched for changes)."""
        return [at for _, at in self.due_members([kind])]

    def due_time(self, member: str) -> float | None:
        """When a task is due (epoch seconds), None if it is not planned (not watched for changes)."""
        return self.unit.redis.zscore(self.unit.key("due"), member)

    def due(self, kind: str, arg: str, at: float) -> None:
        """Write that a task is due at `at` (epoch seconds), in the same step as its cause."""
        self.unit.do("ZADD", self.unit.key("due"), at, f"{kind}|{arg}")

    def due_no_more(self, kind: str, arg: str) -> None:
        """Take a task out of the due set; one that runs already is not stopped by this."""
        self.unit.do("ZREM", self.unit.key("due"), f"{kind}|{arg}")

    def due_unless_set(self, kind: str, arg: str, at: float) -> None:
        """Write that a task is due at `at`, unless it already stands in the due set."""
        self.unit.do("ZADD", self.unit.key("due"), "NX", at, f"{kind}|{arg}")
