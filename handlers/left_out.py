"""Why a comment that a creator nominated does not stand: said to the creators, never kept to ourselves (feature F2)."""

from __future__ import annotations

from bot.domain.comment import Comment
from bot.domain.round import Round
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.candidates import COMMENTS_SECONDS, Gathered
from handlers.context import Tools
from handlers.round_letters import tell_creators
from replies.nominees import ALIKE, Candidate, Chosen, barred
from replies.text import grams, likeness

WORDS = 20


def tell_left_out(stores: Stores, tools: Tools, round_: Round, reasons: dict[str, str], now: float) -> None:
    """One line for each nomination by hand that came to nothing, with its reason (comment id → reason)."""
    for comment_id, why in reasons.items():
        comment = stores.comments.get(comment_id)
        words = quoted(comment.content, WORDS) if comment and comment.content else tools.phrases("w_words_gone")
        told = tools.phrases("w_wish_left_out", round=round_.id, words=words, why=why)
        tell_creators(stores, tools, told, now, about=comment_id)


def left_out(stores: Stores, round_: Round, gathered: Gathered, chosen: Chosen, now: float) -> dict[str, str]:
    """The comments nominated by hand that are not among the chosen, each with the reason (Chinese, for creators)."""
    standing = {one.id for one in chosen.nominees}
    candidates = {one.id: one for one in gathered.candidates}
    missing = [wish for wish in round_.wishes if wish not in standing]
    comments = stores.comments.many(missing)
    return {
        wish: _beside(candidates[wish], chosen)
        if wish in candidates
        else _kept_away(stores, round_, wish, comment, gathered, now)
        for wish, comment in zip(missing, comments, strict=True)
    }


def _kept_away(
    stores: Stores, round_: Round, wish: str, comment: Comment | None, gathered: Gathered, now: float
) -> str:
    """Why a comment was not even looked at beside the others."""
    if comment is None:
        return "原留言已删除"
    if why := barred(comment, by_hand=True):
        return why
    if wish in gathered.copies:
        return "别的读者更早写过同样的话"
    person = stores.people.get(comment.pid) if comment.pid else None
    if person and person.is_creator:
        return "作者自己人写的"
    if person and person.blocked:
        return "已屏蔽这位读者"
    if any(
        one.id == wish for earlier in stores.campaigns.rounds() if earlier.id != round_.id for one in earlier.nominees
    ):
        return "以前的周榜入围过"
    return "超过两周了" if comment.created_at < now - COMMENTS_SECONDS else "文章太早了"


def _beside(candidate: Candidate, chosen: Chosen) -> str:
    """Why a good comment found no place beside those who have one."""
    if candidate.pid and any(one.pid == candidate.pid for one in chosen.nominees):
        return "这位读者已有一条候选，一人一条"
    mine = grams(candidate.text)
    if any(likeness(mine, grams(one.text)) >= ALIKE for one in chosen.nominees):
        return "和另一条候选几乎一样，留更早的"
    return "候选的位置满了" if candidate.quotable else "还没有本人同意展示，位置也满了"
