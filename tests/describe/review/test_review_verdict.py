"""What a reviewer sends, and what is wrong with it in plain words."""

from datetime import datetime, timedelta, timezone

import pytest
from pydantic import ValidationError
from tests.describe.review.material import description

from gspmc.describe.review.verdict import Verdict, field_errors

GOOD = {
    "by": "  Ada  ",
    "verdict": "approved",
    "primary": "x",
    "refined": None,
    "synonyms": ["y"],
    "parts": [{"text": "z", "parts": ["face", "mouth"]}],
}


def test_texts_and_review_are_replaced_and_the_rest_stays() -> None:
    old = description("book", language="de")
    at = datetime(2026, 5, 1, 14, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))
    new = Verdict.model_validate(GOOD).applied_to(old, at)
    assert new.review is not None and new.review.model_dump() == {
        "by": "Ada",
        "at": "2026-05-01T12:00:00+00:00",
        "verdict": "approved",
    }
    assert (new.label, new.language, new.primary, new.refined) == ("book", "de", "x", None)
    assert new.synonyms == ["y"] and new.parts[0].parts == ["face", "mouth"]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"by": "  "}, "by", "needs at least one visible character"),
        ({"by": "x" * 201}, "by", "is too long"),
        ({"primary": " \n"}, "primary", "needs at least one visible character"),
        ({"primary": None}, "primary", "valid string"),
        ({"refined": ""}, "refined", "needs at least one visible character"),
        ({"synonyms": ["a", ""]}, "synonyms.1", "needs at least one visible character"),
        ({"parts": [{"text": "", "parts": ["face"]}]}, "parts.0.text", "visible character"),
        ({"parts": [{"text": "a", "parts": []}]}, "parts.0.parts", "at least one part"),
        ({"parts": [{"text": "a", "parts": ["knee"]}]}, "parts.0.parts.0", "none of those"),
        ({"verdict": "perhaps"}, "verdict", "is none of those possible"),
        ({"label": "other"}, "label", "not permitted"),
    ],
)
def test_what_is_wrong(changes: dict, field: str, message: str) -> None:
    with pytest.raises(ValidationError) as error:
        Verdict.model_validate({**GOOD, **changes})
    (found,) = field_errors(error.value)
    assert found["field"] == field and message in found["message"]
