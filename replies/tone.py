"""How a tone says what a template says: its own words, its way into a question and out of a sentence (feature C7)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["TONES", "Tone", "in_tone"]

TONES = ("亲切", "专业", "俏皮")

_QUOTED = re.compile(r"(「[^」]*」)")
_OPEN = re.compile(r"(?:什么|哪|谁|怎么|怎样|几|多少|多久|多大|有没有|还是)[^，。？！]*(?<![吗呢呀吧啊])？$")
_ODD_WITH_PARTICLE = re.compile(r"怎么说？$")  # 怎么说呢 means something else
_LAST_QUESTIONS = re.compile(r"(?:^|(?<=[。！])|(?<=」，))(?:[^。！？「」{}]+？)+$")
_SPOKEN_TO = re.compile(
    r"：|请问|问一句|方便|好奇|想听|想知道|想了解|告诉我|补充|多讲|展开|^为什么？$|我[^，]{0,6}[。，]"
)
_PLAIN_START = re.compile(r"你(?!猜|说|那台)|是(?!不是)|最|哪|当时|有没有|后来|现在|接下来|过程")


class Tone(BaseModel):
    """One tone of rules.yaml.

    `instead`: what a template says and what this tone says for it. `leads`: what may stand before a question
    (`leads_low`: after a comment in low spirits), in this `share` of drafts. `particle` ends an open question, `stop` a
    sentence that asks nothing, `shout` takes the place of ！. A `light` tone is never taken
    for complaints, low spirits, illness and other heavy topics.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    instead: dict[str, str] = {}
    leads: tuple[str, ...] = ()
    leads_low: tuple[str, ...] = ()
    share: Annotated[float, Field(ge=0, le=1)] = 1.0
    particle: str = ""
    stop: str = ""
    shout: str = ""
    light: bool = False


def in_tone(text: str, tone: Tone, low: bool, lot: float) -> str:
    """A template said in a tone; what stands in 「」 stays. `lot` (0 to 1) decides what may go either way."""
    said = "".join(part if part.startswith("「") else _said(part, tone) for part in _QUOTED.split(text))
    questions = _LAST_QUESTIONS.search(said)
    if questions:
        lead = _lead(questions.group(), tone, low, lot)
        said = said[: questions.start()] + lead + questions.group()
    if tone.particle and _OPEN.search(said) and not _ODD_WITH_PARTICLE.search(said):
        said = said[:-1] + tone.particle + "？"
    if tone.stop and said.endswith("。"):
        said = said[:-1] + tone.stop
    return said


def _said(part: str, tone: Tone) -> str:
    """A part without quotes in the words of the tone; no word is exchanged twice."""
    if tone.instead:
        words = dict(tone.instead)
        part = _pattern(tuple(tone.instead)).sub(lambda found: words[found.group()], part)
    return part.replace("！", tone.shout) if tone.shout else part


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


def _lead(questions: str, tone: Tone, low: bool, lot: float) -> str:
    """What stands before the last questions; empty if they have a way in already or the lot is against it."""
    first = questions.split("？")[0] + "？"
    if not _OPEN.search(first) or _SPOKEN_TO.search(questions) or lot >= tone.share:
        return ""
    leads = tone.leads_low if low and tone.leads_low else tone.leads
    fit = [lead for lead in leads if lead.endswith(("，", "：")) or _PLAIN_START.match(questions)]
    return fit[int(lot / tone.share * len(fit))] if fit else ""
