"""The page and what it asks for, as a FastAPI application."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from gspmc.data.store import ClipStore
from gspmc.describe.flags import is_flagged
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.review.evidence import sources_of
from gspmc.describe.review.examples import clip_json, examples_of, layout_json, read_example
from gspmc.describe.review.guard import Guard, own_names
from gspmc.describe.review.shared_file import (
    ConflictError,
    SharedFile,
    UnknownLabelError,
    version_of,
)
from gspmc.describe.review.verdict import Verdict, field_errors
from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS
from gspmc.text.description import Description

STATIC = Path(__file__).parent / "static"


def create_app(
    file: SharedFile,
    kb: KnowledgeBase | None = None,
    clips: ClipStore | None = None,
    host: str = "127.0.0.1",
) -> FastAPI:
    """The application that serves one description file.

    Args:
        file: what is reviewed.
        kb: where the entries are that the descriptions name as sources.
        clips: where example clips are.
        host: the name or address that it will be reached by.
    """
    mimetypes.add_type("text/javascript", ".js")  # some systems have it as plain text
    # No pages about the API: they would load from elsewhere.
    app = FastAPI(title="gspmc review", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, names=own_names(host))
    app.mount("/static", StaticFiles(directory=STATIC))

    def told(status: int, message: str, **more: Any) -> JSONResponse:
        return JSONResponse({"message": message, **more}, status)

    @app.exception_handler(UnknownLabelError)
    def unknown(_: Request, error: UnknownLabelError) -> JSONResponse:
        return told(404, f"{file.path.name} has no sign {str(error)!r}")

    @app.exception_handler(GspmcError)
    def cannot(_: Request, error: GspmcError) -> JSONResponse:
        return told(503, str(error))

    @app.exception_handler(ConflictError)
    def conflict(_: Request, error: ConflictError) -> JSONResponse:
        return told(409, f"{error}: nothing is saved yet", theirs=whole(error.theirs))

    @app.exception_handler(ValidationError)
    def invalid(_: Request, error: ValidationError) -> JSONResponse:
        return told(422, "Not saved: correct what is marked", errors=field_errors(error))

    def whole(description: Description) -> dict[str, Any]:
        """A sign as the page shows it, without what is looked up elsewhere."""
        values = description.model_dump(exclude={"sources"})
        flagged = is_flagged(description)
        return {**values, "flagged": flagged, "record_version": version_of(description)}

    @app.get("/")
    def page() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    @app.get("/api/signs")
    def signs() -> dict[str, Any]:
        listed = [
            {
                "label": label,
                "verdict": description.review and description.review.verdict,
                "flagged": is_flagged(description),
            }
            for label, description in file.descriptions().items()
        ]
        return {
            "file": file.path.name,
            "parts": PARTS,
            "has_kb": kb is not None,
            "has_clips": clips is not None,
            "signs": listed,
        }

    @app.get("/api/sign")
    def sign(label: str) -> JSONResponse:
        description = file.get(label)
        found = {
            **whole(description),
            "sources": sources_of(description, kb),
            "examples": [] if clips is None else examples_of(clips, label),
        }
        return JSONResponse(found, headers={"etag": f'"{version_of(description)}"'})

    @app.put("/api/sign")
    async def save(label: str, request: Request) -> JSONResponse:
        version = request.headers.get("if-match")
        if version is None:
            return told(428, "say with If-Match which version of the sign you have seen")
        verdict = Verdict.model_validate_json(await request.body())
        saved = await run_in_threadpool(file.change, label, version.strip('"'), verdict.applied_to)
        return JSONResponse(whole(saved), headers={"etag": f'"{version_of(saved)}"'})

    @app.get("/api/layout")
    def layout() -> Any:
        return told(404, "no clips were given") if clips is None else layout_json(clips.layout)

    @app.get("/api/clip")
    def clip(id: str) -> Any:
        found = None if clips is None else read_example(clips, id)
        return told(404, f"there is no clip {id!r}") if found is None else clip_json(found)

    return app
