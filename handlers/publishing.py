"""Task `post|<round id>`: the post is drawn, drafted and handed to WeChat, once, whoever dies when (feature F7).

Before each call that makes something the round says so, and after it what came of it. A run that finds such a call
without its end looks at WeChat first: pictures by their name, drafts and publications by the mark in their digest, mass
sends by their clientmsgid. 暂停 and 暂停周榜 hold back everything that makes something; results are still asked for.
"""

from __future__ import annotations

from bot.domain.campaign import Campaign
from bot.domain.post import ON_ITS_WAY, PostState, Publish
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.stores.stores import Stores
from bot.wechat import posts
from bot.wechat.gateway import AnswerLost, GatewayError, Refused, Resting, Unreachable
from bot.wechat.posts import Job
from bot.wechat.reactions import Reaction, advise
from handlers import post_draft, post_results, post_waiting
from handlers.context import Work
from handlers.post_content import Content, compose, with_those_left
from handlers.post_outcomes import handed_over, is_mass, not_out
from handlers.post_results import LOOK_AT_ONCE, record
from handlers.rests import RECHECK_SECONDS, is_last_try, rest_until
from handlers.round_planning import lacks_permission
from handlers.round_texts import shown_as

S = PostState
STEPS_PER_RUN = 12
HOUR = 3600.0
NO_SEND_LEFT = 45028
AGAIN = (Reaction.RETRY, Reaction.REFRESH, Reaction.WAIT_MINUTE, Reaction.HOURLY)
BY_HAND = (48001, 53504)
"""What only a person in the backend can publish: not granted, or to be published there."""

TRIES = 8
"""Submissions that WeChat neither takes nor refuses for good, before a person is asked."""

ADMIN_FIRST = (89504, 89505)


def publish_post(work: Work, round_id: str, now: float) -> float | None:
    """Take the post as far as it goes now; when to go on, None when it is done or waits for a person."""
    try:
        return _go_on(work, round_id, now)
    except GatewayError as trouble:
        if not is_last_try(work, f"post|{round_id}"):
            raise
        return _give_up(work, round_id, trouble, now)


def _go_on(work: Work, round_id: str, now: float) -> float | None:
    begun_now = False
    for _ in range(STEPS_PER_RUN):
        look = work.look()
        campaign, round_ = look.campaigns.get(), look.campaigns.round(round_id)
        if campaign is not None and round_ is not None and round_.waits_for_hand:
            again = post_waiting.watch(work, round_, now)
            if again is not None:
                return again
            continue
        if campaign is None or round_ is None or round_.state is not RoundState.TO_PUBLISH:
            return None
        if round_.post.state in ON_ITS_WAY:
            again = _look(work, round_, now)
            if again is not None:
                return again
            continue
        if _is_held(look, campaign):
            return now + RECHECK_SECONDS
        template = work.tools.post_template
        left = with_those_left(look, round_)
        problem = _unfit(look, campaign, left) if template else "w_no_template"
        if problem or template is None:
            _refuse(work, round_, work.say(problem), now)
            continue
        if left != round_:
            _replace(work, round_, left)
            continue
        content = compose(look, work.tools, template, round_)
        again, begun_now = _step(work, round_, content, now, begun_now)
        if again is not None:
            return again
    return now


def _is_held(stores: Stores, campaign: Campaign) -> bool:
    return stores.account.pause is not None or campaign.is_paused


def _unfit(look: Stores, campaign: Campaign, round_: Round) -> str:
    """The phrase that says why the round as it is now must not go out; empty if it may."""
    if round_.winner is None:
        return "w_nobody_short"
    if lacks_permission(look, campaign, round_):
        return "w_permission_gone_short"
    return "w_changed_since" if round_.only_as and shown_as(look, round_) != round_.only_as else ""


def _replace(work: Work, round_: Round, left: Round) -> None:
    def put(stores: Stores) -> None:
        if stores.campaigns.round(round_.id) == round_:
            stores.campaigns.put_round(left)

    work.store(put)


def _look(work: Work, round_: Round, now: float) -> float | None:
    """What became of it; while WeChat is not to be asked the question waits."""
    try:
        return post_results.look(work, round_, now)
    except (Refused, Resting) as trouble:
        until = rest_until(work, trouble, now)
        if until is None:
            raise
        return until


def _step(work: Work, round_: Round, content: Content, now: float, begun_now: bool) -> tuple[float | None, bool]:
    """One step before WeChat has the post: when to go on (None: at once), and whether this run began the drafting."""
    post = round_.post
    if post.state in (S.NONE, S.REFUSED, S.BY_HAND):
        begin = post.moved(S.DRAFTED if post.draft else S.DRAFTING, now, why="", warned="")
        return None, record(work, round_, begin) is not None and not post.sent and post.state is S.NONE
    try:
        if post.cover_of != content.cover_of:
            post_draft.upload_cover(work, round_, content, begun_now)
        elif post.state is S.DRAFTING:
            post_draft.make_draft(work, round_, content, now, begun_now)
        elif post.draft_of != content.stamp:
            post_draft.renew_draft(work, round_, content, now)
        elif round_.terms.publish is Publish.DRAFT:
            _hand_over(work, round_, "", now)
        else:
            return _submit(work, round_, now), begun_now
    except (Refused, Resting) as trouble:
        return _troubled(work, round_, trouble, now), begun_now
    return None, begun_now


def _submit(work: Work, round_: Round, now: float) -> float | None:
    """草稿已建 → 正在提交 → 已提交; the pause is watched by the same atomic step that says so."""
    if round_.post.tries >= TRIES:
        _refuse(work, round_, work.say("w_unanswered"), now)
        return None

    def begin(stores: Stores) -> Round | None:
        campaign = stores.campaigns.get()
        if (
            campaign is None
            or lacks_permission(stores, campaign, round_)
            or _is_held(stores, campaign)
            or stores.campaigns.round(round_.id) != round_
        ):
            return None
        post = round_.post.moved(S.SUBMITTING, now, job="", article="", tries=round_.post.tries + 1)
        going = round_.having(post=post)
        stores.campaigns.put_round(going)
        return going

    going = work.store(begin)
    if going is None:
        return None
    try:
        job = hand_in(work, going)
    except AnswerLost:
        return now + LOOK_AT_ONCE
    except (Resting, Unreachable):  # surely not taken: not counted
        record(work, going, going.post.moved(S.DRAFTED, now, tries=round_.post.tries))
        raise
    except Refused as refusal:
        return _not_accepted(work, going, refusal, now)
    return post_results.accepted(work, going, job, now)


def hand_in(work: Work, round_: Round) -> Job:
    """Give the draft to WeChat, to be published or sent to all."""
    if is_mass(round_):
        return posts.send_to_all(work.gateway, round_.post.draft, post_results.client_id(round_))
    return posts.submit(work.gateway, round_.post.draft)


def _not_accepted(work: Work, round_: Round, refusal: Refused, now: float) -> float | None:
    """WeChat's no to the draft: who can mend it hears how."""
    if refusal.code == posts.SENT_BEFORE:
        return post_results.accepted(work, round_, Job(str(refusal.job or "")), now)
    if refusal.code in ADMIN_FIRST:
        return post_results.waits_for_admin(work, round_, now)
    if refusal.code == posts.NO_SUCH_MEDIA:
        back = record(work, round_, round_.post.moved(S.DRAFTED, now))
        if back is not None:
            post_draft.draft_is_gone(work, back, now)
        return None
    if refusal.reaction is Reaction.RETRY:  # system error: it may have been accepted
        return now + LOOK_AT_ONCE
    back = record(work, round_, round_.post.moved(S.DRAFTED, now))
    if back is None:
        return None
    if refusal.code in BY_HAND:
        _hand_over(work, back, refusal.sentence, now)
        return None
    return _troubled(work, back, refusal, now)


def _troubled(work: Work, round_: Round, trouble: Refused | Resting, now: float) -> float | None:
    """A refusal or a rest before anything got out: waited for, told, or tried again.

    Nobody is woken by a push at the hour at which WeChat's counters are set back: a mass send asks its owner again.
    """
    until = rest_until(work, trouble, now)
    if until is not None and is_mass(round_) and until - now > HOUR:
        _refuse(work, round_, advise(NO_SEND_LEFT).sentence, now)
        return None
    if until is not None:
        return until
    if isinstance(trouble, Resting) or trouble.reaction in AGAIN:
        raise trouble
    _refuse(work, round_, trouble.sentence, now)
    return None


def _hand_over(work: Work, round_: Round, why: str, now: float) -> None:
    def note(stores: Stores) -> None:
        if stores.campaigns.round(round_.id) == round_:
            handed_over(stores, work.tools, round_, now, why)

    work.store(note)


def _refuse(work: Work, round_: Round, why: str, now: float) -> None:
    def note(stores: Stores) -> None:
        if stores.campaigns.round(round_.id) == round_:
            not_out(stores, work.tools, round_, round_.post, why, now)

    work.store(note)


def _give_up(work: Work, round_id: str, trouble: GatewayError, now: float) -> float | None:
    """After the last try: what may be out is looked for on; what surely is not waits for another 发布周榜."""
    round_ = work.look().campaigns.round(round_id)
    if round_ is None or round_.state is not RoundState.TO_PUBLISH:
        return None
    if round_.post.state in ON_ITS_WAY:
        return post_results.look_later(work, round_, now)
    _refuse(work, round_, trouble.sentence if isinstance(trouble, Refused) else work.say("w_unanswered"), now)
    return now
