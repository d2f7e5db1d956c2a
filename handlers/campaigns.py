"""周榜, 开启周榜, 暂停周榜, 恢复周榜: how the weekly round stands, and whether it runs (features F1, F7)."""

from __future__ import annotations

import secrets

import msgspec

from bot.domain.campaign import Campaign
from bot.domain.credit import CreditState
from bot.domain.people import Question, Role
from bot.domain.post import Publish
from bot.domain.round import Round, RoundState
from bot.domain.winner import Method
from bot.stores.audit import Entry
from config.campaigns import CampaignPlan
from handlers.batches import CODE_ALPHABET
from handlers.chat.answers import Answer, Choice, Confirmation, Yes
from handlers.chat.commands import Command
from handlers.context import Blocks, Chat, Reply
from handlers.nominations import mark_seen
from handlers.queue import span
from handlers.roles import may
from handlers.round_focus import focus, mend_drafts
from handlers.round_pages import creators_page, proposed_names
from handlers.round_planning import begin_next, keep_planned, lacks_next, round_after
from handlers.round_texts import moment

S = RoundState
OPEN, HELD, PICK, NAMES = "round_open", "round_held", "round_pick", "round_names"
"""Kinds of questions: switch it on, count the ballots held for review, the editor's choice, readers' names."""


def overview(chat: Chat, command: Command) -> Reply:
    """周榜: the round in focus, what happens next, and one question if something waits for this creator's word."""
    campaign, round_ = focus(chat.stores)
    if campaign is None or round_ is None:
        return chat.say("w_off")
    blocks = creators_page(chat, campaign, round_)
    mark_seen(chat, round_)
    question = _question(chat, round_)
    return Blocks((*blocks, question) if question else tuple(blocks))


def _question(chat: Chat, round_: Round) -> str:
    """Ask what is open, the most important first; empty if nothing is, or if it is not this creator's to decide."""
    result, is_owner = round_.result, may(chat.person, Role.OWNER)
    if is_owner and round_.state is S.CLOSED and result and result.tally.held:
        chat.ask(HELD, _stamp(round_))
        return chat.say("w_ask_held")
    if is_owner and round_.state is S.CLOSED and result and result.method is Method.EDITOR and not round_.picked:
        chat.ask(PICK, _stamp(round_))
        return chat.say("w_ask_pick", least=round_.terms.winner.least, n=result.winner)
    names = proposed_names(chat, round_)
    if names and may(chat.person, Role.EDITOR):
        chat.ask(NAMES, msgspec.json.encode((round_.id, names)).decode())
        wanted = "、".join(f"{number} 号「{name}」" for number, name in names.items())
        return chat.say("w_ask_names", wanted=wanted)
    return ""


def _stamp(round_: Round) -> str:
    """What an answer is bound to: this round with this result."""
    return f"{round_.id} {round_.mark}"


def _stamped(chat: Chat, question: Question) -> Round | None:
    """The round a question was about, None if it has changed since."""
    round_id, _, mark = question.payload.partition(" ")
    round_ = chat.stores.campaigns.round(round_id)
    return round_ if round_ and round_.state is S.CLOSED and round_.mark == mark else None


def count_held(chat: Chat, question: Question, answer: Answer) -> Reply:
    """是 to the ballots held for review: they count from now on, and the result is found anew."""
    if not isinstance(answer, Yes):
        return None
    round_ = _stamped(chat, question)
    if round_ is None or round_.result is None:
        return chat.say("w_changed")
    counting = round_.having(count_held=True)
    changed = counting.having(result=counting.decided(round_.result.tally.with_held()))
    chat.stores.campaigns.put_round(changed)
    mend_drafts(chat.stores, chat.now)
    chat.stores.audit.note(Entry(chat.now, f"周榜 {round_.id} 计入待核票", chat.person.pid, said=chat.said))
    chat.did("计入待核票")
    assert changed.result is not None
    return chat.say("w_held_counted", winner=changed.result.winner, valid=changed.result.tally.valid)


def pick(chat: Chat, question: Question, answer: Answer) -> Reply:
    """A nominee's number where there were too few ballots: the editor's choice, said openly in the post."""
    if not isinstance(answer, Choice):
        return None
    round_ = _stamped(chat, question)
    if round_ is None or round_.result is None:
        return chat.say("w_changed")
    chosen = round_.nominee(answer.n)
    if chosen is None or not chosen.stands or chosen.resting:
        able = " ".join(str(one.number) for one in round_.standing if not one.resting)
        return chat.say("w_no_pick", n=answer.n, able=able)
    picked = round_.having(picked=answer.n)
    chat.stores.campaigns.put_round(picked.having(result=picked.decided(round_.result.tally)))
    mend_drafts(chat.stores, chat.now)
    chat.stores.audit.note(Entry(chat.now, f"周榜 {round_.id} 选定 {answer.n} 号", chat.person.pid, said=chat.said))
    chat.did(f"选定 {answer.n} 号", "周榜")
    return chat.say("w_picked", n=answer.n)


def accept_names(chat: Chat, question: Question, answer: Answer) -> Reply:
    """是 accepts every name asked about, a nominee's number only that one's; the others stay as they are."""
    round_id, names = msgspec.json.decode(question.payload, type=tuple[str, dict[int, str]])
    if isinstance(answer, Yes):
        wanted = list(names)
    elif isinstance(answer, Choice) and answer.n in names:
        wanted = [answer.n]
    else:
        return None
    round_ = chat.stores.campaigns.round(round_id)
    accepted, taken = [], []
    for number in wanted:
        nominee = round_.nominee(number) if round_ else None
        credit = chat.stores.credits.of(nominee.pid) if nominee else None
        if nominee and credit and credit.state is CreditState.PROPOSED and credit.name == names[number]:
            if chat.stores.credits.is_taken(credit.name, nominee.pid):
                taken.append(f"{number} 号「{credit.name}」")
                continue
            chat.stores.credits.put(nominee.pid, msgspec.structs.replace(credit, state=CreditState.ACCEPTED))
            accepted.append(f"{number} 号「{credit.name}」")
            mend_drafts(chat.stores, chat.now, nominee.pid)
    if accepted:
        chat.did(f"采用署名 {'、'.join(accepted)}")
    said = [chat.say("w_names_accepted", names="、".join(accepted))] if accepted else []
    said += [chat.say("w_names_taken", names="、".join(taken))] if taken else []
    return "\n".join(said) or chat.say("w_changed")


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
