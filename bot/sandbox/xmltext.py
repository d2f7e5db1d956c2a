"""The XML of callbacks and replies: written as WeChat does, read as strictly as its clients."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any


def write(fields: Mapping[str, Any], root: str = "xml") -> bytes:
    """Fields as XML: numbers bare, text in CDATA, mappings nested, a list repeats its element."""
    return _element(root, fields).encode()


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, entry) for entry in value)
    if isinstance(value, Mapping):
        inner = "".join(_element(key, entry) for key, entry in value.items())
    elif isinstance(value, int):
        inner = str(value)
    else:
        inner = "<![CDATA[" + str(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return f"<{name}>{inner}</{name}>"


def read(body: bytes) -> dict[str, Any]:
    """Flat or nested fields of one XML document; ValueError if broken, with a DTD, or with an element given twice."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise ValueError("DTD in XML")
    try:
        root = ET.fromstring(body)
    except ET.ParseError as error:
        raise ValueError(f"broken XML: {error}") from error
    if root.tag != "xml":
        raise ValueError(f"root element is {root.tag}")
    fields = _fields(root)
    if not isinstance(fields, dict):
        raise ValueError("no fields")
    return fields


def _fields(node: ET.Element) -> Any:
    if len(node) == 0:
        return node.text or ""
    fields: dict[str, Any] = {}
    for child in node:
        value = _fields(child)
        if child.tag == "item":
            fields.setdefault("item", []).append(value)
        elif child.tag in fields:
            raise ValueError(f"element {child.tag} given twice")
        else:
            fields[child.tag] = value
    return fields
