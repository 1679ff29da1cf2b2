"""Faults of an endpoint: each sign is right or listed with its reason, and nothing hangs."""

import json
import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from tests.describe.llm.conftest import MakeWriter
from tests.describe.llm.model import Model

from gspmc.bench.chat_model import right_answer, step_of, told
from gspmc.bench.chat_server import Reply, Request
from gspmc.describe import describe_labels
from gspmc.describe.llm import client
from gspmc.errors import GspmcError
from gspmc.text.description import read_descriptions

LABELS = ["BLICK", "ZUM", "MIX"]
Serve = Callable[[Callable[[Request], Reply]], str]


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
    monkeypatch.setattr(client, "REPEATS", 0)
    with pytest.raises(GspmcError, match=r"cannot reach http://127.0.0.1:9/v1: .*; look at"):
        describe_labels(LABELS, make_writer("http://127.0.0.1:9/v1"), tmp_path / "d.jsonl")


def test_words_of_an_endpoint_without_a_key_are_told_as_they_are(
    make_writer: MakeWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    body = json.dumps({"error": {"message": "none: nonexistent"}}).encode()
    with pytest.raises(GspmcError, match="404: none: nonexistent; look at"):
        describe_labels(LABELS, make_writer(Faulty(Reply(status=404, body=body))), tmp_path / "d")


def test_answers_of_one_address_are_not_given_for_another(
    make_writer: MakeWriter, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = Model(), Model()
    for number, model in enumerate(models):
        monkeypatch.setenv("OPENAI_BASE_URL", serve(model))
        writer = make_writer("", base_url=None)
        describe_labels(["BLICK"], writer, tmp_path / f"{number}.jsonl")
        assert len(model.requests) == 4
        assert writer.ledger.from_cache == 0


def completion(**message: object) -> bytes:
    return json.dumps({"choices": [{"message": message}]}).encode()


ODD = [
    b"<html>a gateway</html>", b"[]", b"null", b'"x"', b"5", b"",
    b'{"choices": {}}', b'{"choices": [{}]}', b'{"choices": [null]}', b'{"choices": null}',
    b'{"choices": [{"message": null}]}', completion(content={"a": 1}), completion(content=5),
    completion(content=["x"]), b'{"error": {"message": "overloaded"}}', b"\xff",
]  # fmt: skip


@pytest.mark.parametrize("body", ODD)
def test_an_odd_body_fails_a_sign_and_not_the_run(
    make_writer: MakeWriter, tmp_path: Path, body: bytes
) -> None:
    class Odd(Model):
        def reply(self, request: Request) -> Reply:
            is_odd = told(request)[0][0] == "ZUM" and step_of(request) == "parts"
            return Reply(body=body) if is_odd else super().reply(request)

    writer = make_writer(Odd())
    summary = describe_labels(LABELS, writer, tmp_path / "d.jsonl")
    assert list(summary.failed) == ["ZUM"]
    assert "the endpoint sent no chat completion" in summary.failed["ZUM"]


def test_a_page_in_place_of_an_endpoint(
    make_writer: MakeWriter, make_kb: object, tmp_path: Path
) -> None:
    page = Reply(body=b"<html>\nhello</html>", headers={"Content-Type": "text/html"})
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return page

    problem = r"the endpoint sent no chat completion: <html> hello</html>"
    with pytest.raises(GspmcError, match=f"no sign was described, e.g. '.*': {problem}"):
        describe_labels(LABELS, make_writer(answer), tmp_path / "d.jsonl")
    many = {f"SIGN{n}": "The right hand taps." for n in range(200)}
    asked.clear()
    writer = make_writer(answer, make_kb(**many))  # type: ignore[operator]
    with pytest.raises(GspmcError, match=f"{problem}; look at --base_url http"):
        describe_labels(list(many), writer, tmp_path / "d.jsonl")
    assert len(asked) < 50


@pytest.mark.parametrize("usage", [{}, {"prompt_tokens": 7}, [], "x", {"prompt_tokens": "7"}, None])
def test_usage_that_is_not_told_is_not_counted(
    make_writer: MakeWriter, tmp_path: Path, usage: object
) -> None:
    def reply(request: Request) -> Reply:
        message = {"content": json.dumps(right_answer(request))}
        body = {"choices": [{"message": message}], "usage": usage}
        return Reply(body=json.dumps(body).encode())

    writer = make_writer(reply)
    assert describe_labels(["BLICK"], writer, tmp_path / "d.jsonl").written == 1
    assert writer.ledger.input_tokens == (28 if usage == {"prompt_tokens": 7} else 0)


def test_content_in_pieces(make_writer: MakeWriter, tmp_path: Path) -> None:
    def reply(request: Request) -> Reply:
        words = json.dumps(right_answer(request))
        pieces = [{"type": "text", "text": piece} for piece in (words[:5], words[5:])]
        return Reply(body=completion(content=pieces))

    assert describe_labels(["BLICK"], make_writer(reply), tmp_path / "d.jsonl").written == 1


def test_an_answer_that_trickles_is_given_up(
    make_writer: MakeWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "REPEATS", 0)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                for _ in range(1000):
                    connection.sendall(b" ")
                    time.sleep(0.1)

        threading.Thread(target=trickle, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        began = time.monotonic()
        with pytest.raises(GspmcError, match="no whole answer within 0.5 s"):
            describe_labels(["BLICK"], make_writer(url, timeout=0.5), tmp_path / "d.jsonl")
        assert time.monotonic() - began < 5


def test_what_others_say_is_told_in_one_line(make_writer: MakeWriter, tmp_path: Path) -> None:
    refusal = Reply("", refusal="No.\n\x1b[31m" + "never " * 1000)
    summary = describe_labels(LABELS, make_writer(Model()), tmp_path / "d.jsonl")
    assert summary.written == 3

    class Refusing(Model):
        def reply(self, request: Request) -> Reply:
            return refusal if told(request)[0][0] == "ZUM" else super().reply(request)

    writer = make_writer(Refusing(), temperature=1.0)
    failed = describe_labels(LABELS, writer, tmp_path / "e.jsonl").failed["ZUM"]
    assert failed.isprintable()
    assert len(failed) < 300


def test_a_wrong_answer_is_not_quoted_whole(make_writer: MakeWriter, tmp_path: Path) -> None:
    class Endless(Model):
        def reply(self, request: Request) -> Reply:
            reply = super().reply(request)
            return Reply("x" * 400_000) if len(request["messages"]) == 2 else reply

    model = Endless()
    describe_labels(["BLICK"], make_writer(model), tmp_path / "d.jsonl")
    assert max(len(json.dumps(request)) for request in model.requests) < 12_000


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


def test_a_prompt_over_the_burst_is_waited_for_in_full(
    make_writer: MakeWriter, make_kb: object, tmp_path: Path
) -> None:
    class Brief(Model):
        def reply(self, request: Request) -> Reply:
            brief = {"label": "LONG", "definition": "The right hand taps.", "cited": []}
            is_first = step_of(request) == "primary"
            return Reply(json.dumps(brief if is_first else right_answer(request)))

    kb = make_kb(LONG="The right hand taps. " * 3000)  # type: ignore[operator]
    writer = make_writer(Brief(), kb, tokens_per_minute=600_000)
    began = time.monotonic()
    describe_labels(["LONG"], writer, tmp_path / "d.jsonl")
    # The first prompt alone has some 15,000 tokens: 8,000 at once, the others at 10,000 a second.
    assert time.monotonic() - began > 0.7


FAULTS = ("429", "429 wait", "500", "drop", "timeout", "truncated", "schema", "refusal", "empty",
          "label")  # fmt: skip


class Chaotic(Model):
    """One fault in five answers, of one of these kinds."""

    def __init__(self, *kinds: str) -> None:
        super().__init__()
        self.kinds = kinds
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
        }[self.dice.choice(self.kinds)]


SLOWLY = [pytest.param((kind,), marks=pytest.mark.slow, id=kind) for kind in FAULTS]


@pytest.mark.parametrize("kinds", [pytest.param(FAULTS, id="all"), *SLOWLY])
def test_500_signs_with_one_fault_in_five(
    make_writer: MakeWriter, make_kb: object, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    texts = {f"SIGN{n}": f"The right hand taps {n} times." for n in range(500)}
    kb = make_kb(**texts)  # type: ignore[operator]
    writer = make_writer(Chaotic(*kinds), kb, timeout=1.0, concurrency=64)
    summary = describe_labels(list(texts), writer, tmp_path / "d.jsonl")
    read = read_descriptions(tmp_path / "d.jsonl")
    assert summary.written == len(read) >= (480 if kinds == FAULTS else 470)
    assert set(read) | set(summary.failed) == set(texts)
    assert not set(read) & set(summary.failed)
    assert all("answer is wrong: " in reason for reason in summary.failed.values())
    for name, description in read.items():
        assert description.primary == texts[name]
        assert description.refined == f"{texts[name]} Done."
    assert writer.ledger.repeated + writer.ledger.asked_again > 100
    if kinds == FAULTS:
        assert min(writer.ledger.repeated, writer.ledger.asked_again) > 50
