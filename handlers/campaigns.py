"""开启周榜, 暂停周榜, 恢复周榜: whether the weekly round runs (features F1, F7)."""

from __future__ import annotations

import secrets

from bot.domain.campaign import Campaign
from bot.domain.people import Question, Role
from bot.domain.post import Publish
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.stores.audit import Entry
from config.campaigns import CampaignPlan
from handlers.batches import CODE_ALPHABET
from handlers.chat.answers import Answer, Confirmation
from handlers.chat.commands import Command
from handlers.context import Blocks, Chat, Reply
from handlers.queue import span
from handlers.round_planning import begin_next, keep_planned, lacks_next, round_after
from handlers.round_texts import moment

S = RoundState
OPEN = "round_open"
"""The question whether to switch it on."""


def switch_on(chat: Chat, command: Command) -> Reply:
    """开启周榜: shows the first round and asks for a code; confirmed, it is the standing permission (contract 6.1)."""
    plan = chat.tools.campaigns
    if plan is None:
        return chat.say("w_no_plan")
    campaign = chat.stores.campaigns.get()
    if campaign and campaign.is_paused:
        return chat.say("w_on_but_paused")
    if campaign and campaign.permitted_by and _is_owner(chat, campaign.permitted_by):
        planned = keep_planned(chat.stores, chat.tools, chat.now)
        if planned is None:
            return chat.say("w_on_already")
        return chat.say("w_switched_on", round=planned.id, at=moment(chat.tools, planned.nominate_at, chat.now))
    unfit = _unfit(chat, plan)
    if unfit:
        return unfit
    code = new_code()
    chat.ask_code(OPEN, "", code)
    coming = round_after(plan, campaign.made if campaign else 0, chat.tools.settings.timezone, chat.now)
    return Blocks((_preview(chat, plan, coming), chat.say("w_confirm_on", code=code)))


def confirm_on(chat: Chat, question: Question, answer: Answer) -> Reply:
    """确认 XX: rounds run from now on, and posts of `publish: auto` may go out by themselves."""
    if not isinstance(answer, Confirmation):
        return None
    before = chat.stores.campaigns.get() or Campaign()
    if before.is_paused:
        return chat.say("w_on_but_paused")
    campaign = before.having(permitted_by=chat.person.pid, permitted_at=chat.now)
    chat.stores.campaigns.put(campaign)
    if lacks_next(chat.stores, chat.tools):
        campaign = begin_next(chat.stores, chat.tools, campaign, chat.now)
    chat.stores.audit.note(Entry(chat.now, "开启周榜", chat.person.pid, said=chat.said))
    chat.used_code()
    chat.did("开启周榜", "暂停周榜")
    round_ = chat.stores.campaigns.round(campaign.current)
    assert round_ is not None
    at = moment(chat.tools, round_.nominate_at, chat.now)
    return chat.say("w_switched_on", round=round_.id, at=at)


def pause(chat: Chat, command: Command) -> Reply:
    """暂停周榜: nothing of the round goes on by itself, and no ballot is taken, until 恢复周榜."""
    campaign = chat.stores.campaigns.get()
    if campaign is None:
        return chat.say("w_off")
    if campaign.is_paused:
        return chat.say("w_paused_already")
    chat.stores.campaigns.put(campaign.having(paused_by=chat.person.pid, paused_at=chat.now))
    chat.stores.audit.note(Entry(chat.now, "暂停周榜", chat.person.pid, said=chat.said))
    chat.did("暂停周榜", "恢复周榜")
    return chat.say("w_paused")


def resume(chat: Chat, command: Command) -> Reply:
    """恢复周榜: what was still to come comes later by the length of the pause."""
    campaign = chat.stores.campaigns.get()
    if campaign is None:
        return chat.say("w_off")
    if not campaign.is_paused:
        return chat.say("w_not_paused")
    length = max(0.0, chat.now - campaign.paused_at)
    chat.stores.campaigns.put(campaign.having(paused_by="", paused_at=0.0))
    for round_id in filter(None, (campaign.current, campaign.previous)):
        round_ = chat.stores.campaigns.round(round_id)
        if round_ is not None:
            chat.stores.campaigns.put_round(round_.shifted(length))
            chat.stores.due("round", round_id, chat.now)
            if round_.state is S.TO_PUBLISH:
                chat.stores.due("post", round_id, chat.now)
    chat.stores.audit.note(Entry(chat.now, "恢复周榜", chat.person.pid, said=chat.said))
    chat.did("恢复周榜", "暂停周榜")
    return chat.say("w_resumed", span=span(length))


def new_code() -> str:
    """A one-time code of two characters."""
    return secrets.choice("23456789") + secrets.choice(CODE_ALPHABET)


def _is_owner(chat: Chat, pid: str) -> bool:
    person = chat.person if pid == chat.person.pid else chat.stores.people.get(pid)
    return person is not None and person.role is Role.OWNER


def _unfit(chat: Chat, plan: CampaignPlan) -> str:
    """Why the round's own words may not go out (feature J7); empty if they may."""
    for category in plan.categories:
        for text in (plan.title_of(category), category.criteria, category.question):
            findings = chat.tools.gate.check_outgoing(text)
            if findings:
                return chat.say("w_unfit", category=category.name, word=findings[0].word, why=findings[0].why)
    return ""


def _preview(chat: Chat, plan: CampaignPlan, round_: Round) -> str:
    how = {
        Publish.AUTO: "w_how_auto",
        Publish.APPROVE: "w_how_approve",
        Publish.MASS: "w_how_mass",
        Publish.DRAFT: "w_how_draft",
    }[round_.terms.publish]
    return chat.say(
        "w_preview_on",
        title=round_.title,
        criteria=round_.criteria,
        categories="、".join(category.name for category in plan.categories),
        nominate=moment(chat.tools, round_.nominate_at, chat.now),
        vote=moment(chat.tools, round_.vote_at, chat.now),
        close=moment(chat.tools, round_.close_at, chat.now),
        how=chat.say(how, span=span(round_.terms.preview)),
        rewards="、".join(round_.terms.rewards) or "无",
    )
