"""What a round's post says: who won and why, the nominees' words, the next question; never stored."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

from bot.domain.nominee import Nominee
from bot.domain.round import Round
from bot.domain.winner import Method, Result
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from config.post_template import PostTemplate
from handlers.context import Tools
from handlers.counting import as_they_are
from handlers.round_texts import name_of, prefetch_nominees
from handlers.taken_out import taken_out_line
from replies.post import PostMaterial, Quoted, digest, render_post
from replies.risk.contact import mask

COVER_WORDS = 60
DECIDED = {
    Method.BALLOTS: "w_decided_ballots",
    Method.QUALITY: "w_decided_quality",
    Method.EDITOR: "w_decided_editor",
}


class Content(Struct, frozen=True):
    """A post ready for WeChat. `words` and `footer` stand on its cover."""

    title: str
    body: str
    digest: str
    words: str
    footer: str

    @property
    def cover_of(self) -> str:
        """Stands for what the cover shows."""
        return _stamp((self.title, self.words, self.footer))

    @property
    def stamp(self) -> str:
        """Stands for what the draft says."""
        return _stamp((self.title, self.body, self.digest, self.cover_of))


def mark_of(round_: Round) -> str:
    """What is found only in the digest of this round's post."""
    return f"（第 {round_.id} 期）"


def with_those_left(stores: Stores, round_: Round) -> Round:
    """The round without nominees whose words may not be shown any more, the result found anew (feature F9)."""
    present = {one.number: one for one in as_they_are(stores, round_.standing)}
    for one in round_.standing:
        if present[one.number] != one:
            round_ = round_.with_nominee(present[one.number])
    return round_


def compose(stores: Stores, tools: Tools, template: PostTemplate, round_: Round) -> Content:
    """The post of a round that has a winner."""
    result, winner = round_.result, round_.winner
    assert result is not None
    assert winner is not None
    prefetch_nominees(stores, round_.nominees)
    campaign = stores.campaigns.get()
    coming = stores.campaigns.round(campaign.current) if campaign and campaign.current != round_.id else None
    best = _quoted(stores, tools, round_, winner)
    others = [one for number in result.order if number != winner.number and (one := round_.nominee(number))]
    material = PostMaterial(
        title=round_.title,
        criteria=round_.criteria,
        week=round_.id,
        decided=_decided(tools, round_, result),
        winner=best,
        others=tuple(_quoted(stores, tools, round_, one) for one in others if one.stands),
        question=coming.question if coming else "",
        dispute_hours=max(1, round(round_.terms.dispute / 3600)),
    )
    return Content(
        title=round_.title,
        body=render_post(material, template),
        digest=digest(material),
        words=quoted(mask(best.text), COVER_WORDS),
        footer=tools.phrases("w_cover_footer", credit=best.credit, round=round_.id),
    )


def _decided(tools: Tools, round_: Round, result: Result) -> str:
    """How the winner was found; with who had more ballots and rests, and who was taken out of the vote."""
    passed = "、".join(map(str, round_.passed_over))
    name = "w_decided_passed" if passed and result.method is Method.BALLOTS else DECIDED[result.method]
    said = tools.phrases(
        name,
        valid=result.tally.valid,
        n=result.winner,
        votes=result.tally.votes.get(result.winner, 0),
        least=round_.terms.winner.least,
    )
    said += tools.phrases("w_passed_over", passed=passed) if passed else ""
    return said + taken_out_line(tools, round_)


def _quoted(stores: Stores, tools: Tools, round_: Round, nominee: Nominee) -> Quoted:
    comment = stores.comments.get(nominee.id)
    article = stores.articles.get(comment.article) if comment else None
    result = round_.result
    counted = result is not None and result.method is not Method.EDITOR
    return Quoted(
        number=nominee.number,
        text=comment.content if comment else "",
        credit=name_of(stores, tools, comment),
        ballots=result.tally.votes.get(nominee.number, 0) if result and counted else None,
        article=article.title if article else "",
        honoured=nominee.number in round_.honorary,
    )


def _stamp(parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:12]
