"""语气, 称呼, 口头禅, 禁用词: how drafts sound. A change is drafted anew into what still waits (feature C7)."""

from __future__ import annotations

import re

import msgspec

from bot.domain.comment import Comment
from bot.domain.draft import HAND, Draft, DraftState
from bot.stores.audit import Entry
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.bank import answers, is_repeatable, with_earlier_answer
from handlers.chat.commands import Command, Verb
from handlers.considering import Authors, case_of
from handlers.context import Chat, Reply, Work
from handlers.intake import BATCH
from handlers.stored_voice import put_voice, voice_of
from replies.case import Finding, Voice
from replies.learning import learned
from replies.tone import TONES

NONE = "无"
"""What is typed to have no tone, salutation, pet phrases or banned words."""

_BETWEEN = re.compile(r"[\s、，,；;]+")
_REDRAFTED = (DraftState.PENDING, DraftState.SNOOZED)


def set_voice(chat: Chat, command: Command) -> Reply:
    """语气 俏皮, 称呼 小可爱, 口头禅 慢慢来、不急, 禁用词 亲、宝宝; 无 takes it away, no word shows the voice."""
    before = voice_of(chat.stores)
    asked = command.argument or command.text or ""
    if not asked:
        return _described(chat, before)
    if command.verb is Verb.TONE and asked not in (NONE, *TONES):
        return chat.say("d_voice_tones", asked=quoted(asked, 20), tones="、".join(TONES), first=TONES[0])
    voice = _changed(before, command.verb, asked)
    if voice == before:
        return chat.say("d_voice_same", what=command.verb.value, now=_value(voice, command.verb))
    if unfit := _unfit(chat, voice, command.verb):
        return chat.say("d_voice_unfit", what=command.verb.value, word=quoted(unfit.word, 20), why=unfit.why)
    put_voice(chat.stores, voice)
    chat.stores.due("redraft", "", chat.now)
    chat.stores.audit.note(Entry(chat.now, f"{command.verb.value}：{_value(voice, command.verb)}", chat.person.pid))
    chat.did(command.verb.value, f"{command.verb.value} {_value(before, command.verb)}")
    return chat.say("d_voice_set", what=command.verb.value, now=quoted(_value(voice, command.verb), 200))


def _unfit(chat: Chat, voice: Voice, verb: Verb) -> Finding | None:
    """What keeps a salutation or a catchphrase from standing in any reply, None if it may; the gate is the replies'."""
    said = {Verb.SALUTATION: (voice.salutation,), Verb.PET_PHRASES: voice.pet_phrases}.get(verb, ())
    return next((finding for words in said for finding in chat.tools.gate.check_outgoing(words, voice)), None)


def _changed(voice: Voice, verb: Verb, asked: str) -> Voice:
    if verb is Verb.TONE:
        return msgspec.structs.replace(voice, tone="" if asked == NONE else asked)
    listed = () if asked == NONE else tuple(dict.fromkeys(word for word in _BETWEEN.split(asked) if word))
    if verb is Verb.SALUTATION:
        return msgspec.structs.replace(voice, salutation=listed[0] if listed else "")
    if verb is Verb.PET_PHRASES:
        return msgspec.structs.replace(voice, pet_phrases=listed)
    return msgspec.structs.replace(voice, banned=listed)


def _value(voice: Voice, verb: Verb) -> str:
    """One side of the voice as it is typed."""
    values = {
        Verb.TONE: voice.tone,
        Verb.SALUTATION: voice.salutation,
        Verb.PET_PHRASES: "、".join(voice.pet_phrases),
        Verb.BANNED_WORDS: "、".join(voice.banned),
    }
    return values[verb] or NONE


def _described(chat: Chat, voice: Voice) -> str:
    return chat.say(
        "d_voice",
        tone=_value(voice, Verb.TONE),
        salutation=quoted(_value(voice, Verb.SALUTATION), 20),
        pets=quoted(_value(voice, Verb.PET_PHRASES), 80),
        banned=quoted(_value(voice, Verb.BANNED_WORDS), 300),
    )


def redraft(work: Work, arg: str, now: float) -> float | None:
    """Task `redraft|`: what waits and was not rewritten by hand is drafted anew in the present voice."""
    waiting = [entry.id for entry in work.look().drafts.queue() if not entry.crisis]
    for start in range(0, len(waiting), BATCH):
        _redraft_some(work, waiting[start : start + BATCH], now)
    return None


def _redraft_some(work: Work, ids: list[str], now: float) -> None:
    look = work.look()
    before = {draft.id: draft for draft in look.drafts.peek(ids) if _is_ours(draft)}
    comments = [comment for comment in look.comments.many(list(before)) if comment and comment.triage]
    articles = {comment.id: comment.article for comment in comments}
    fresh = _drafted_anew(work, look, before, comments, now)

    def commit(stores: Stores) -> None:
        for draft in stores.drafts.many(list(fresh)):
            after = fresh[draft.id]
            if draft == before[draft.id] and after.variants != draft.variants:
                stores.drafts.put(after, now)
                stores.recent.add(articles[draft.id], [after.text])
                stores.audit.add(draft.id, Entry(now, "按新的语气重拟", "", "", after.version))

    work.store(commit)


def _is_ours(draft: Draft) -> bool:
    """True for an item that waits and that no creator has rewritten; it may have no draft as yet."""
    return draft.state in _REDRAFTED and HAND not in draft.variant_names


def _drafted_anew(
    work: Work, look: Stores, before: dict[str, Draft], comments: list[Comment], now: float
) -> dict[str, Draft]:
    """The drafts with the variants they get now; what they said before is no reason to say something else."""
    authors = Authors(look, comments, now)
    voice, taught = voice_of(look), learned(look.choices.counts())
    known = answers(work, look)
    old = {variant.text for draft in before.values() for variant in draft.variants}
    said: dict[str, list[str]] = {}
    fresh = {}
    for comment in sorted(comments, key=lambda one: (one.created_at, one.id)):
        if comment.article not in said:
            texts, _ = look.recent.read(comment.article)
            said[comment.article] = [text for text in texts if text not in old]
        article = look.articles.get(comment.article)
        case = case_of(work, article, comment, authors, said[comment.article], (), voice, taught)
        variants = work.desk.consider(case).variants
        if is_repeatable(comment):
            variants = with_earlier_answer(work, known, comment, variants, voice)
        authors.add(comment)
        if variants:
            said[comment.article].insert(0, variants[0].text)
        draft = before[comment.id]
        fresh[draft.id] = msgspec.structs.replace(
            draft, variants=variants, chosen=variants[0].name if variants else "A", version=draft.version + 1
        )
    return fresh
