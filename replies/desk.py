"""The desk: one comment in, triage and reply variants out. Loaded once, then pure."""

from __future__ import annotations

from pathlib import Path

from bot.domain.comment import CommentType, Triage, Variant
from replies.case import Case, Finding, RulesError, Verdict, Voice
from replies.drafting.choose import Choice, choose
from replies.drafting.harmless import harmless_word, touches_health
from replies.drafting.quotes import CLEAR
from replies.drafting.refuse import QUARREL, checks_health, quarrels, why_not
from replies.drafting.script import Script
from replies.drafting.slots import fill_slots
from replies.lint import Gate
from replies.questions import same_question
from replies.risk.contact import mask
from replies.risk.screen import risks_of
from replies.rulebook import RuleBook, Situation, suits
from replies.rules import RuleFile, read_rules
from replies.tone import Tone
from replies.triage.decide import CRISIS, DRAFT, HEAVY, NO_TEMPLATE, decide
from replies.triage.load import Kit, load_triage
from replies.triage.reading import Reading
from replies.triage.score import Background, quality
from replies.triage.type import Fired
from replies.words import read_traditional
from replies.yaml_lines import Lines, line_of

__all__ = ["Desk"]

_FELT = 0.5  # polarity from which a comment counts as 正面 or 负面


class Desk:
    """Triage and drafting with one set of rules. `consider` never raises, whatever the comment."""

    def __init__(self, triage: Kit, rules: RuleBook, gate: Gate, script: Script) -> None:
        self._words = triage.words
        self._reader = triage.reader
        self._cues = triage.types
        self._polarity = triage.polarity
        self._rules = rules
        self._gate = gate
        self._script = script

    @classmethod
    def load(cls, config_dir: Path | str, cache_dir: Path | str) -> Desk:
        """Load the rules and word lists of `config_dir`; jieba keeps its cache in `cache_dir`.

        Raises RulesError listing file, line and field of every problem, failed examples included.
        """
        folder = Path(config_dir)
        problems: list[str] = []
        rules: tuple[RuleFile, Lines] | None = None
        gate: Gate | None = None
        triage: Kit | None = None
        try:
            rules = read_rules(folder)
        except RulesError as error:
            problems += error.problems
        try:
            triage = load_triage(folder, cache_dir)
        except RulesError as error:
            problems += error.problems
        try:
            gate = Gate.load(folder)
        except RulesError as error:
            problems += error.problems
        if problems or rules is None or gate is None or triage is None:
            raise RulesError(problems)
        desk = cls(triage, RuleBook(rules[0]), gate, Script(read_traditional(folder)))
        if problems := desk._failed_examples(*rules):
            raise RulesError(problems)
        return desk

    def consider(self, case: Case) -> Verdict:
        """Triage of one comment, and its drafts if it deserves an answer."""
        reading = self._reader.read(case.content)
        typed = self._cues.decide(reading)
        kind = typed.type
        polarity = self._polarity.of(reading.words)
        score, parts = quality(reading, kind, self._words, self._background(case))
        decision = decide(reading, typed, self._laughs(case), self._holds(reading, kind))
        variants: tuple[Variant, ...] = ()
        if decision == CRISIS:
            variants = (Variant("A", "固定", self._rules.crisis_sentence, "固定/危机"),)
        elif decision == HEAVY and not reading.hits.distress and checks_health(reading, kind):
            variants = self._draft(case, reading, kind, polarity)
            decision = DRAFT if variants else HEAVY
        elif decision == DRAFT and (reason := why_not(reading, kind)):
            decision = reason
        elif decision == DRAFT:
            variants = self._draft(case, reading, kind, polarity)
            if not variants:
                decision = QUARREL if quarrels(reading, kind) else NO_TEMPLATE
        triage = Triage(
            type=kind,
            quality=score,
            decision=decision,
            type_rule=typed.rule,
            parts=parts,
            risks=risks_of(reading.hits, kind, polarity),
            polarity=polarity,
        )
        return Verdict(triage, variants)

    def check_outgoing(self, text: str, voice: Voice | None = None) -> tuple[Finding, ...]:
        """What keeps a draft or a hand edit from going out (see replies.lint.Gate)."""
        return self._gate.check_outgoing(text, voice)

    def mask(self, text: str) -> str:
        """The text for display, contact data masked."""
        return mask(text)

    def same_question(self, one: str, other: str) -> bool:
        """True when two comments ask the same."""
        left, right = self._reader.normal(one), self._reader.normal(other)
        vectors = (self._words.vector(self._words.cut(text)) for text in (left, right))
        return same_question(left, right, *vectors)

    def template_text(self, name: str) -> str:
        """The words of a template (`rule#kind n`), slots in braces; empty if there is none of that name."""
        return self._rules.template_text(name)

    def is_placeholder(self, name: str) -> bool:
        """True for a template (`rule#kind n`) that answers nothing of what was asked."""
        return self._rules.is_placeholder(name)

    def rules_unlike(self, other: Desk) -> frozenset[str]:
        """Names of the rules of this desk that the other one lacks or words otherwise."""
        known = {rule.name: rule for rule in other._rules.rules}
        return frozenset(rule.name for rule in self._rules.rules if known.get(rule.name) != rule)

    def explain_type(self, text: str) -> list[Fired]:
        """Every cue that fires on a comment, type by type."""
        return self._cues.explain(self._reader.read(text))

    def _draft(self, case: Case, reading: Reading, kind: CommentType, polarity: float) -> tuple[Variant, ...]:
        situation = Situation(
            norm=reading.norm,
            type=kind,
            size=reading.size,
            first_comment=case.first_comment,
            tags=frozenset(case.tags),
            hour=case.hour,
            mood="正面" if polarity >= _FELT else "负面" if polarity <= -_FELT else "平静",
            low=polarity < 0 or "心里难受" in reading.features,
        )
        tone_name, tone = self._tone(case.voice.tone, reading, situation)
        slots = fill_slots(reading, kind, self._reader, self._topic(case), case.earlier_texts)
        if quarrels(reading, kind) and (not slots.quotes or slots.quotes[0].worth < CLEAR):
            return ()
        return choose(
            Choice(
                key=case.key or case.content,
                rules=tuple(self._rules.matching(situation)),
                slots=slots,
                voice=case.voice,
                learned=case.learned,
                resting=case.resting_rules,
                recent=case.recent_replies,
                wording=self._script.to_traditional if self._script.is_traditional(reading.text) else str,
                may_go_out=lambda text: not self._gate.check_outgoing(text, case.voice),
                suits=lambda template: suits(template, situation),
                tone_name=tone_name,
                tone=tone,
                low=situation.low,
            )
        )

    def _tone(self, name: str, reading: Reading, at: Situation) -> tuple[str, Tone | None]:
        """The tone for an answer with its words; none where a light one would be out of place."""
        tone = self._rules.tones.get(name)
        heavy = at.low or at.type is CommentType.COMPLAINT or reading.hits.look or touches_health(reading.norm)
        return ("", None) if tone and tone.light and heavy else (name, tone)

    def _background(self, case: Case) -> Background | None:
        """Word weights to measure relevance by: the body, else the title, else words of several commenters."""
        for source, text in (("正文", case.article_text), ("标题", case.article_title)):
            if text.strip():
                weights = self._words.vector(self._words.cut(self._reader.normal(text)))
                if weights:
                    return Background(weights, source)
        if case.article_words:
            return Background(self._words.vector(case.article_words), "读者常用词")
        return None

    def _topic(self, case: Case) -> str:
        """A harmless noun of the title for what the article is about; empty if there is none."""
        words = self._words.cut(self._reader.normal(case.article_title))
        nouns = [w for w in self._words.content(words) if self._words.tag(w) in ("n", "vn") and 2 <= len(w) <= 5]
        nouns = [w for w in nouns if harmless_word(w, self._reader)]
        return max(nouns, key=lambda w: (self._words.rarity(w), w), default="")

    def _laughs(self, case: Case) -> int:
        """How many of this person's last two comments were mere greetings or laughs."""
        last = case.earlier_texts[-2:]
        return sum(self._cues.decide(self._reader.read(text)).type is CommentType.GREETING for text in last)

    def _holds(self, reading: Reading, kind: CommentType) -> bool:
        """True when praise names something that a reply can hold on to."""
        if kind is not CommentType.PRAISE:
            return True
        word = fill_slots(reading, kind, self._reader, "", ()).values.get("词", "")
        return bool(word) and not self._reader.praises(word)

    def _failed_examples(self, file: RuleFile, lines: Lines) -> list[str]:
        """One line per example that its own rule does not serve."""
        problems = []
        for place, rule in enumerate(file.rules):
            for number, example in enumerate(rule.examples):
                verdict = self.consider(Case(content=example.say, article_title=example.title, key="example"))
                at = ("rules", place, "examples", number)
                where = f"rules.yaml:{line_of(at, lines)}: rules.{place}.examples.{number}"
                said = " / ".join(v.text for v in verdict.variants)
                wanted = example.type
                if wanted is not None and verdict.triage.type is not wanted:
                    problems.append(f"{where}: type is {verdict.triage.type}, not {wanted}: {example.say}")
                elif not any(v.rule.startswith(f"{rule.name}#") for v in verdict.variants):
                    other = "、".join(v.rule for v in verdict.variants) or verdict.triage.decision
                    problems.append(f"{where}: not answered by {rule.name} but by {other}: {example.say}")
                elif missing := [w for w in example.reply_has if w not in said]:
                    problems.append(f"{where}: no reply has {missing[0]}: {said}")
                elif unwanted := [w for w in example.reply_lacks if w in said]:
                    problems.append(f"{where}: a reply has {unwanted[0]}: {said}")
        return problems
