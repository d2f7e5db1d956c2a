"""`rules check` and `rules try`: the files that decide what is said, looked at without an account."""

from __future__ import annotations

import argparse
import tempfile
from typing import Any

from config.autoreply import AutoReplies, AutoReplyError
from config.campaigns import CampaignPlan, CampaignsError
from config.lifetimes import Lifetimes, LifetimesError
from config.phrases import Phrases, PhrasesError
from config.post_template import PostTemplate, PostTemplateError
from config.settings import Settings, load_settings


def add(commands: Any) -> None:
    """Add the command with its two actions."""
    summary = "check rules, words, phrases and auto-replies, or see what they make of a text"
    command = commands.add_parser("rules", help=summary, description=summary)
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True)
    hint = "list every fault with file, line and field; exit 1 if there is one"
    action = actions.add_parser("check", help=hint, description=hint)
    _add_candidate(action)
    action.set_defaults(command=_check)
    hint = "what the rules make of TEXT: type, quality, risks, drafts, each with its reason"
    action = actions.add_parser("try", help=hint, description=hint)
    action.add_argument("text", metavar="TEXT", help="a comment")
    _add_candidate(action)
    action.set_defaults(command=_try)


def _add_candidate(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "--candidate", metavar="NAME", help="with the files of candidates/NAME in place of those in use"
    )


def _check(arguments: argparse.Namespace) -> int:
    from replies.trial import check

    settings = load_settings(need_account=False)
    problems = [*check(settings.config_dir, candidate=arguments.candidate), *_other_files(settings)]
    for problem in problems:
        print(problem)
    print(
        f"{len(problems)} faults"
        if problems
        else "rules, words, phrases, auto-replies, campaigns and the post's template are in order"
    )
    return 1 if problems else 0


def _other_files(settings: Settings) -> list[str]:
    from replies.case import RulesError
    from replies.worth import Worth

    problems: list[str] = []
    try:
        Worth.load(settings.config_dir)
    except RulesError as error:
        problems += error.problems
    try:
        Phrases.load(settings.config_dir / "phrases.yaml")
    except PhrasesError as error:
        problems += str(error).splitlines()
    try:
        AutoReplies.load(settings.config_dir)
    except AutoReplyError as error:
        problems += str(error).splitlines()
    try:
        CampaignPlan.load(settings.config_dir)
    except CampaignsError as error:
        problems += str(error).splitlines()
    try:
        PostTemplate.load(settings.config_dir)
    except PostTemplateError as error:
        problems += str(error).splitlines()
    try:
        Lifetimes.load(settings.config_dir)
    except LifetimesError as error:
        problems += str(error).splitlines()
    return problems


def _try(arguments: argparse.Namespace) -> int:
    from replies.candidates import load_desk
    from replies.case import RulesError
    from replies.trial import explain

    settings = load_settings(need_account=False)
    with tempfile.TemporaryDirectory() as cache:
        try:
            desk = load_desk(settings.config_dir, cache, arguments.candidate)
        except RulesError as error:
            print(error)
            return 1
        for line in explain(arguments.text, desk):
            print(line)
    return 0
