"""What editors put beside their pages can be read, and never runs as a page of ours."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "code.js", "data.xml", "no-ending"])
def test_a_file_that_a_browser_could_run_is_not_taken(name):
    with pytest.raises(ValidationError):
        get_document_model()(title="سند", file=ContentFile(b"<script>", name=name)).full_clean()


def test_a_form_to_fill_in_is_taken_and_leaves_through_the_view(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    form = get_document_model()(title="فرم", file=ContentFile(b"%PDF-", name="form.pdf"))
    form.full_clean()
    form.save()

    assert form.url.startswith("/documents/")


def test_documents_are_not_below_the_public_folder(client, settings):
    folder = settings.MEDIA_ROOT / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a-page.txt").write_text("<script>")
    for path in ("documents/a-page.txt", "images/../documents/a-page.txt"):
        assert client.get(f"/media/{path}").status_code in (400, 404)
