"""The round goes on: each step the clock makes due is one atomic change, whoever dies when (features F1, F7)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bot.domain.campaign import FEWEST, HALTED_BY_PAUSE, NEVER, Campaign, Step, advance, next_honour, next_step
from bot.domain.post import Post
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.stores.campaigns import Win
from bot.stores.stores import Stores
from handlers.candidates import as_nominee, gather, numbered
from handlers.context import Tools, Work
from handlers.counting import as_they_are, count, is_watched
from handlers.left_out import left_out, tell_left_out
from handlers.round_letters import ask_consent, tell_creators, tell_honoured, tell_nominees, tell_owners
from handlers.round_planning import begin_next, goes_by_itself, keep_planned, lacks_next, lacks_permission
from handlers.round_texts import counted_line, moment, shown_as
from replies.nominees import choose

S = RoundState
STEPS_PER_RUN = 20
Change = Callable[[Stores, Campaign, Round], object]


def step_round(work: Work, round_id: str, now: float) -> float | None:
    """Task `round|<id>`: take every step that is due, then say when the next one is (None: it waits for a person)."""
    if lacks_next(work.look(), work.tools):
        work.store(lambda stores: keep_planned(stores, work.tools, now))
    for _ in range(STEPS_PER_RUN):
        stores = work.look()
        campaign, round_ = stores.campaigns.get(), stores.campaigns.round(round_id)
        if campaign is None or round_ is None:
            return None
        step = advance(round_, now)
        if step is None:
            at = next_step(round_)[0]
            return None if at == NEVER else at
        if campaign.is_paused and step in HALTED_BY_PAUSE:
            return None
        _do(work, campaign, round_, _change(work, step, round_, now))
    return now


def _do(work: Work, campaign: Campaign, round_: Round, change: Change) -> None:
    """Commit one step, if the round and the campaign are still what it was worked out for."""

    def commit(stores: Stores) -> None:
        if stores.campaigns.round(round_.id) == round_ and stores.campaigns.get() == campaign:
            change(stores, campaign, round_)

    work.store(commit)


def _change(work: Work, step: Step, round_: Round, now: float) -> Change:
    """What a step changes; what takes long to read is read here, before the atomic part."""
    tools = work.tools
    match step:
        case Step.NOMINATE:
            return _nominate(work, round_, now)
        case Step.COUNT:
            return _count(work, round_, now)
        case Step.MISS:
            return lambda stores, campaign, _: _skip(stores, tools, campaign, round_, "w_missed", now)
        case Step.OPEN_VOTE:
            return lambda stores, campaign, _: _open_vote(stores, tools, campaign, round_, now)
        case Step.CLOSE:
            return lambda stores, campaign, _: close_round(stores, tools, campaign, round_, now)
        case Step.PUBLISH:
            return lambda stores, campaign, _: _publish(stores, tools, campaign, round_, now)
        case Step.GIVE_UP:
            return lambda stores, _, __: _give_up(stores, tools, round_, now)
        case Step.SEAL:
            return lambda stores, _, __: seal(stores, round_)
        case Step.LAPSE:
            return lambda stores, _, __: _lapse(stores, tools, round_, now)
        case Step.FINISH:
            return lambda stores, _, __: stores.campaigns.put_round(round_.moved(S.FINISHED))


def _nominate(work: Work, round_: Round, now: float) -> Change:
    look = work.look()
    gathered = gather(look, work.tools.worth, round_, now)
    chosen = choose(round_.id, gathered.candidates, round_.terms)
    in_time_order = sorted(chosen.nominees, key=lambda one: (one.created_at, one.id))
    nominees = [as_nominee(one, number, round_) for number, one in enumerate(in_time_order, 1)]
    reserve = [as_nominee(one, 0, round_) for one in chosen.reserve]
    reasons = left_out(look, round_, gathered, chosen, now)

    def change(stores: Stores, campaign: Campaign, _: Round) -> None:
        tell_left_out(stores, work.tools, round_, reasons, now)
        if sum(one.quotable for one in nominees) < FEWEST:
            few = sum(one.quotable for one in nominees)
            _skip(stores, work.tools, campaign, round_, "w_too_few", now, n=few, least=FEWEST)
            return
        begun = round_.nominated(
            nominees,
            reserve,
            now,
            considered=chosen.good,
            newcomers=gathered.newcomers,
            watched=is_watched(stores, now),
        )
        stores.campaigns.make_key(round_.id)
        stores.campaigns.put(campaign.having(made=campaign.made + 1))
        stores.campaigns.put_round(begun)
        vote = moment(work.tools, begun.vote_at, now)
        told = work.say("w_nominated", n=len(nominees), category=begun.category, vote=vote)
        tell_creators(stores, work.tools, told, now)
        ask_consent(stores, work.tools, begun, now)

    return change


def _skip(
    stores: Stores, tools: Tools, campaign: Campaign, round_: Round, why: str, now: float, **slots: object
) -> None:
    """The week goes without a round: its owners are told in one line why, and the next one is planned."""
    reason = tools.phrases(f"{why}_short", **slots)
    stores.campaigns.put_round(round_.moved(S.SKIPPED, reason=reason, sealed=True))
    changed = begin_next(stores, tools, campaign, max(now, round_.nominate_at))
    following = stores.campaigns.round(changed.current)
    starts = moment(tools, following.nominate_at, now) if following else ""
    tell_owners(stores, tools.phrases("w_skipped", round=round_.id, reason=reason, next=starts), now)


def _open_vote(stores: Stores, tools: Tools, campaign: Campaign, round_: Round, now: float) -> None:
    nominees = [numbered(stores, one) for one in as_they_are(stores, round_.nominees)]
    standing = sum(one.stands for one in nominees)
    if standing < FEWEST:
        _skip(stores, tools, campaign, round_, "w_too_few", now, n=standing, least=FEWEST)
        return
    opened = round_.opened(nominees, now)
    stores.campaigns.put_round(opened)
    tell_nominees(stores, tools, opened, now)


def close_round(
    stores: Stores,
    tools: Tools,
    campaign: Campaign,
    round_: Round,
    now: float,
    publish_at: float = 0.0,
    only_as: str = "",
) -> None:
    """No ballot is taken from here on; the counting is due now and the next round is planned."""
    stores.campaigns.put_round(round_.closing(now, publish_at, only_as))
    begin_next(stores, tools, campaign, max(now, round_.nominate_at))
    stores.due("round", round_.id, now)


def _count(work: Work, round_: Round, now: float) -> Change:
    look = work.look()
    checked = round_.having(nominees=as_they_are(look, round_.nominees))
    result = count(look, checked)
    seen_as = shown_as(look, checked.having(result=result))

    def change(stores: Stores, campaign: Campaign, _: Round) -> None:
        stores.ballots.let_expire(round_.id)
        if not result.winner:
            over = checked.counted(result, now, by_itself=False).moved(S.FINISHED, reason=work.say("w_nobody_short"))
            stores.campaigns.put_round(over)
            stores.campaigns.destroy_key(round_.id)
            tell_owners(stores, work.say("w_nobody", round=round_.id), now)
            return
        closed = checked.counted(result, now, goes_by_itself(stores, campaign, round_), seen_as)
        stores.campaigns.put_round(closed)
        told = counted_line(work.tools, closed, now, was_let_out=bool(round_.only_as))
        tell_creators(stores, work.tools, told, now, urgent=True)

    return change


def _publish(stores: Stores, tools: Tools, campaign: Campaign, round_: Round, now: float) -> None:
    if not lacks_permission(stores, campaign, round_):
        let_out(stores, round_, now)
        return
    stores.campaigns.put_round(round_.having(publish_at=0.0))
    told = tools.phrases("w_permission_gone", round=round_.id, title=round_.title)
    tell_creators(stores, tools, told, now, urgent=True)


def let_out(stores: Stores, round_: Round, now: float, only_as: str = "") -> None:
    """已截止 → 待发布: from here the post is made and published by task `post|<id>` (handlers.publishing)."""
    stores.campaigns.put_round(round_.let_out(now, only_as))
    stores.due("post", round_.id, now)


def announce(stores: Stores, tools: Tools, round_: Round, post: Post, now: float) -> Round:
    """→ 已公布, in the step that learns that the post is out: the honour is given, and its clocks start."""
    announced = round_.announced(post, now)
    stores.campaigns.put_round(announced)
    winner = announced.winner
    if winner and winner.pid:
        stores.campaigns.add_win(winner.pid, Win(round_.id, round_.nominate_at))
    tell_honoured(stores, tools, announced, now)
    stores.due("round", round_.id, next_step(announced)[0])
    return announced


def seal(stores: Stores, round_: Round) -> Round:
    """Disputes are over: the round's key is destroyed, and with it every way from a person to a ballot."""
    disputes = tuple(msgspec.structs.replace(one, by="", text="") for one in round_.disputes)
    sealed = round_.having(sealed=True, disputes=disputes)
    stores.campaigns.put_round(sealed)
    stores.campaigns.destroy_key(round_.id)
    return sealed


def _give_up(stores: Stores, tools: Tools, round_: Round, now: float) -> None:
    sealed = seal(stores, round_)
    stores.campaigns.put_round(sealed.moved(S.FINISHED, reason=tools.phrases("w_unpublished_short")))
    left = tools.phrases("w_unpublished_draft") if round_.post.draft else ""
    tell_owners(stores, tools.phrases("w_unpublished", round=round_.id) + left, now)


def _lapse(stores: Stores, tools: Tools, round_: Round, now: float) -> None:
    changed = round_.having(honour=next_honour(round_, now))
    stores.campaigns.put_round(changed)
    if changed.honour and changed.honour.is_open:
        tell_honoured(stores, tools, changed, now)
