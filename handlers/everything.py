"""All the bot can do, on one page: events, creators' and followers' commands, tasks, and the clock's jobs."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.events import (
    CommentEvent,
    Event,
    Followed,
    LinkMessage,
    MassFinished,
    MenuClicked,
    OtherMessage,
    PublishFinished,
    Scanned,
    TextMessage,
    Unfollowed,
)
from bot.domain.people import Role
from bot.router import Router
from bot.scheduler import Job
from handlers import (
    articles,
    bank,
    batches,
    blocking,
    campaigns,
    claiming,
    closing,
    corrections,
    digest,
    disputes,
    edits,
    elections,
    erasure,
    expiry,
    follower_comments,
    help,
    history,
    imports,
    intake,
    learning,
    leaving,
    letters,
    lifetimes,
    likes,
    messages,
    my_data,
    my_page,
    names,
    nominations,
    outbox,
    permissions,
    pins,
    polling,
    post_outcomes,
    publishing,
    queue,
    ranking,
    rejections,
    review,
    rewards,
    roles,
    round_history,
    round_overview,
    rounds,
    standing,
    statistics,
    switches,
    trials,
    undo,
    voice,
    votes,
    wall,
    welcome,
    whys,
)
from handlers.chat.commands import FollowerVerb, Verb
from handlers.context import Chat, Reply, Work
from handlers.creators import AnswerHandler, CreatorCommands, CreatorHandler
from handlers.followers import FollowerCommands, FollowerHandler, WordsHandler

CREATORS: dict[Verb, tuple[Role, CreatorHandler]] = {
    Verb.LIST: (Role.OBSERVER, queue.list_waiting),
    Verb.SHOW: (Role.OBSERVER, queue.view),
    Verb.MORE: (Role.OBSERVER, queue.more),
    Verb.WHY: (Role.OBSERVER, history.why),
    Verb.AUDIT: (Role.OBSERVER, history.history),
    Verb.STATUS: (Role.OBSERVER, switches.status),
    Verb.HELP: (Role.OBSERVER, help.help_page),
    Verb.REVIEW: (Role.EDITOR, review.start),
    Verb.APPROVE: (Role.EDITOR, batches.approve),
    Verb.APPROVE_AND_ELECT: (Role.EDITOR, batches.approve),
    Verb.APPROVE_ALL: (Role.EDITOR, batches.approve_all),
    Verb.EDIT: (Role.EDITOR, edits.edit),
    Verb.EDIT_AND_SEND: (Role.EDITOR, edits.edit),
    Verb.SWAP: (Role.EDITOR, queue.swap),
    Verb.REJECT: (Role.EDITOR, rejections.reject),
    Verb.SKIP: (Role.EDITOR, queue.skip),
    Verb.CLAIM: (Role.EDITOR, claiming.claim),
    Verb.UNCLAIM: (Role.EDITOR, claiming.claim),
    Verb.UNDO: (Role.EDITOR, undo.undo),
    Verb.REVIVE: (Role.EDITOR, undo.revive),
    Verb.ELECT: (Role.EDITOR, elections.elect),
    Verb.UNELECT: (Role.EDITOR, elections.elect),
    Verb.PASTED: (Role.EDITOR, history.pasted),
    Verb.BLOCK: (Role.EDITOR, blocking.block),
    Verb.UNBLOCK: (Role.EDITOR, blocking.block),
    Verb.REGISTER: (Role.EDITOR, articles.register),
    Verb.IMPORT: (Role.EDITOR, imports.import_lines),
    Verb.PAUSE: (Role.EDITOR, switches.pause),
    Verb.RESUME: (Role.OWNER, switches.resume),
    Verb.BANK: (Role.EDITOR, bank.bank),
    Verb.TRY_RULES: (Role.EDITOR, trials.try_rules),
    Verb.TONE: (Role.EDITOR, voice.set_voice),
    Verb.SALUTATION: (Role.EDITOR, voice.set_voice),
    Verb.PET_PHRASES: (Role.EDITOR, voice.set_voice),
    Verb.BANNED_WORDS: (Role.EDITOR, voice.set_voice),
    Verb.ROUND: (Role.OBSERVER, round_overview.overview),
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
    Verb.STANDING: (Role.OWNER, standing.standing),
    Verb.STANDING_OFF: (Role.OWNER, standing.stop),
    Verb.WALL_ON: (Role.EDITOR, wall.put_up),
    Verb.WALL_OFF: (Role.EDITOR, wall.take_down),
    Verb.GRANT: (Role.OWNER, roles.grant),
    Verb.REMOVE: (Role.OWNER, roles.remove),
}
"""What creators can say, and from which role on (feature K1)."""

FOLLOWERS: dict[FollowerVerb, FollowerHandler] = {
    FollowerVerb.COMMENT: follower_comments.leave_comment,
    FollowerVerb.VOTE: votes.vote,
    FollowerVerb.CHOOSE: votes.choose,
    FollowerVerb.UNSURE_VOTE: votes.unsure,
    FollowerVerb.HOW_TO_VOTE: votes.how,
    FollowerVerb.TOTALS: votes.totals,
    FollowerVerb.RANKING: ranking.ranking,
    FollowerVerb.LIKE: likes.like,
    FollowerVerb.UNLIKE: likes.unlike,
    FollowerVerb.SIGN: names.sign,
    FollowerVerb.ANONYMOUS: names.stay_anonymous,
    FollowerVerb.CLAIM: rewards.claim,
    FollowerVerb.VERIFY: disputes.verify,
    FollowerVerb.DISPUTE: disputes.dispute,
    FollowerVerb.WALL: wall.wall,
    FollowerVerb.WALL_OFF: wall.take_mine_down,
    FollowerVerb.MINE: my_page.my_page,
    FollowerVerb.HELP: my_page.help_page,
    FollowerVerb.PRIVACY: my_page.privacy,
    FollowerVerb.ALLOW_SHOWING: my_page.allow_showing,
    FollowerVerb.REFUSE_SHOWING: my_page.refuse_showing,
    FollowerVerb.STOP: leaving.stop,
    FollowerVerb.COME_BACK: leaving.come_back,
    FollowerVerb.DO_NOT_MENTION: leaving.do_not_mention,
    FollowerVerb.MY_DATA: my_data.my_data,
    FollowerVerb.DELETE_DATA: leaving.ask_erasure,
    FollowerVerb.CONFIRM_DELETION: leaving.confirm_erasure,
    FollowerVerb.MORE: queue.more,
}
"""What followers can say."""

CREATOR_ANSWERS: dict[str, tuple[Verb, AnswerHandler]] = {
    campaigns.OPEN: (Verb.OPEN_ROUND, campaigns.confirm_on),
    round_overview.HELD: (Verb.PUBLISH_ROUND, round_overview.count_held),
    round_overview.PICK: (Verb.PUBLISH_ROUND, round_overview.pick),
    round_overview.NAMES: (Verb.NOMINATE, round_overview.accept_names),
    wall.SENTENCE: (Verb.WALL_ON, wall.other_sentence),
    wall.WHICH: (Verb.WALL_OFF, wall.which_down),
    closing.LET_OUT: (Verb.PUBLISH_ROUND, closing.confirm_publish),
    closing.BY_HAND: (Verb.PUBLISH_ROUND, closing.by_hand),
    closing.END_VOTE: (Verb.CLOSE_ROUND, closing.confirm_close),
}
"""Questions to creators beside those of `handlers.creators`, and what an answer to each does."""

FOLLOWER_ANSWERS: dict[str, tuple[FollowerVerb, WordsHandler]] = {
    whys.WHY: (FollowerVerb.COMMENT, whys.answered),
    rewards.HONOUR: (FollowerVerb.CLAIM, rewards.chosen),
}
"""Questions that readers answer in free words, and what takes the answer."""

_creators = CreatorCommands(CREATORS, CREATOR_ANSWERS)
_followers = FollowerCommands(FOLLOWERS, FOLLOWER_ANSWERS)
_messages = messages.Messages(_creators, _followers)

EVENTS: dict[type[Event], Callable[[Chat], Reply]] = {
    TextMessage: _messages.text,
    OtherMessage: _messages.other,
    LinkMessage: articles.link_forwarded,
    Followed: welcome.followed,
    Unfollowed: leaving.unfollowed,
    MenuClicked: welcome.menu_clicked,
    Scanned: welcome.scanned,
    CommentEvent: intake.comment_arrived,
    PublishFinished: post_outcomes.finished,
    MassFinished: post_outcomes.finished,
}
"""What WeChat tells us, and who listens."""

TASKS: dict[str, Callable[[Work, str, float], float | None]] = {
    "inbox": intake.drain_inbox,
    "pull": polling.pull,
    "redraft": voice.redraft,
    "send": outbox.send_reply,
    "withdraw": corrections.withdraw_reply,
    "elect": corrections.elect_comment,
    "unelect": corrections.unelect_comment,
    "round": rounds.step_round,
    "post": publishing.publish_post,
    "recount": disputes.recount_task,
    "tell": letters.tell,
    "alert": digest.alert,
    "digest": digest.digest,
    "statistics": statistics.statistics,
    "probe": permissions.probe,
    "expire": expiry.expire,
    "pins": pins.remind_of_pins,
    "learn": learning.learn,
    "bank": bank.join_alike,
    "trial": trials.trial,
    "compact": erasure.compact,
    "lifetimes": lifetimes.end_lifetimes,
}
"""What workers do, by the kind before the `|` of a due member."""

JOBS: tuple[Job, ...] = (
    Job("statistics", {"hour": "8", "minute": "30"}, grace=12 * 3600.0),
    Job("probe", {"hour": "7", "minute": "50"}, grace=20 * 3600.0),
    Job("expire", {"minute": "5"}, grace=3600.0),
    Job("pins", {"day_of_week": "mon", "hour": "9"}, grace=20 * 3600.0),
    Job("learn", {"hour": "6", "minute": "40"}, grace=20 * 3600.0),
    Job("lifetimes", {"hour": "3", "minute": "40"}, grace=20 * 3600.0),
    Job("digest", {"hour": "8-21", "minute": "*/30"}, grace=1500.0),
)
"""What the clock starts, for every account, in BOT_TIMEZONE."""

ROUTER: Router[Chat, Reply] = Router(EVENTS)
