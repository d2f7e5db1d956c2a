"""常发, 常发 模板7, 常发 上限 20, 取消常发: owners read, grant and end standing permissions (features D13, K1)."""

from __future__ import annotations

from bot.domain.standing import ASK_ONE_IN, HIGHEST_CAP, Standing, StandingState
from bot.stores.audit import Entry
from bot.wechat.text import quoted
from handlers.automatic import day_of, end
from handlers.chat.commands import Command
from handlers.context import Blocks, Chat, Reply
from handlers.queue import exact_span

S = StandingState
REMEMBERED_SECONDS = 14 * 86400.0
"""How long an ended permission stays in the list."""


def standing(chat: Chat, command: Command) -> Reply:
    """常发 lists, 常发 模板7 grants what was offered, 常发 上限 20 says how many replies a day."""
    if command.argument:
        return _set_cap(chat, int(command.argument.split()[-1]))
    if not command.items:
        return _listed(chat)
    n = command.items[0].number
    known = chat.stores.standings.get(n)
    if known is None or known.state is S.EARNING:
        return chat.say("s_unknown", n=n)
    if known.state is S.ENDED:
        return chat.say("s_earn_again", n=n, why=known.why)
    if known.is_granted:
        return chat.say("s_granted_already", n=n)
    chat.stores.standings.put(known.granted(chat.person.pid, chat.now))
    chat.stores.audit.note(Entry(chat.now, f"常发 模板{n}", chat.person.pid, known.kind.template, said=chat.said))
    chat.did(f"常发 模板{n}", f"取消常发 {n}")
    return chat.say(
        "s_granted",
        n=n,
        type=known.kind.type.value,
        span=exact_span(chat.tools.settings.hold_seconds),
        cap=chat.stores.standings.cap,
        one_in=ASK_ONE_IN,
    )


def stop(chat: Chat, command: Command) -> Reply:
    """取消常发 7; without a number, if there is only one."""
    granted = chat.stores.standings.granted()
    if command.items:
        asked = [one for one in granted if one.n == command.items[0].number]
    else:
        asked = list(granted) if len(granted) == 1 else []
    if not asked:
        numbers = "、".join(f"模板{one.n}" for one in granted)
        return chat.say("s_which", numbers=numbers) if granted else chat.say("s_none_granted")
    n = asked[0].n
    back = end(chat.stores, asked[0], chat.say("s_why_stopped"), chat.now)
    chat.stores.audit.note(Entry(chat.now, f"取消常发 模板{n}", chat.person.pid, said=chat.said))
    chat.did(f"取消常发 模板{n}")
    return chat.say("s_stopped", n=n, back=len(back))


def _set_cap(chat: Chat, cap: int) -> str:
    if not 1 <= cap <= HIGHEST_CAP:
        return chat.say("s_cap_wrong", most=HIGHEST_CAP)
    before = chat.stores.standings.cap
    chat.stores.standings.put_cap(cap)
    chat.stores.audit.note(Entry(chat.now, f"常发 上限 {cap}", chat.person.pid, said=chat.said))
    chat.did(f"常发 上限 {cap}", f"常发 上限 {before}")
    return chat.say("s_cap", cap=cap)


def _listed(chat: Chat) -> Reply:
    shown = [one for one in chat.stores.standings.all() if _is_listed(chat, one)]
    if not shown:
        return chat.say("s_none")
    day = day_of(chat.now, chat.tools.settings.timezone)
    used = len(chat.stores.standings.today(day))
    return Blocks((chat.say("s_head", used=used, cap=chat.stores.standings.cap), *(_line(chat, one) for one in shown)))


def _is_listed(chat: Chat, one: Standing) -> bool:
    if one.state is S.ENDED:
        return bool(one.granted_at) and chat.now - one.ended_at < REMEMBERED_SECONDS
    return one.state is not S.EARNING


def _line(chat: Chat, one: Standing) -> str:
    draft = chat.stores.drafts.get(one.example) if one.example else None
    text = quoted(draft.approved_text or draft.text, 60) if draft else one.kind.template.partition("#")[0]
    what = one.state.value + (f"（{one.why}）" if one.state is S.ENDED else "")
    return chat.say("s_line", n=one.n, type=one.kind.type.value, what=what, text=text)
