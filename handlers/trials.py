"""规则试跑 广告v2: the last 30 days through other rules, without side effects; the result comes as letters (B11).

All that is stored on the way is how far the trial has come; when it has ended only its letters are left. What creators
marked is read from what they did: a comment they answered or elected was no advertisement, whatever a rule says.
"""

from __future__ import annotations

import hashlib

import msgspec

from bot.domain.choices import ACCEPTED
from bot.domain.comment import Comment
from bot.domain.draft import Draft, DraftState
from bot.domain.trial import DAYS, Tally, Trial
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.chat.commands import Command
from handlers.considering import Authors, case_of
from handlers.context import Chat, Reply, Work
from handlers.follower_comments import NO_ARTICLE
from handlers.letters import post
from handlers.live_desk import signature
from handlers.stored_voice import voice_of
from replies.candidates import FOLDER, find_candidate, list_candidates, load_candidate
from replies.case import RulesError
from replies.desk import Desk
from replies.learning import learned
from replies.replay import Mark, Seen, add

PAGE = 100
JUDGED_PER_RUN = 1_000
READ_PER_RUN = 10_000
"""Bounds of one run of the task (about five seconds), so that other tasks have their turn in between."""

GIVEN_UP_SECONDS = 3600.0
SHOWN = 3
BAD_WORDS = ("广告", "引流", "推广", "辱骂", "骂人", "垃圾")
"""Reasons of 拒绝 that mean that the comment should have been stopped."""


def try_rules(chat: Chat, command: Command) -> Reply:
    """规则试跑 lists the candidates, 规则试跑 广告v2 begins a trial or tells how far the running one is."""
    config_dir = chat.tools.settings.config_dir
    names = list_candidates(config_dir)
    running = chat.stores.trials.running()
    if running is not None and chat.now - running.touched < GIVEN_UP_SECONDS:
        return chat.say("r_trial_running", which=running.name, read=running.read, total=running.total)
    name = find_candidate(config_dir, command.text or "") if command.text else None
    if name is None:
        known = "、".join(quoted(known, 30) for known in names[:20])
        return chat.say("r_trial_choose", names=known) if names else chat.say("r_trial_none")
    chat.stores.trials.put(Trial(name, chat.person.pid, chat.now, touched=chat.now))
    chat.stores.due("trial", "", chat.now)
    return chat.say("r_trial_begun", which=name, days=DAYS)


def trial(work: Work, arg: str, now: float) -> float | None:
    """Task `trial|`: some more comments through both desks; due again at once while there are more."""
    before = work.look().trials.running()
    if before is None:
        return None
    settings = work.tools.settings
    try:
        desk = load_candidate(settings.config_dir, before.name, settings.data_dir)
    except RulesError as error:
        faults = "\n".join(quoted(problem, 200) for problem in error.problems[:SHOWN])
        _end(work, before, [("", work.say("r_trial_faulty", which=before.name, n=len(error.problems), faults=faults))])
        return None
    after = _go_on(work, _as_begun(work, before, now), desk)
    if after.article:
        work.store(lambda stores: _keep(stores, before, after))
        return now
    _end(work, before, _letters(work, after))
    return None


def _as_begun(work: Work, trial: Trial, now: float) -> Trial:
    """The trial as it goes on now: from the beginning if any of the files concerned has changed since."""
    config_dir = work.tools.settings.config_dir
    found = (signature(config_dir), signature(config_dir / FOLDER / trial.name))
    rules = hashlib.sha256(repr(found).encode()).hexdigest()[:16]
    if trial.rules == rules:
        return msgspec.structs.replace(trial, touched=now)
    articles = _articles(work.look())
    total = sum(len(work.look().comments.cids(key)) for key in articles)
    return Trial(trial.name, trial.by, trial.at, rules, now, articles[0], total=total)


def _articles(look: Stores) -> list[str]:
    """The keys of all articles, in a fixed order."""
    return sorted({NO_ARTICLE, *(article.key for article in look.articles.all())})


def _go_on(work: Work, trial: Trial, desk: Desk) -> Trial:
    """The trial some comments further; without an article it has come to its end."""
    since = trial.at - DAYS * 86400.0
    changed = desk.rules_unlike(work.desk)
    tally, read, judged = trial.tally, 0, 0
    articles = _articles(work.look())
    for at, key in enumerate(articles):
        if key < trial.article:
            continue
        left = sorted(cid for cid in work.look().comments.cids(key) if key > trial.article or cid > trial.cid)
        while left:
            if judged >= JUDGED_PER_RUN or read >= READ_PER_RUN:
                return msgspec.structs.replace(trial, read=trial.read + read, tally=tally)
            page, left = left[:PAGE], left[PAGE:]
            look = work.look()
            comments = [
                comment
                for comment in look.comments.page(key, page)
                if comment and comment.content and since <= comment.created_at <= trial.at
            ]
            for seen in _judged(work, look, desk, key, comments, trial.at):
                tally = add(tally, seen, changed)
            read, judged = read + len(page), judged + len(comments)
            trial = msgspec.structs.replace(trial, article=key, cid=page[-1])
        if at + 1 < len(articles):
            trial = msgspec.structs.replace(trial, article=articles[at + 1], cid="")
    return msgspec.structs.replace(trial, article="", cid="", read=trial.read + read, tally=tally)


def _judged(work: Work, look: Stores, desk: Desk, article_key: str, comments: list[Comment], now: float) -> list[Seen]:
    """What both desks make of comments of one article, and what creators did about them."""
    if not comments:
        return []
    article = look.articles.get(article_key)
    authors = Authors(look, comments, now)
    voice, taught = voice_of(look), learned(look.choices.counts())
    drafts = {draft.id: draft for draft in look.drafts.peek([comment.id for comment in comments])}
    judged = []
    for comment in comments:
        case = case_of(work, article, comment, authors, (), (), voice, taught)
        mark = _mark(comment, drafts.get(comment.id))
        judged.append(Seen(comment.id, work.desk.consider(case), desk.consider(case), mark))
    return judged


def _mark(comment: Comment, draft: Draft | None) -> Mark:
    """What creators said of a comment by what they did. A standing permission is no creator's mark."""
    answered = draft is not None and draft.state in ACCEPTED and not draft.standing
    refused = draft is not None and draft.state is DraftState.REJECTED
    as_bad = refused and draft is not None and any(word in draft.reason for word in BAD_WORDS)
    replied = bool(comment.reply) and not comment.by_standing
    return Mark(comment.elected or replied or answered, refused, as_bad)


def _keep(stores: Stores, before: Trial, after: Trial) -> None:
    """Keep how far the trial has come, unless it was ended or begun anew meanwhile."""
    if stores.trials.running() == before:
        stores.trials.put(after)


def _end(work: Work, before: Trial, letters: list[tuple[str, str]]) -> None:
    """Write the letters `(comment it quotes, text)` and leave nothing else behind; once, however often it is run."""

    def end(stores: Stores) -> None:
        if stores.trials.running() != before:
            return
        stores.trials.put(None)
        if not stores.people.creator_or_owner(before.by):
            return
        for about, text in letters:
            post(stores, stores.people.creator_or_owner(before.by), text, work.clock(), about)

    work.store(end)


def _letters(work: Work, trial: Trial) -> list[tuple[str, str]]:
    """The result in words; each example is a letter of its own, so that it leaves with its comment."""
    t = trial.tally
    lines = [
        work.say("r_trial_head", which=trial.name, days=DAYS, looked=t.looked),
        work.say("r_trial_hits", stopped=t.stopped, now=t.stopped_now, mistaken=t.mistaken, before=t.mistaken_now),
    ]
    if t.missed:
        lines.append(work.say("r_trial_missed", n=t.missed))
    if _is_same(t):
        lines.append(work.say("r_trial_same"))
    else:
        types = "、".join(f"{change} {n}" for change, n in _most(t.retyped))
        lines.append(work.say("r_trial_diff", newly=t.newly, no_longer=t.no_longer))
        lines += [work.say("r_trial_types", n=sum(t.retyped.values()), types=types)] if types else []
        lines.append(work.say("r_trial_drafts", more=t.drafted_more, less=t.drafted_less, reworded=t.reworded))
        lines += [
            work.say("r_trial_rule", rule=quoted(rule, 30), n=n, refused=t.refused.get(rule, 0))
            for rule, n in _most(t.served)
        ]
    letters = [("", "\n".join([*lines, work.say("r_trial_adopt", which=trial.name)]))]
    comments = work.look().comments.many([example.comment for example in t.examples])
    for example, comment in zip(t.examples, comments, strict=True):
        if comment is not None and comment.content:
            words = quoted(work.desk.mask(comment.content), 30)
            slots = {"shows": example.shows, "text": words, "before": example.before, "after": example.after}
            letters.append((comment.id, work.say("r_trial_example", **slots)))
    return letters


def _is_same(tally: Tally) -> bool:
    return not (tally.newly or tally.no_longer or tally.retyped or tally.reworded or tally.served) and not (
        tally.drafted_more or tally.drafted_less
    )


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The most frequent, a few of them."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:SHOWN]
