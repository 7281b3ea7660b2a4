"""Workbooks put together part by part, as other programs than ours write them."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter

ECMA = "http://schemas.openxmlformats.org"
MAIN = f"{ECMA}/spreadsheetml/2006/main"
RELATIONS = f"{ECMA}/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def cell(place: str, value: object) -> str:
    """A cell of text or of a number; what begins with «<c » is taken as it stands."""
    if value in (None, ""):
        return ""
    if isinstance(value, str) and value.startswith("<c "):
        return value
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def row(line: int, values: list[object]) -> str:
    places = (f"{get_column_letter(at)}{line}" for at in range(1, len(values) + 1))
    cells = "".join(cell(place, value) for place, value in zip(places, values, strict=True))
    return f'<row r="{line}">{cells}</row>'


def rows(*lines: list[object], first: int = 1) -> str:
    return "".join(row(first + n, values) for n, values in enumerate(lines))


def sheet_xml(data: str, *, main: str = MAIN, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{main}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def pack(parts: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def book_parts(
    *sheets: str,
    names: tuple[str, ...] = (),
    hidden: tuple[int, ...] = (),
    strict: bool = False,
    settings: str = "",
    strings: str = "",
    styles: str = "",
) -> dict[str, str | bytes]:
    """The parts of a workbook with these sheets; ``hidden`` counts from 0."""
    main, relations = (STRICT_MAIN, STRICT_RELATIONS) if strict else (MAIN, RELATIONS)
    listed, related = [], []
    for n in range(len(sheets)):
        name = names[n] if names else f"Sheet{n + 1}"
        state = ' state="hidden"' if n in hidden else ""
        listed.append(f'<sheet name={quoteattr(name)} sheetId="{n + 1}"{state} r:id="s{n}"/>')
        related.append(_relation(f"s{n}", f"{relations}/worksheet", f"worksheets/sheet{n + 1}.xml"))
    parts: dict[str, str | bytes] = {
        "_rels/.rels": _relations(_relation("w", f"{relations}/officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}">{settings}'
        f"<sheets>{''.join(listed)}</sheets></workbook>",
    }
    for kind, content in (("sharedStrings", strings), ("styles", styles)):
        if content:
            parts[f"xl/{kind}.xml"] = content
            related.append(_relation(kind, f"{relations}/{kind}", f"/xl/{kind}.xml"))
    parts["xl/_rels/workbook.xml.rels"] = _relations(*related)
    return parts | {f"xl/worksheets/sheet{n + 1}.xml": xml for n, xml in enumerate(sheets)}


def book(*sheets: str, **how: object) -> bytes:
    return pack(book_parts(*sheets, **how))  # type: ignore[arg-type]


def styles_xml(*formats: str) -> str:
    """Styles 1, 2, … for these formats; style 0 is the plain one."""
    known = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode={quoteattr(code)}/>'
        for n, code in enumerate(formats)
    )
    used = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{known}</numFmts>'
        f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )


def _relations(*each: str) -> str:
    space = f"{ECMA}/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{"".join(each)}</Relationships>'


def _relation(key: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'
