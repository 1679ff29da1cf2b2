"""Where measured figures go, and which commit they are of."""

import json
import subprocess
from typing import Any

from gspmc.files import atomic_path


def commit() -> str:
    """Of the checkout that the command is called in."""
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


def publish(figures: dict[str, Any], out: str | None) -> None:
    """Print them as JSON, and write them to a file if one is named."""
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    if out:
        with atomic_path(out) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")
    print(text)
