"""XML in and out, small and safe: no DTD, no entities, bounded size and depth, text that cannot close its own tag."""

from __future__ import annotations

import re
from xml.parsers import expat

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12
MAX_ELEMENTS = 2000

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotXml(ValueError):
    """The bytes are not a document we read; the text says why and quotes nothing of it."""


class Element:
    """One element: its name, its own text (children's text excluded) and its children, in order."""

    __slots__ = ("children", "name", "text")

    def __init__(self, name: str) -> None:
        """An empty element."""
        self.name = name
        self.text = ""
        self.children: list[Element] = []

    def named(self, name: str) -> list[Element]:
        """All children of this name."""
        return [child for child in self.children if child.name == name]

    def child(self, name: str) -> Element | None:
        """The one child of this name, or None; NotXml if there are several, for then nobody knows which is meant."""
        found = None
        for child in self.children:
            if child.name == name:
                if found is not None:
                    raise NotXml("repeated element")
                found = child
        return found

    def value(self, name: str) -> str | None:
        """The text of the one child of this name, or None without it; NotXml if it holds elements or comes twice."""
        child = self.child(name)
        if child is None:
            return None
        if child.children:
            raise NotXml("elements where text belongs")
        return child.text


class _Builder:
    """Builds the tree while expat reads, and stops it at the first thing we do not want."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) >= MAX_DEPTH or self.count > MAX_ELEMENTS:
            raise NotXml("too deep or too many elements")
        element = Element(name)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        self.open[-1].text += text  # nearly always all of it: expat gathers what belongs together

    def refuse(self, *_: object) -> int:
        raise NotXml("DTD or entity")


def parse(body: bytes) -> Element:
    """The root element of a UTF-8 document; NotXml for anything else, a DTD or an entity declaration included.

    Whatever encoding the document claims, it is read as UTF-8: WeChat sends nothing else.
    """
    if len(body) > MAX_BYTES:
        raise NotXml("too large")
    # expat would follow a byte order mark into UTF-16, and stop at nothing before it.
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotXml("not UTF-8") from None
    if 0 in body:
        raise NotXml("NUL")
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    parser.ExternalEntityRefHandler = builder.refuse
    parser.SkippedEntityHandler = builder.refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise NotXml("malformed") from None
    if builder.root is None:
        raise NotXml("empty")
    return builder.root


def clean(text: str) -> str:
    """`text` without the characters that XML 1.0 forbids (most control characters, lone surrogates)."""
    return _ILLEGAL.sub("", text)


def cdata(text: str) -> str:
    """`text` as CDATA that no `]]>` inside it can end, without characters illegal in XML."""
    return "<![CDATA[" + clean(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"
