"""Faults of an endpoint: each sign is right or listed with its reason, and nothing hangs."""

import json
import random
import time
from pathlib import Path

import pytest
from tests.describe.llm.conftest import MakeWriter
from tests.describe.llm.model import Model, right_answer

from gspmc.bench.chat_server import Reply, Request
from gspmc.describe import describe_labels
from gspmc.describe.llm import chat
from gspmc.describe.llm.endpoint import Endpoint
from gspmc.errors import GspmcError
from gspmc.text.description import read_descriptions

LABELS = ["BLICK", "ZUM", "MIX"]


class Faulty(Model):
    """Fails the first time that a prompt is seen, as told, and answers rightly from then on."""

    def __init__(self, fault: Reply) -> None:
        super().__init__()
        self.fault, self.seen = fault, set[str]()

    def reply(self, request: Request) -> Reply:
        prompt = json.dumps(request["messages"])
        if prompt not in self.seen:
            self.seen.add(prompt)
            return self.fault
        return super().reply(request)


@pytest.mark.parametrize(
    "fault",
    [
        Reply(status=429, body=b"{}"),
        Reply(status=429, headers={"Retry-After": "0.2"}, body=b"{}"),
        Reply(status=500, body=b"oops"),
        Reply(status=503, body=b"{}"),
        Reply(drops=True),
        Reply(seconds=5.0),  # longer than the timeout
    ],
    ids=["429", "429-retry-after", "500", "503", "dropped", "timeout"],
)
def test_failed_requests_are_repeated(
    make_writer: MakeWriter, tmp_path: Path, fault: Reply
) -> None:
    writer = make_writer(Faulty(fault), timeout=0.5)
    summary = describe_labels(LABELS, writer, tmp_path / "d.jsonl")
    assert (summary.written, summary.failed) == (3, {})
    assert writer.ledger.repeated == 12


def test_retry_after_is_honoured(make_writer: MakeWriter, tmp_path: Path) -> None:
    class Timed(Faulty):
        def __init__(self) -> None:
            super().__init__(Reply(status=429, headers={"Retry-After": "2"}, body=b"{}"))
            self.times: list[float] = []

        def reply(self, request: Request) -> Reply:
            self.times.append(time.monotonic())
            return super().reply(request)

    model = Timed()
    describe_labels(["BLICK"], make_writer(model), tmp_path / "d.jsonl")
    assert model.times[1] - model.times[0] > 1.9


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_of_everything_ends_the_run(
    make_writer: MakeWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    body = json.dumps({"error": {"message": "bad key sk-secret"}}).encode()
    model = Faulty(Reply(status=status, body=body))
    with pytest.raises(GspmcError, match=f"the endpoint refuses: {status}: bad key …; look at"):
        describe_labels(LABELS, make_writer(model), tmp_path / "d.jsonl")
    assert not (tmp_path / "d.jsonl").exists()
    assert not any(
        b"sk-secret" in path.read_bytes() for path in tmp_path.glob("*") if path.is_file()
    )


def test_an_endpoint_that_is_not_there(
    make_writer: MakeWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "REPEATS", 0)
    with pytest.raises(GspmcError, match=r"cannot reach http://127.0.0.1:9/v1: .*; look at"):
        describe_labels(LABELS, make_writer("http://127.0.0.1:9/v1"), tmp_path / "d.jsonl")


def test_without_a_key_or_a_model(make_writer: MakeWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(GspmcError, match="no key for the language model: set OPENAI_API_KEY"):
        make_writer("http://x/v1", base_url=None).endpoint.key()
    with pytest.raises(GspmcError, match="no language model named; give --model"):
        Endpoint(base_url="http://x/v1").named_model()
    with pytest.raises(GspmcError, match="localhost:8000 is no web address"):
        make_writer("localhost:8000")


@pytest.mark.parametrize("known", ["json_object", "text"])
def test_an_endpoint_that_knows_no_schemas(
    make_writer: MakeWriter, tmp_path: Path, known: str
) -> None:
    class Old(Model):
        def __call__(self, request: Request) -> Reply:
            form = request.get("response_format", {"type": "text"})["type"]
            if form != known:
                error = {"error": {"message": f"response_format {form} is not supported"}}
                return Reply(status=400, body=json.dumps(error).encode())
            schema = request["messages"][0]["content"].split("schema:\n")[1]
            named = {"json_schema": {"name": json.loads(schema)["title"]}}
            return self.reply({**request, "response_format": named})

    summary = describe_labels(LABELS, make_writer(Old()), tmp_path / "d.jsonl")
    assert (summary.written, summary.failed) == (3, {})


def test_concurrency_and_requests_per_minute_are_kept(
    make_writer: MakeWriter, tmp_path: Path
) -> None:
    class Counting(Model):
        def __init__(self) -> None:
            super().__init__()
            self.times: list[float] = []

        def reply(self, request: Request) -> Reply:
            self.times.append(time.monotonic())
            reply = super().reply(request)
            reply.seconds = 0.05
            return reply

    model = Counting()
    describe_labels(LABELS, make_writer(model, concurrency=2), tmp_path / "a.jsonl")
    starts = sorted(model.times)
    assert len(starts) == 12
    assert all(later - first > 0.045 for first, later in zip(starts, starts[2:], strict=False))
    slow = Counting()
    describe_labels(["BLICK"], make_writer(slow, requests_per_minute=300), tmp_path / "b.jsonl")
    assert slow.times[-1] - slow.times[0] > 0.5, "four requests, 0.2 s apart"


def test_tokens_per_minute_are_kept(make_writer: MakeWriter, tmp_path: Path) -> None:
    began = time.monotonic()
    writer = make_writer(Model(), tokens_per_minute=60_000)
    describe_labels(LABELS, writer, tmp_path / "d.jsonl")
    # Twelve requests of some 900 tokens: 8,000 at once, the others at 1,000 a second.
    assert 1.0 < time.monotonic() - began < 8.0


FAULTS = ("429", "429 wait", "500", "drop", "timeout", "truncated", "schema", "refusal", "empty",
          "label")  # fmt: skip


class Chaotic(Model):
    """One fault in five answers, of every kind in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.dice = random.Random(0)

    def reply(self, request: Request) -> Reply:
        answer = json.dumps(right_answer(request))
        if self.dice.random() >= 0.2:
            return Reply(answer)
        return {
            "429": Reply(status=429, body=b"{}"),
            "429 wait": Reply(status=429, headers={"Retry-After": "0.1"}, body=b"{}"),
            "500": Reply(status=500, body=b"oops"),
            "drop": Reply(drops=True),
            "timeout": Reply(answer, seconds=3.0),
            "truncated": Reply(answer[: len(answer) // 2]),
            "schema": Reply('{"sign": 1}'),
            "refusal": Reply("", refusal="I will not."),
            "empty": Reply(""),
            "label": Reply(json.dumps({**right_answer(request), "label": "another"})),
        }[self.dice.choice(FAULTS)]


def test_500_signs_with_one_fault_in_five(
    make_writer: MakeWriter, make_kb: object, tmp_path: Path
) -> None:
    texts = {f"SIGN{n}": f"The right hand taps {n} times." for n in range(500)}
    kb = make_kb(**texts)  # type: ignore[operator]
    writer = make_writer(Chaotic(), kb, timeout=1.0, concurrency=64)
    summary = describe_labels(list(texts), writer, tmp_path / "d.jsonl")
    read = read_descriptions(tmp_path / "d.jsonl")
    assert summary.written == len(read) >= 480
    assert set(read) | set(summary.failed) == set(texts)
    assert not set(read) & set(summary.failed)
    assert all("answer is wrong: " in reason for reason in summary.failed.values())
    for name, description in read.items():
        assert description.primary == texts[name]
        assert description.refined == f"{texts[name]} Done."
    assert writer.ledger.repeated > 50
    assert writer.ledger.asked_again > 50
