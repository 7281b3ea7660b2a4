"""Sixty ways to type twenty names, at every door that has a search; and everyday words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from accounts.models import Party, User
from guides.models import GuidePage
from guides.seed import load_index
from home.seed import load_front_page
from letters.models import Letter, LetterBook, LetterDesign, LetterTemplate
from services_catalog import seed
from services_catalog.models import (
    CalendarDay,
    Category,
    Desk,
    DocumentType,
    Organisation,
    Park,
    Province,
    ReturnReason,
    Service,
    ServiceVersion,
    Synonyms,
    Unit,
)
from submissions.contracts.lookup import match_contracts
from submissions.models import Contract, Submission
from tests import cast

pytestmark = pytest.mark.django_db
Ask = Callable[[Client, str], Iterable[Any]]

# As it stands in the portal, and three ways in which it is typed.
TYPED = {
    "درخواست‌نامهٔ نقشه": ("درخواستنامه", "درخواست نامه", "نقشه درخواست‌نامه"),
    "آب و فاضلاب": ("اب و فاضلاب", "آب‌وفاضلاب", "فاضلاب آب"),
    "چه می‌شود": ("می شود", "میشود", "مي‌شود"),
    "کاشی‌سازان زاینده‌رود": ("كاشي سازان", "کاشیسازان زایندهرود", "زاینده رود کاشی"),
    "هیئت مدیره": ("هیأت مدیره", "هيات مديره", "هیئت‌مدیره"),
    "مسئول فنی": ("مسؤول فنی", "مسول فني", "فنی مسئول"),
    "مریم رضائی": ("رضایی مریم", "رضائي", "مريم‌رضایی"),
    "موسی کاظمی": ("موسى كاظمي", "کاظمی موسی", "مُوسی"),
    "حمزة اسدی": ("حمزه اسدی", "اسدي حمزه", "حمزۀ اسدی"),
    "خانهٔ سبز": ("خانه سبز", "خانۀ سبز", "خانه‌ی سبز"),
    "مُحَمَّد امین": ("محمد امین", "محمدامین", "امين محمد"),
    "واحد ۱۲ پارس": ("واحد 12", "واحد ١٢", "پارس ۱۲"),
    "ABC تجهیز": ("abc تجهیز", "ＡＢＣ", "تجهيز Abc"),
    "تولیدی‌های نمونه": ("تولیدیهای نمونه", "تولیدی های", "نمونهٔ تولیدی"),
    "فولاد مبارکه": ("فولاد مباركه", "مبارکة", "فـولادمبـارکه"),
    "آئینه": ("آیینه", "ائینه", "آيينه‌ها"),
    "تأمین اجتماعی": ("تامین اجتماعی", "تامین‌اجتماعی", "اجتماعی تأمین"),
    "اتاق تهران": ("اطاق تهران", "اتاق طهران", "تهران اتاق"),
    "پیش‌تصفیه": ("پیشتصفیه", "پیش تصفیه", "پيش‌ تصفيه"),
    "گلستان رأفت": ("گلـستان", "گلستان رافت", "\u200fگلستانِ رأفت\u200f"),
}
SPELLINGS = [(typed, stored) for stored, ways in TYPED.items() for typed in ways]
EVERYDAY = {
    "رمز عبور": "گذرواژه",
    "پسورد": "گذرواژه",
    "رمزعبور": "گذرواژه",
    "login": "ورود به سامانه",
    "لاگین": "ورود به سامانه",
    "وام": "تسهیلات بانکی",
    "جواز ساخت": "مجوز احداث",
    "فسخ قرارداد": "انصراف از قرارداد",
    "تلفن همراه": "شمارهٔ موبایل",
    "آپلود": "بارگذاری",
    "كرايه سوله": "اجارهٔ سوله",
    "افراز": "تفکیک قطعه",
}


# --- What stands there ---------------------------------------------------------


def make_park(name: str, number: int) -> Model:
    return Park.objects.create(province=Province.objects.first(), slug=f"p{number}", name=name)


def make_unit(name: str, number: int) -> Model:
    return Unit.objects.create(code=f"unit-{number}", title=name)


def make_desk(name: str, number: int) -> Model:
    return Desk.objects.create(unit=Unit.objects.create(code=f"unit-{number}", title=name))


def make_service(name: str, number: int) -> Service:
    """Says what ``two-ways`` says, under another name."""
    model = Service.objects.filter(code="two-ways").first() or cast.build_service("two-ways")
    service = Service.objects.create(
        code=f"s{number}", title=name, category=model.category, letter_kind="notice"
    )
    version = model.current_version
    assert version is not None
    content = version.content | {"code": service.code, "title": name}
    ServiceVersion.objects.create(service=service, number=1, content=content)
    return service


def make_guide(name: str, number: int) -> Page:
    index = load_index(load_front_page())
    guide: Page = index.add_child(instance=GuidePage(title=name, slug=f"g{number}", intro="متن"))
    return guide


def make_image(name: str, number: int) -> Model:
    image: Model = get_image_model().objects.create(title=name, file=get_test_image_file())
    return image


def make_document(name: str, number: int) -> Model:
    file = ContentFile(b"%PDF-", name="form.pdf")
    document: Model = get_document_model().objects.create(title=name, file=file)
    return document


def make_user(name: str, number: int) -> Model:
    first, _, last = name.partition(" ")
    return User.objects.create_user(
        f"colleague-{number}", first_name=first, last_name=last, is_staff=True
    )


def make_contract(name: str, number: int) -> Model:
    park = Park.objects.get(slug="jey")
    facts = {"holder_name": name, "holder_kind": "legal"}
    return Contract.objects.create(number=f"1390/{number}", park=park, **facts)


def make_case(name: str, number: int) -> Submission:
    service = Service.objects.filter(code="two-ways").first() or cast.build_service("two-ways")
    version = service.current_version
    assert version is not None
    return Submission.objects.create(
        version=version,
        kind=version.facts.kind,
        title=version.facts.title,
        party=Party.objects.create(kind="legal", name=name),
        filed_by=User.objects.get(username="admin"),
        state="in_review",
        stop="desk",
        submitted_at=now(),
        due_at=now(),
    )


def make_letter(name: str, number: int) -> Model:
    template = LetterTemplate.objects.first()
    assert template is not None
    book, _ = LetterBook.objects.get_or_create(year=1405, direction="outgoing")
    taken = {"book": book, "number": number + 1, "number_text": book.written(number + 1)}
    return Letter.objects.create(submission=make_case(name, number), template=template, **taken)


# --- How it is asked for ---------------------------------------------------------


def listed(address: str, key: str = "object_list") -> Ask:
    """What a list of the admin shows for a search; each row once, with its key."""

    def ask(client: Client, typed: str) -> Iterable[Any]:
        answer = client.get(address, {"q": typed})
        assert answer.status_code == 200, address
        return [row.pk for row in answer.context[key]]

    return ask


def snippets(table: str) -> Ask:
    return listed(reverse(f"wagtailsnippets_services_catalog_{table}:list_results"))


def choose(table: str) -> Ask:
    address = reverse(f"wagtailsnippetchoosers_services_catalog_{table}:choose_results")
    return listed(address, "results")


def list_pages() -> Ask:
    """The explorer, at the index of guides."""
    index = load_index(load_front_page())
    return listed(f"/admin/pages/{index.pk}/results/")


def search_services(client: Client, typed: str) -> Iterable[Any]:
    found = client.get("/search/", {"q": typed}).context["found"]
    return [sheet.service_id for sheet in found.services]


def search_guides(client: Client, typed: str) -> Iterable[Any]:
    return [guide.pk for guide in client.get("/search/", {"q": typed}).context["found"].guides]


def read_catalog(client: Client, typed: str) -> Iterable[Any]:
    groups = client.get("/services/", {"q": typed}).context["groups"]
    return [sheet.service_id for _, sheets in groups for sheet in sheets]


def search_register(client: Client, typed: str) -> Iterable[Any]:
    return [row.pk for row in match_contracts(Park.objects.get(slug="jey"), typed)]


def _titled(model: Any, **facts: Any) -> Callable[[str, int], Model]:
    return lambda name, number: model.objects.create(title=name, code=f"c{number}", **facts)


DOORS: dict[str, tuple[Callable[[str, int], Model], Callable[[], Ask]]] = {
    "public search, services": (make_service, lambda: search_services),
    "public search, guides": (make_guide, lambda: search_guides),
    "catalog": (make_service, lambda: read_catalog),
    "contract search": (make_contract, lambda: search_register),
    "requests": (make_case, lambda: listed("/admin/submissions/submission/results/")),
    "letters": (make_letter, lambda: listed("/admin/letters/letter/results/")),
    "parks": (make_park, lambda: snippets("park")),
    "choice of a park": (make_park, lambda: choose("park")),
    "provinces": (
        lambda name, number: Province.objects.create(name=name, slug=f"v{number}"),
        lambda: snippets("province"),
    ),
    "organisations": (
        lambda name, number: Organisation.objects.create(kind=f"k{number}", name=name),
        lambda: snippets("organisation"),
    ),
    "units": (make_unit, lambda: snippets("unit")),
    "desks": (make_desk, lambda: snippets("desk")),
    "services": (make_service, lambda: snippets("service")),
    "categories": (_titled(Category), lambda: snippets("category")),
    "document types": (_titled(DocumentType), lambda: snippets("documenttype")),
    "return reasons": (_titled(ReturnReason, advice="-"), lambda: snippets("returnreason")),
    "days": (
        lambda name, number: CalendarDay.objects.create(title=name, date=f"2030-01-{number + 1}"),
        lambda: snippets("calendarday"),
    ),
    "synonyms": (
        lambda name, number: Synonyms.objects.create(words=f"{name}، ژژ{number}"),
        lambda: snippets("synonyms"),
    ),
    "letter templates": (
        lambda name, number: LetterDesign.objects.create(kind=f"k{number}", title=name),
        lambda: listed("/admin/letter_templates/results/"),
    ),
    "users": (make_user, lambda: listed("/admin/users/results/")),
    "roles": (
        lambda name, number: Group.objects.create(name=name),
        lambda: listed("/admin/groups/results/"),
    ),
    "redirects": (
        lambda name, number: Redirect.objects.create(old_path=f"/r{number}", redirect_link=name),
        lambda: listed("/admin/redirects/results/"),
    ),
    "pages": (make_guide, list_pages),
    "search of pages": (make_guide, lambda: listed("/admin/pages/search/results/")),
    "choice of a page": (make_guide, lambda: listed("/admin/choose-page/search/", "pages")),
    "images": (make_image, lambda: listed("/admin/images/results/")),
    "choice of an image": (make_image, lambda: listed("/admin/images/chooser/results/", "results")),
    "documents": (make_document, lambda: listed("/admin/documents/results/")),
    "choice of a document": (
        make_document,
        lambda: listed("/admin/documents/chooser/results/", "results"),
    ),
}


@pytest.fixture
def searching(client: Client, house: None, admin: User, signed_in: Callable[..., Client]) -> Client:
    load_front_page()
    return signed_in(client, admin)


@pytest.mark.parametrize("door", DOORS)
def test_every_spelling_finds_its_name(searching: Client, door: str) -> None:
    make, ask = DOORS[door]
    keys = {name: make(name, number).pk for number, name in enumerate(TYPED)}
    find = ask()

    lost = [(typed, name) for typed, name in SPELLINGS if keys[name] not in find(searching, typed)]

    assert (len(SPELLINGS), lost) == (60, [])


@pytest.mark.parametrize("door", ["public search, services", "public search, guides", "catalog"])
def test_an_everyday_word_finds_ours(searching: Client, door: str) -> None:
    seed.load_synonyms(seed.read_seed("synonyms")["groups"])
    make, ask = DOORS[door]
    names = dict.fromkeys(EVERYDAY.values())
    keys = {name: make(name, number).pk for number, name in enumerate(names)}
    find = ask()

    lost = [
        (typed, name)
        for typed, name in EVERYDAY.items()
        if keys[name] not in find(searching, typed)
    ]

    assert lost == []
