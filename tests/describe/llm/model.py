"""A language model that counts what it is asked, to be given faults by subclasses."""

from __future__ import annotations

import json
from collections import Counter

from gspmc.bench.chat_model import right_answer, step_of, told
from gspmc.bench.chat_server import Reply, Request


class Model:
    """Answers rightly and counts what it was asked, by label and step."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[str, str]] = Counter()
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        self.asked[told(request)[0][0], step_of(request)] += 1
        return self.reply(request)

    def reply(self, request: Request) -> Reply:
        return Reply(json.dumps(right_answer(request)))
