"""Which addresses and keys an endpoint takes, and that no secret is told."""

from pathlib import Path

import pytest
from tests.describe.llm.conftest import MakeWriter
from tests.describe.llm.model import Model

from gspmc.describe import describe_labels
from gspmc.describe.llm.endpoint import Endpoint
from gspmc.errors import GspmcError


def test_without_a_key_or_a_model(make_writer: MakeWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(GspmcError, match="no key for the language model: set OPENAI_API_KEY"):
        make_writer("http://x/v1", base_url=None).endpoint.key()
    with pytest.raises(GspmcError, match="no language model named; give --model"):
        Endpoint(base_url="http://x/v1").named_model()


IMPOSSIBLE_ADDRESSES = [
    "localhost:8000",
    "http://",
    "ftp://x/v1",
    "http://[::1/v1",
    "http://localhost:abc/v1",
    "http://localhost:99999/v1",
    "http://localhost:0/v1",
    "http://a..b/v1",
    "http://localhost/\n/v1",
    "http://localhost/caf\udce9",
]


@pytest.mark.parametrize("address", IMPOSSIBLE_ADDRESSES)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(GspmcError, match=r"^--base_url .* is no web address; give one") as told:
        Endpoint(base_url=address).address()
    assert "\n" not in str(told.value) and str(told.value).encode()


@pytest.mark.parametrize("address", ["http://[::1]:8000/v1", "https://bücher.example/v1"])
def test_addresses_of_every_kind_are_taken(address: str) -> None:
    assert Endpoint(base_url=address).address() == address


@pytest.mark.parametrize("tail", ["\n", "\t", "\r\n", " "])
def test_a_key_with_space_around_it_is_sent_bare_and_never_told(
    make_writer: MakeWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tail: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f"sk-secret{tail}")
    assert Endpoint().key() == "sk-secret"
    summary = describe_labels(["BLICK"], make_writer(Model()), tmp_path / "d.jsonl")
    assert summary.written == 1


@pytest.mark.parametrize("key", ["sk secret", "sk-\nsecret", "schlüssel", "sk-\x00"])
def test_a_key_that_cannot_be_sent_is_not_told(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    if "\x00" in key:  # no environment can hold it
        monkeypatch.setattr("os.environ", {"OPENAI_API_KEY": key})
    else:
        monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(GspmcError, match="OPENAI_API_KEY holds characters") as caught:
        Endpoint().key()
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["http://me:secret@x/v1", "http://x/v1?key=secret", "http://me:secret@x:99999/v1"]
)
def test_an_address_with_a_secret_is_refused(address: str) -> None:
    with pytest.raises(
        GspmcError, match="the address of the language model holds a name, password"
    ) as caught:
        Endpoint(base_url=address).address()
    assert "secret" not in str(caught.value)
