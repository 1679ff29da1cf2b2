"""A language model of few words: it answers every step of a description by rule, from the prompt.

For timing what is around the model, and for tests.
"""

from __future__ import annotations

import json
import re
from typing import Any

from gspmc.bench.chat_server import Request


def told(request: Request) -> list[list[Any]]:
    """The fenced data of a request, block by block."""
    user = next(m["content"] for m in request["messages"] if m["role"] == "user")
    blocks = re.findall(r"^<<<DATA (\w+)\n(.*?)\nDATA \1>>>$", user, flags=re.M | re.S)
    return [[json.loads(line) for line in block.split("\n")] for _, block in blocks]


def step_of(request: Request) -> str:
    """primary, refined, synonyms or parts."""
    schema = request["response_format"]["json_schema"]["name"]
    return str(schema).removesuffix("Answer").lower()


def right_answer(request: Request) -> dict[str, Any]:
    """What a good model says: the entry itself, and again, and in other letters, and in pieces."""
    (label, *texts), *passages = told(request)
    step = step_of(request)
    if step == "primary":
        shown = passages[0] if passages else []
        text = shown[0]["text"] if shown else f"The right hand makes {label}."
        return {"label": label, "definition": text, "cited": [p["id"] for p in shown[:1]]}
    if step == "refined":
        return {"label": label, "refined": f"{texts[0]} Done.", "unresolved": [], "removed": []}
    if step == "synonyms":
        return {"label": label, "synonyms": [f"{texts[1]} ({n})" for n in "abc"]}
    return {"label": label, "parts": [{"text": texts[0], "parts": ["right_hand"]}]}
