"""Guides as another front end reads and writes them; what is not for everybody leaks nowhere."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.images import ImageFile
from django.test import Client
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import APIToken, Collection, CollectionViewRestriction, PageViewRestriction

from accounts.models import User
from guides.models import GuideIndexPage, GuidePage
from guides.seed import load_guide, load_index
from home.models import HomePage
from home.seed import load_front_page
from services_catalog.models import Service
from tests.api.caller import ROOT, Caller

pytestmark = pytest.mark.django_db
SECRET = "محرمانه‌ترین"


class TokenCaller(Caller):
    """Somebody's integration, with a token of Wagtail's."""

    def __init__(self, user: User) -> None:
        super().__init__()
        self.token = APIToken.create_token(user=user, name="front end")[1]
        self.client = Client(headers={"Authorization": f"Bearer {self.token}"})

    def send(self, method: str, path: str, content: Any) -> Any:
        act = getattr(self.client, method)
        return act(f"{ROOT}{path}", content, content_type="application/json")


def draw(title: str) -> Any:
    """A picture of 1000 × 500."""
    file = io.BytesIO()
    Picture.new("RGB", (1000, 500), "navy").save(file, "PNG")
    return get_image_model().objects.create(title=title, file=ImageFile(file, "plot.png"))


def row(slug: str, title: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {
        "slug": slug, "title": title, "intro": f"چکیدهٔ {title}",
        "reading_minutes": 2, "blocks": list(blocks),
    }  # fmt: skip


@pytest.fixture
def index(service: Service) -> GuideIndexPage:
    return load_index(load_front_page())


@pytest.fixture
def guide(index: GuideIndexPage) -> GuidePage:
    words = {"type": "paragraph", "value": "<p>به این موارد <b>نیاز</b> دارید.</p>"}
    service = {"type": "service", "value": "elec-intro"}
    steps = {"type": "steps", "value": [{"title": "ورود", "text": "با موبایل"}]}
    return load_guide(index, row("electricity", "راهنمای برق", words, service, steps))


class TestReading:
    def test_pictures_services_and_words(self, guide: GuidePage) -> None:
        picture = draw("نقشهٔ شهرک")
        picture.description = "شهرک از بالا"
        picture.save()
        guide.body.append(("image", picture))
        guide.save_revision().publish()
        told = Caller().get(f"pages/{guide.pk}/").json()["body"]
        words, service, steps, shown = (block["value"] for block in told)
        assert "<b>نیاز</b>" in words
        assert (service["code"], service["open"]) == ("elec-intro", True)
        assert steps == [{"title": "ورود", "text": "با موبایل"}]
        assert (shown["alt"], shown["width"], shown["height"]) == ("شهرک از بالا", 1000, 500)
        assert [(r["width"], r["height"]) for r in shown["renditions"]] == [
            (320, 160), (640, 320), (900, 450),
        ]  # fmt: skip
        marked = Caller().get(f"pages/{guide.pk}/?rich_text_format=markdown").json()["body"]
        assert "**نیاز**" in str(marked[0]["value"])
        wrong = Caller().get(f"pages/{guide.pk}/?rich_text_format=tex")
        assert wrong.status_code in (400, 422)

    def test_the_menu(self, guide: GuidePage) -> None:
        told, page = Caller().get("menu/").json(), Client().get("/").content.decode()
        assert [entry["name"] for entry in told] == [
            "guides", "services", "desk", "track", "verify",
        ]  # fmt: skip
        header = page[page.index("<nav") : page.index("</nav>")]
        places = [header.index(f'href="{entry["address"]}"') for entry in told]
        assert places == sorted(places)
        assert all(entry["title"] in header for entry in told)


class TestLeaks:
    """A page that is not out, or not for everybody: each door by which one could hear of it."""

    @pytest.fixture(params=["draft", "login", "password", "groups"])
    def hidden(self, request: pytest.FixtureRequest, guide: GuidePage) -> GuidePage:
        parent = GuideIndexPage.objects.get()
        page = load_guide(parent, row("hidden", SECRET))
        if request.param == "draft":
            page.unpublish()
        else:
            PageViewRestriction.objects.create(page=page, restriction_type=request.param)
        return page

    def test_no_door_tells_of_it(
        self, hidden: GuidePage, guide: GuidePage, admin: User, maryam: User
    ) -> None:
        """A session opens no more of the content than nobody's call does."""
        address = hidden.get_url_parts()[2]
        doors = [
            "pages/", f"pages/?search={SECRET}", "pages/?type=guides.GuidePage",
            f"pages/?child_of={hidden.get_parent().pk}", "pages/?descendant_of=root",
            "pages/?slug=hidden", f"pages/?ancestor_of={hidden.pk}",
            f"pages/?translation_of={hidden.pk}", f"pages/{hidden.pk}/",
            f"pages/{hidden.pk}/?version=draft", f"pages/find/?id={hidden.pk}",
            f"pages/find/?html_path={address}", f"pages/find/?html_path={address}&version=draft",
            f"pages/{hidden.pk}/revisions/", f"moderation/pages/{hidden.pk}/", "moderation/",
            f"pages/{guide.pk}/", f"search/?q={SECRET}", "site/", "menu/",
        ]  # fmt: skip
        for person in (None, maryam):
            for door in doors:
                answer = Caller(person).client.get(f"{ROOT}{door}", follow=True)
                assert SECRET not in answer.content.decode(), door
                assert answer.status_code < 500, door
        assert Caller(admin).get(f"pages/{hidden.pk}/").status_code == 404

    def test_nor_do_the_pages_that_list_guides(self, hidden: GuidePage) -> None:
        for page in (GuideIndexPage.objects.get(), HomePage.objects.get()):
            assert SECRET not in Client().get(page.get_url_parts()[2]).content.decode()

    def test_a_token_of_an_applicant_sees_no_more(self, hidden: GuidePage, maryam: User) -> None:
        caller = TokenCaller(maryam)
        for door in (f"pages/{hidden.pk}/?version=draft", f"moderation/pages/{hidden.pk}/"):
            assert caller.get(door).status_code == 404
        assert caller.get("pages/").json()["items"] == []

    def test_pictures_of_a_closed_collection(self, guide: GuidePage) -> None:
        closed = Collection.get_first_root_node().add_child(name="بسته")
        picture = draw(SECRET)
        picture.collection = closed
        picture.save()
        CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
        assert SECRET not in Caller().get("images/").content.decode()
        assert Caller().get(f"images/{picture.pk}/").status_code == 404


class TestWriting:
    """Wagtail's own writes, with a token."""

    def test_written_as_it_is_read(self, guide: GuidePage, editor: User) -> None:
        me = TokenCaller(editor)
        told = me.get(f"pages/{guide.pk}/?version=draft&rich_text_format=db_html").json()
        body = [*told["body"], {"type": "image", "value": {"id": draw("نقشه").pk}}]
        body[0]["value"] = {"format": "db_markdown", "content": "متن **تازه**"}
        changed = me.send("patch", f"pages/{guide.pk}/", {"body": body, "intro": "چکیدهٔ تازه"})
        assert changed.status_code == 200, changed.content.decode()
        assert "<b>تازه</b>" in changed.json()["body"][0]["value"]
        assert changed.json()["body"][1]["value"]["code"] == "elec-intro"
        assert Caller().get(f"pages/{guide.pk}/").json()["intro"] != "چکیدهٔ تازه"
        draft = me.get(f"pages/{guide.pk}/?version=draft").json()
        assert (draft["intro"], len(draft["body"])) == ("چکیدهٔ تازه", 4)
        assert me.send("post", f"pages/{guide.pk}/actions/publish/", {}).status_code == 200
        assert Caller().get(f"pages/{guide.pk}/").json()["intro"] == "چکیدهٔ تازه"

    def test_a_new_guide(self, index: GuideIndexPage, editor: User) -> None:
        said = {
            "meta": {"type": "guides.GuidePage", "parent_id": index.pk, "action": "publish"},
            "title": "راهنمای گاز", "intro": "چکیده", "reading_minutes": 2,
            "body": [{"type": "service", "value": {"code": "elec-intro"}}],
        }  # fmt: skip
        made = TokenCaller(editor).send("post", "pages/", said)
        assert made.status_code == 201, made.content.decode()
        shown = Caller().get(f"pages/{made.json()['id']}/").json()
        assert shown["body"][0]["value"]["code"] == "elec-intro"
        said["body"] = [{"type": "service", "value": {"code": "nothing"}}]
        assert TokenCaller(editor).send("post", "pages/", said).status_code == 422

    def test_each_write_for_each_role(
        self, guide: GuidePage, maryam: User, staff: dict[str, User], nobody_staff: User
    ) -> None:
        """What only editors do: everybody else is told nothing and changes nothing."""
        revision, before = guide.latest_revision_id, guide.get_latest_revision().created_at
        parent, picture = guide.get_parent().pk, draw("نقشه")
        new = {"type": "guides.GuidePage", "parent_id": parent}
        body = {"title": "؟", "intro": "؟", "reading_minutes": 1, "body": []}
        act = f"pages/{guide.pk}/actions"
        writes = [
            ("post", "pages/", {"meta": new, **body}), ("patch", f"pages/{guide.pk}/", body),
            ("delete", f"pages/{guide.pk}/", {}), ("delete", f"{act}/delete/", {}),
            ("post", f"{act}/publish/", {}), ("post", f"{act}/unpublish/", {}),
            ("post", f"{act}/copy/", {}), ("post", f"{act}/create_alias/", {}),
            ("post", f"{act}/move/", {"destination_id": parent}),
            ("post", f"{act}/revert/", {"revision_id": revision}),
            ("post", f"{act}/convert_alias/", {}), ("get", f"pages/{guide.pk}/revisions/", {}),
            ("post", f"{act}/copy_for_translation/", {"locale": "fa"}),
            ("get", f"pages/{guide.pk}/revisions/{revision}/", {}),
            ("patch", f"images/{picture.pk}/", {"title": "؟"}),
            ("delete", f"images/{picture.pk}/", {}),
        ]  # fmt: skip
        for person in (maryam, staff["desk"], nobody_staff):
            for method, path, content in writes:
                answer = TokenCaller(person).send(method, path, content)
                assert answer.status_code in (403, 404), (person, method, path, answer.content)
        for method, path, content in writes:
            caller = Caller(staff["desk"])
            answer = getattr(caller.client, method)(
                f"{ROOT}{path}", content, content_type="application/json"
            )
            assert answer.status_code == 401, (method, path)
        again = GuidePage.objects.get(pk=guide.pk)
        assert (again.latest_revision_id, again.get_latest_revision().created_at) == (
            revision, before,
        )  # fmt: skip
        assert GuidePage.objects.count() == 1

    def test_a_token_that_was_taken_back(self, guide: GuidePage, editor: User) -> None:
        me = TokenCaller(editor)
        APIToken.objects.get().revoke()
        assert me.send("patch", f"pages/{guide.pk}/", {"intro": "؟"}).status_code == 401
        assert me.get(f"moderation/pages/{guide.pk}/").status_code == 401

    def test_a_group_without_the_right_to_publish(self, guide: GuidePage, editor: User) -> None:
        Group.objects.get(name="editor").page_permissions.filter(
            permission__codename="publish_page"
        ).delete()
        me = TokenCaller(editor)
        assert me.send("patch", f"pages/{guide.pk}/", {"intro": "نو"}).status_code == 200
        publish = {"meta": {"action": "publish"}, "intro": "؟"}
        assert me.send("patch", f"pages/{guide.pk}/", publish).status_code == 403
        assert me.send("post", f"pages/{guide.pk}/actions/publish/", {}).status_code == 403
