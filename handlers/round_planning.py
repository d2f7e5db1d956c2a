"""From campaigns.yaml to rounds: the rules of the next one, its category and its times (features F1, F3)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.campaign import Campaign
from bot.domain.people import Role
from bot.domain.post import Publish
from bot.domain.round import Round, Terms
from bot.domain.round_state import RoundState
from bot.domain.weekly import Weekly, week_id
from bot.domain.winner import WinnerRule
from bot.stores.stores import Stores
from config.campaigns import CampaignPlan, Category, WeekTime
from handlers.context import Tools

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def terms_of(plan: CampaignPlan, category: Category) -> Terms:
    """The rules of a round of this category."""
    return Terms(
        publish=Publish(plan.publish),
        winner=WinnerRule(plan.winner.least_ballots, plan.winner.equal_points),
        favours={str(kind): points for kind, points in category.favours.items()},
        words=category.words,
        word_points=category.word_points,
        threshold=plan.nominees.threshold,
        wanted=plan.nominees.wanted,
        preview=plan.preview_minutes * MINUTE,
        grace=plan.grace_hours * HOUR,
        dispute=plan.dispute_hours * HOUR,
        claim=plan.claim_days * DAY,
        rest=plan.winner.rest_weeks * 7 * DAY,
        rewards=plan.rewards,
        pass_on=plan.unclaimed == "next",
        spread=plan.winner.spread_points,
    )


def round_after(plan: CampaignPlan, made: int, zone: ZoneInfo, after: float) -> Round:
    """The first round that begins after a moment; `made` rounds took place before it, which decides its category."""
    nominate = _weekly(plan.times.nominate).after(datetime.fromtimestamp(after, zone))
    vote = _weekly(plan.times.vote).after(nominate)
    close = _weekly(plan.times.close).after(nominate)
    category = plan.category(made)
    return Round(
        id=week_id(nominate),
        state=RoundState.OPEN,
        title=plan.title_of(category),
        category=category.name,
        criteria=category.criteria,
        terms=terms_of(plan, category),
        nominate_at=nominate.timestamp(),
        vote_at=vote.timestamp(),
        close_at=close.timestamp(),
        question=category.question,
    )


def begin_next(stores: Stores, tools: Tools, campaign: Campaign, after: float) -> Campaign:
    """Make the round of the next week and plan its start, all in the step that ends or begins something else."""
    plan = tools.campaigns
    if plan is None:
        return campaign
    following = round_after(plan, campaign.made, tools.settings.timezone, after)
    while stores.campaigns.round(following.id) is not None:
        following = round_after(plan, campaign.made, tools.settings.timezone, following.nominate_at)
    ended = stores.campaigns.round(campaign.current)
    # A week without a round leaves the one before it in sight: its honour may still be open.
    previous = campaign.current if ended and ended.state is not RoundState.SKIPPED else campaign.previous
    changed = campaign.having(current=following.id, previous=previous)
    stores.campaigns.put_round(following)
    stores.campaigns.put(changed)
    stores.due("round", following.id, following.nominate_at)
    return changed


def lacks_next(stores: Stores, tools: Tools) -> bool:
    """True when rounds run and none is coming or going on: one closed while campaigns.yaml was missing (F1)."""
    campaign = stores.campaigns.get()
    if campaign is None or tools.campaigns is None:
        return False
    current = stores.campaigns.round(campaign.current)
    return current is None or current.state not in (RoundState.OPEN, RoundState.NOMINATED, RoundState.VOTING)


def keep_planned(stores: Stores, tools: Tools, now: float) -> Round | None:
    """Plan the next round if none is; which one, None if there was nothing to do."""
    campaign = stores.campaigns.get()
    if campaign is None or not lacks_next(stores, tools):
        return None
    return stores.campaigns.round(begin_next(stores, tools, campaign, now).current)


def goes_by_itself(stores: Stores, campaign: Campaign, round_: Round) -> bool:
    """True when the post needs no further word: draft only, or auto with the standing permission of an owner."""
    if round_.terms.publish is Publish.DRAFT:
        return True
    owner = stores.people.get(campaign.permitted_by) if campaign.permitted_by else None
    return round_.terms.publish is Publish.AUTO and owner is not None and owner.role is Role.OWNER


def lacks_permission(stores: Stores, campaign: Campaign, round_: Round) -> bool:
    """True for an auto post that no owner let out and whose standing permission is gone: it acts as approve (F7)."""
    is_auto = round_.terms.publish is Publish.AUTO
    return is_auto and not round_.only_as and not goes_by_itself(stores, campaign, round_)


def _weekly(time: WeekTime) -> Weekly:
    return Weekly(time.weekday, time.minute)
