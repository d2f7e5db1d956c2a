"""署名 and 匿名: how a reader wants to be named where their words are shown (feature F9)."""

from __future__ import annotations

from bot.domain.credit import LONGEST, SHORTEST, Credit, CreditState, unfit
from bot.wechat.text import quoted
from handlers.chat.commands import FollowerCommand
from handlers.context import Chat, Reply
from handlers.round_focus import mend_drafts
from handlers.round_letters import tell_creators
from replies.text import normal


def sign(chat: Chat, command: FollowerCommand) -> Reply:
    """署名 小王: a name of 2-8 字, shown only after a creator has accepted it."""
    name = quoted((command.text or "").strip(), 40)
    if not name:
        return chat.say("w_sign_how", least=SHORTEST, most=LONGEST)
    known = chat.stores.credits.of(chat.person.pid)
    if known and known.name == name and known.state is not CreditState.ANONYMOUS:
        return chat.say("w_signed_already" if known.state is CreditState.ACCEPTED else "w_sign_waits", wanted=name)
    plan = chat.tools.campaigns
    why = unfit(name, plan.reserved_names if plan else ()) or unfit(normal(name), plan.reserved_names if plan else ())
    why = why or (chat.say("w_name_taken") if chat.stores.credits.is_taken(name, chat.person.pid) else "")
    findings = chat.tools.gate.check_outgoing(name)
    if why or findings:
        return chat.say("w_sign_refused", why=why or findings[0].why)
    chat.stores.credits.put(chat.person.pid, Credit(CreditState.PROPOSED, name, chat.now))
    if _stands(chat):
        tell_creators(chat.stores, chat.tools, chat.say("w_sign_proposed"), chat.now, once=True)
    return chat.say("w_sign_waits", wanted=name)


def stay_anonymous(chat: Chat, command: FollowerCommand) -> Reply:
    """匿名: no name and no letters, from now on."""
    chat.stores.credits.put(chat.person.pid, Credit(CreditState.ANONYMOUS, at=chat.now))
    mend_drafts(chat.stores, chat.now, chat.person.pid)
    return chat.say("w_anonymous")


def _stands(chat: Chat) -> bool:
    """True when this reader's words stand in a round, so that a creator should look at the name."""
    campaign = chat.stores.campaigns.get()
    ids = (campaign.current, campaign.previous) if campaign else ()
    rounds = [chat.stores.campaigns.round(round_id) for round_id in ids if round_id]
    return any(one.pid == chat.person.pid for round_ in rounds if round_ for one in round_.standing)
