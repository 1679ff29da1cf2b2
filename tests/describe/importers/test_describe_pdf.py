"""PDF files are written here by hand: one page a text, in a built-in font."""

from io import BytesIO
from pathlib import Path

import pytest

from gspmc.describe.importers.pdf import read_pdf
from gspmc.errors import GspmcError

pypdf = pytest.importorskip("pypdf")


def pdf_of(*pages: str) -> bytes:
    """A PDF with these texts."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + (head + table + trailer).encode()


def encrypted(data: bytes, password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(data))
    writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pages(tmp_path: Path) -> None:
    (tmp_path / "g.pdf").write_bytes(pdf_of("The hand moves up.", "", "Both palms open."))
    first, second = read_pdf(tmp_path / "g.pdf", "g.pdf", "sv", "CC0")
    assert (first.headword, first.text, first.location) == (
        "",
        "The hand moves up.",
        "g.pdf, page 1",
    )
    assert (second.text, second.location) == ("Both palms open.", "g.pdf, page 3")
    assert (first.language, first.licence, first.source) == ("sv", "CC0", "g.pdf")


def test_an_empty_password_is_none(tmp_path: Path) -> None:
    (tmp_path / "g.pdf").write_bytes(encrypted(pdf_of("Up."), ""))
    assert [entry.text for entry in read_pdf(tmp_path / "g.pdf", "g.pdf")] == ["Up."]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"hello", "is no PDF that can be read"),
        (pdf_of("Up.")[:200], "is no PDF that can be read"),
        (encrypted(pdf_of("Up."), "secret"), "needs a password; save it without one"),
        (pdf_of("", ""), "has no text in it"),
    ],
)
def test_broken_files(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "g.pdf").write_bytes(content)
    with pytest.raises(GspmcError, match=message) as caught:
        list(read_pdf(tmp_path / "g.pdf", "g.pdf"))
    assert "\n" not in str(caught.value)
