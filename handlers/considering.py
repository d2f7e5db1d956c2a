"""What the drafting desk is told of new comments, and which get no draft whatever it says (features A9, C5, C12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from bot.domain.article import Article
from bot.domain.comment import Comment, Variant
from bot.stores.stores import Stores
from handlers.bank import answers, is_repeatable, with_earlier_answer
from handlers.context import Work
from handlers.stored_voice import voice_of
from replies.case import Case, Voice
from replies.drafting.refuse import BY_HAND
from replies.learning import Learned, learned

OLD_SECONDS = 72 * 3600.0
"""A comment older than this at first sight gets no draft: answering it now would only look odd."""

REMEMBERED_SECONDS = 180 * 86400.0
EARLIER_TEXTS = 3
LOOKED_AT = 6
HISTORY = 20

TOO_OLD = "旧留言，不补回"
ANSWERED = "已在后台回复"
BLOCKED = "已屏蔽这位读者"


class Considered(Struct, frozen=True):
    """A new comment with its triage, the reply variants (none: see `triage.decision`), and whether it is a first."""

    comment: Comment
    variants: tuple[Variant, ...]
    first: bool

    @property
    def is_for_creators(self) -> bool:
        """True when creators are to decide about it: there is a draft, or words of their own are asked for."""
        return bool(self.variants) or is_by_hand(self.comment)

    @property
    def needs_no_reply(self) -> bool:
        """True when triage found nothing to answer (feature C12); what is settled anyway was not asked about."""
        decision = self.comment.triage.decision if self.comment.triage else TOO_OLD
        return not self.is_for_creators and decision not in (TOO_OLD, ANSWERED, BLOCKED)


def is_by_hand(comment: Comment) -> bool:
    """True for a comment that no draft was found for and that a creator should answer."""
    return comment.triage is not None and comment.triage.decision in BY_HAND


def consider(
    work: Work, look: Stores, article: Article | None, comments: Sequence[Comment], now: float
) -> list[Considered]:
    """Triage and variants for new comments of one article, each knowing what was drafted for those before it."""
    if not comments:
        return []
    authors = Authors(look, comments, now)
    texts, templates = look.recent.read(comments[0].article)
    voice, taught = voice_of(look), learned(look.choices.counts())
    known = answers(work, look)
    considered = []
    for comment in sorted(comments, key=lambda one: (one.created_at, one.id)):
        verdict = work.desk.consider(case_of(work, article, comment, authors, texts, templates, voice, taught))
        refusal = _why_none(comment, authors, now)
        triage, variants = verdict.triage, verdict.variants
        if is_repeatable(msgspec.structs.replace(comment, triage=triage)):
            variants = with_earlier_answer(work, known, comment, variants, voice)
        if refusal:
            triage, variants = msgspec.structs.replace(triage, decision=refusal), ()
        if variants:
            texts = [variants[0].text, *texts][: len(texts) + 1]
            templates = [variants[0].rule, *templates]
        whole = msgspec.structs.replace(comment, triage=triage, received_at=comment.received_at or now)
        considered.append(Considered(whole, variants, authors.is_first(comment)))
        authors.add(whole)
    return considered


def case_of(
    work: Work,
    article: Article | None,
    comment: Comment,
    authors: Authors,
    texts: Sequence[str],
    templates: Sequence[str],
    voice: Voice,
    taught: Learned,
) -> Case:
    """What the desk is told of one comment; `texts` and `templates` are those of earlier replies."""
    return Case(
        content=comment.content,
        article_title=article.title if article else "",
        article_text=article.body if article else "",
        first_comment=authors.is_first(comment),
        earlier_texts=authors.earlier_texts(comment),
        key=comment.id,
        hour=datetime.fromtimestamp(comment.created_at, work.tools.settings.timezone).hour,
        recent_replies=tuple(texts),
        resting_rules=frozenset(templates),
        voice=voice,
        learned=taught,
    )


def _why_none(comment: Comment, authors: Authors, now: float) -> str:
    """The reason why this comment gets no draft, empty when the desk may decide."""
    if comment.reply:
        return ANSWERED
    if authors.is_blocked(comment):
        return BLOCKED
    if now - comment.created_at > OLD_SECONDS:
        return TOO_OLD
    return ""


class Authors:
    """What is known of the writers of a batch of new comments, read in three round trips."""

    def __init__(self, look: Stores, comments: Sequence[Comment], now: float) -> None:
        pids = sorted({comment.pid for comment in comments if comment.pid})
        people = dict(zip(pids, look.people.many(pids), strict=True))
        self._blocked = {pid for pid, person in people.items() if person and person.blocked}
        self._unmentioned = {pid for pid, person in people.items() if person and person.unmentioned}
        self._since = now - REMEMBERED_SECONDS
        new = {comment.id for comment in comments}
        self._histories = {
            pid: [(known, at) for known, at in rows if known not in new]
            for pid, rows in look.comments.histories(pids, HISTORY).items()
        }
        wanted = [known for rows in self._histories.values() for known, at in rows[:LOOKED_AT] if at >= self._since]
        self._comments = {known.id: known for known in look.comments.many(wanted) if known}

    def is_blocked(self, comment: Comment) -> bool:
        """True when a creator has blocked the writer."""
        return comment.pid in self._blocked

    def is_first(self, comment: Comment) -> bool:
        """True when the writer is known and this is the earliest comment we have of them."""
        return bool(comment.pid) and not any(at <= comment.created_at for _, at in self._histories[comment.pid])

    def earlier_texts(self, comment: Comment) -> tuple[str, ...]:
        """What the writer said before where all readers could see it, oldest first, unless they sent 别提我."""
        if not comment.pid or comment.pid in self._unmentioned:
            return ()
        before = [known for known, at in self._histories[comment.pid] if self._since <= at <= comment.created_at]
        public = [self._comments[known] for known in before if known in self._comments]
        texts = [known.content for known in public if known.elected and not known.gone]
        return tuple(reversed(texts[:EARLIER_TEXTS]))

    def add(self, comment: Comment) -> None:
        """A comment of this batch is an earlier one for those after it."""
        if comment.pid:
            self._histories[comment.pid].insert(0, (comment.id, float(comment.created_at)))
            self._comments[comment.id] = comment
