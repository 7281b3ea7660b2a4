"""PDFs written object by object, for what no writer of them would make."""

from io import BytesIO

from pypdf import PdfReader, PdfWriter

SCRIPT = "<</S/JavaScript/JS(app.alert\\(1\\))>>"


def written(bodies: list[str | bytes], preface: bytes = b"", trailer: str = "") -> bytes:
    """The bodies as objects 1, 2, 3 …; the first is the catalog."""
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(content))
        inner = body if isinstance(body, bytes) else body.encode("latin-1")
        content += b"%d 0 obj\n%s\nendobj\n" % (number, inner)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    end = f"trailer <</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{len(content)}\n%%EOF\n"
    return preface + content + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end.encode()


def paper(catalog: str = "", page: str = "", more: tuple[str | bytes, ...] = (), **said) -> bytes:
    """One page, with entries of the catalog and of the page; ``more`` are objects from 4 on."""
    return written(
        [
            f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]{page}>>",
            *more,
        ],
        **said,
    )


def form(*fields: str, entries: str = "") -> bytes:
    """A form with these fields, each of them on the page."""
    numbers = " ".join(f"{4 + place} 0 R" for place in range(len(fields)))
    field = "<</Type/Annot/Subtype/Widget/Rect[0 0 50 20]/P 3 0 R/T(f){}>>"
    return paper(
        f"/AcroForm<</Fields[{numbers}]{entries}>>",
        f"/Annots[{numbers}]",
        tuple(field.format(said) for said in fields),
    )


def stream(content: bytes, entries: str = "") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries.encode(), len(content), content)


def chain(length: int, end: str) -> bytes:
    """Links that lead from one object to the next, and ``end`` behind the last."""
    links = [f"<</S/GoTo/D[3 0 R/Fit]/Next {number + 5} 0 R>>" for number in range(length)]
    return paper("/OpenAction 4 0 R", more=(*links, end))


def attached(name: str, content: bytes) -> bytes:
    return paper(
        f"/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F({name})/EF<</F 4 0 R>>>>]>>>>",
        more=(stream(content, "/Type/EmbeddedFile"),),
    )


def tree(width: int, depth: int) -> bytes:
    """A tree of pages in which each level is the children of the one above it, many times over."""
    levels = [
        f"<</Type/Pages/Count 1/Kids[{f'{number + 1} 0 R ' * width}]>>"
        for number in range(2, 2 + depth)
    ]
    leaf = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return written(["<</Type/Catalog/Pages 2 0 R>>", *levels, leaf])


def locked(algorithm: str, opens_with: str) -> bytes:
    """Enciphered for its owner; a reader opens it with ``opens_with``."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(paper())))
    writer.encrypt(opens_with, owner_password="owner", algorithm=algorithm)
    content = BytesIO()
    writer.write(content)
    return content.getvalue()
