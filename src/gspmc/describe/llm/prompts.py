"""The prompts of the four steps (METHOD §3), one template file each, to be edited by anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from gspmc.describe.llm.answers import Answer, json_schema
from gspmc.errors import GspmcError
from gspmc.files import atomic_path

VERSION = "1"
"""Of the templates in this package; a hash of the templates that were used stands beside it."""
SHIPPED = Path(__file__).parent / "prompts"

Step = Literal["primary", "refined", "synonyms", "parts"]
NEW_LINES = "\x85\u2028\u2029"
"""Line ends that JSON leaves as they are."""
NAMES = ("system", "primary", "refined", "synonyms", "parts")


class Prompts:
    """Templates of this package, or those of a folder that stand in for them by name.

    Attributes:
        version: version and hash of all templates, stored with every description.

    Raises:
        GspmcError: no folder, a template of an unknown name, or one that is broken.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        folders = [SHIPPED]
        if folder is not None:
            _require_templates(Path(folder))
            folders.insert(0, Path(folder))
        self._environment = SandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(place, "utf-8-sig") for place in folders]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        digest = hashlib.sha256()
        for name in NAMES:
            try:
                template = self._environment.get_template(_file(name))
            except (TemplateError, UnicodeDecodeError) as error:
                raise _broken(name, error) from error
            source = Path(str(template.filename)).read_bytes()
            if not source.strip():
                raise _broken(name, ValueError("is empty"))
            digest.update(len(source).to_bytes(8, "big") + source)
        self.version = f"{VERSION}-{digest.hexdigest()[:12]}"

    def messages(
        self, step: Step, answer: type[Answer], language: str, **values: Any
    ) -> list[dict[str, str]]:
        """Messages that ask for one step.

        Whatever comes from a corpus or an answer is given to templates as values, and they put it
        between lines that name a hash of those values: no text can hold the hash of itself, so none
        can end its own quotation.
        """
        known = json.dumps([step, values], ensure_ascii=False, sort_keys=True)
        fence = hashlib.sha256(known.encode()).hexdigest()[:12]

        def data(items: Sequence[Any]) -> str:
            lines = [_on_a_line(item) for item in items]
            return "\n".join([f"<<<DATA {fence}", *lines, f"DATA {fence}>>>"])

        schema = json.dumps(json_schema(answer), ensure_ascii=False)
        shared = {"fence": fence, "language": language, "schema": schema, "data": data}
        return [
            {"role": role, "content": self._render(name, {**values, **shared})}
            for role, name in (("system", "system"), ("user", step))
        ]

    def _render(self, name: str, values: dict[str, Any]) -> str:
        try:
            return self._environment.get_template(_file(name)).render(values).strip()
        except Exception as error:  # whatever its expressions do: 1 / 0, a method that is not there
            raise _broken(name, error) from error


def write_prompts(folder: str | Path) -> list[Path]:
    """Copy the package's templates into a folder, to be edited there; none is overwritten.

    Raises:
        GspmcError: one of them is there, or the folder cannot be written.
    """
    targets = [Path(folder) / _file(name) for name in NAMES]
    for target in targets:
        if target.exists():
            raise GspmcError(f"{target} is there; move it away, or choose another folder")
    for target in targets:
        with atomic_path(target) as temporary:
            temporary.write_bytes((SHIPPED / target.name).read_bytes())
    return targets


def _on_a_line(item: Any) -> str:
    """As JSON, other alphabets readable, and no character that any reader takes for a new line."""
    text = json.dumps(item, ensure_ascii=False)
    for mark in NEW_LINES:
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def _file(name: str) -> str:
    return f"{name}.md.j2"


def _require_templates(folder: Path) -> None:
    if not folder.is_dir():
        raise GspmcError(f"no folder {folder}; `gspmc describe prompts {folder}` makes it")
    broken = [path for path in folder.glob("*.j2") if not path.is_file()]
    if broken:
        raise GspmcError(f"{broken[0]} is no file; mend the link, or take it away")
    found = {path.name for path in folder.glob("*.j2")}
    known = {_file(name) for name in NAMES}
    if not found or found - known:
        problem = f"holds {min(found - known)}" if found else "holds no templates"
        raise GspmcError(
            f"{folder} {problem}; name them {', '.join(_file(name) for name in NAMES)}"
        )


def _broken(name: str, error: Exception) -> GspmcError:
    place = getattr(error, "lineno", None)
    where = f"{_file(name)}:{place}" if place else _file(name)
    return GspmcError(f"prompt {where}: {error}; mend it, or take it out of the --prompts folder")
