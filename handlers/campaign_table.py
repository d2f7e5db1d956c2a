"""All that the weekly round adds to what the bot can do; handlers.everything takes these tables in when it is whole."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.people import Role
from handlers import (
    campaigns,
    closing,
    disputes,
    likes,
    names,
    nominations,
    ranking,
    rewards,
    round_history,
    rounds,
    votes,
    whys,
)
from handlers.chat.commands import FollowerVerb, Verb
from handlers.context import Work
from handlers.creators import AnswerHandler, CreatorHandler
from handlers.followers import FollowerHandler, WordsHandler

CAMPAIGN_CREATORS: dict[Verb, tuple[Role, CreatorHandler]] = {
    Verb.ROUND: (Role.OBSERVER, campaigns.overview),
    Verb.ROUND_HISTORY: (Role.OBSERVER, round_history.history),
    Verb.RECOUNT: (Role.OBSERVER, disputes.recount),
    Verb.NOMINATE: (Role.EDITOR, nominations.nominate),
    Verb.SUBSTITUTE: (Role.EDITOR, nominations.substitute),
    Verb.PAUSE_ROUND: (Role.EDITOR, campaigns.pause),
    Verb.RESUME_ROUND: (Role.OWNER, campaigns.resume),
    Verb.OPEN_ROUND: (Role.OWNER, campaigns.switch_on),
    Verb.CLOSE_ROUND: (Role.OWNER, closing.close),
    Verb.PUBLISH_ROUND: (Role.OWNER, closing.publish),
    Verb.SETTLE: (Role.OWNER, disputes.settle),
}

CAMPAIGN_CREATOR_ANSWERS: dict[str, tuple[Verb, AnswerHandler]] = {
    campaigns.OPEN: (Verb.OPEN_ROUND, campaigns.confirm_on),
    campaigns.HELD: (Verb.PUBLISH_ROUND, campaigns.count_held),
    campaigns.PICK: (Verb.PUBLISH_ROUND, campaigns.pick),
    campaigns.NAMES: (Verb.NOMINATE, campaigns.accept_names),
    closing.LET_OUT: (Verb.PUBLISH_ROUND, closing.confirm_publish),
}

CAMPAIGN_FOLLOWERS: dict[FollowerVerb, FollowerHandler] = {
    FollowerVerb.VOTE: votes.vote,
    FollowerVerb.RANKING: ranking.ranking,
    FollowerVerb.LIKE: likes.like,
    FollowerVerb.UNLIKE: likes.unlike,
    FollowerVerb.SIGN: names.sign,
    FollowerVerb.ANONYMOUS: names.stay_anonymous,
    FollowerVerb.CLAIM: rewards.claim,
    FollowerVerb.VERIFY: disputes.verify,
    FollowerVerb.DISPUTE: disputes.dispute,
}

CAMPAIGN_FOLLOWER_ANSWERS: dict[str, tuple[FollowerVerb, WordsHandler]] = {
    whys.WHY: (FollowerVerb.COMMENT, whys.answered),
    rewards.HONOUR: (FollowerVerb.CLAIM, rewards.chosen),
}

CAMPAIGN_TASKS: dict[str, Callable[[Work, str, float], float | None]] = {
    "round": rounds.step_round,
    "recount": disputes.recount_task,
}
