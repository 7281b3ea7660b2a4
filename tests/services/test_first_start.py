"""What a fresh installation is filled with: the demo of a developer, the first start of an office."""

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils.timezone import now
from wagtail.models import Page, Revision, Site

from accounts.models import Party, User
from guides.models import GuidePage
from home.demo_people import PASSWORD, STAFF
from home.models import HomePage
from letters.models import LetterDesign, LetterTemplate
from persian.jalali import jalali_year
from services_catalog import seed
from services_catalog.models import (
    CalendarDay,
    Desk,
    DocumentType,
    Organisation,
    Park,
    Province,
    Service,
    ServiceVersion,
    Unit,
)
from submissions.models import Contract
from tests.recorded import build_once
from tests.worker import queued
from web.models import OfficeSettings, PublicChange

pytestmark = pytest.mark.django_db
OURS = ("accounts", "web", "guides", "services_catalog", "submissions", "letters", "home")


SAID: list[str] = []


@pytest.fixture
def demo(db, capsys):
    """The demo, loaded once and said again to the database for each story; what loading it printed."""

    def load():
        call_command("load_demo")
        SAID.append(capsys.readouterr().out)

    build_once("demo", load)
    return SAID[-1]


def everything():
    """How many rows stand in each of our tables, and how often something was published."""
    counts = {
        model.__name__: model._default_manager.count()
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        # It counts each time that a row was written, also as it was.
        if model is not PublicChange
    }
    return counts | {"Revision": Revision.objects.count(), "Page": Page.objects.count()}


def test_the_demo_holds_all_that_the_office_offers(demo):
    counts = everything()
    services = 35 + len(seed.stage_services())
    wanted = {
        "Service": services,
        "ServiceVersion": services,
        "Province": 31,
        "Park": 154,
        "Unit": 12,
    }
    assert {name: counts[name] for name in wanted} == wanted
    assert counts["GuidePage"] == 5
    assert counts["Contract"] >= 200
    assert ServiceVersion.objects.offered().count() == 35
    assert not Contract.objects.exclude(party=None).exclude(number="1402/1001").exists()


def test_loading_it_again_changes_nothing(demo):
    before = everything()
    call_command("load_demo")
    assert everything() == before


def test_what_people_have_written_stays_when_it_is_loaded_again(demo):
    def written():
        return (
            Service.objects.get(code="elec-intro").promise_days,
            DocumentType.objects.get(code=papers.code).title,
            LetterTemplate.objects.for_service(template.kind, template.service_code).title,
            GuidePage.objects.get(pk=guide.pk).title,
            Unit.objects.get(code=unit.code).signing_post,
            Contract.objects.get(pk=contract.pk).plot,
            OfficeSettings.load().phone,
        )

    service = Service.objects.get(code="elec-intro")
    service.promise_days = 30
    service.save_revision().publish()
    papers, guide = DocumentType.objects.first(), GuidePage.objects.first()
    unit, contract = Unit.objects.exclude(signing_post="").first(), Contract.objects.first()
    template = LetterDesign.objects.first()
    template.title = "متن ما"
    template.save_revision().publish()
    DocumentType.objects.filter(pk=papers.pk).update(title="مدرک ما")
    guide.title = "راهنمای ما"
    guide.save_revision().publish()
    Unit.objects.filter(pk=unit.pk).update(signing_post="سمت ما")
    Contract.objects.filter(pk=contract.pk).update(plot="قطعهٔ ما")
    OfficeSettings.objects.update(phone="تلفن ما")
    ours = (30, "مدرک ما", "متن ما", "راهنمای ما", "سمت ما", "قطعهٔ ما", "تلفن ما")
    assert written() == ours

    for command in ("load_demo", "init"):
        call_command(command)
        assert written() == ours, command

    call_command("load_demo", "--reset")
    assert not set(written()) & set(ours)


def test_a_reset_brings_a_service_that_was_changed_by_hand_back_as_the_next_version(demo):
    service = Service.objects.get(code="elec-intro")
    service.promise_days = 30
    service.save_revision().publish()
    call_command("load_demo", "--reset")
    assert list(service.versions.order_by("number").values_list("number", "current")) == [
        (1, False),
        (2, False),
        (3, True),
    ]
    assert Service.objects.get(code="elec-intro").promise_days == 3


def test_every_park_of_isfahan_has_a_desk_for_every_stop(demo):
    units = {stop.unit for version in ServiceVersion.objects.all() for stop in version.facts.route}
    parks = Park.objects.filter(province__slug="isfahan")
    assert parks.count() > 5
    without = [(u, p.slug) for p in parks for u in units if not Desk.objects.serving(u, p)]
    assert without == []
    jey = parks.get(slug="jey")
    assert Desk.objects.serving("park", jey).park == jey


def test_elsewhere_nobody_serves_and_cases_wait(demo):
    assert Desk.objects.serving("desk", Province.objects.get(slug="yazd")) is not None
    assert Desk.objects.serving("desk", Province.objects.get(slug="tehran")) is None


def test_every_service_has_its_wording_and_in_every_province_a_recipient(demo):
    provinces = list(Province.objects.all())
    for facts in [version.facts for version in ServiceVersion.objects.offered()]:
        assert LetterTemplate.objects.for_service(facts.letter_kind, facts.code), facts.code
        named = {question.code for question in facts.questions} & {"recipient"}
        if facts.recipient in ("applicant", "answer") or named:
            continue
        for province in provinces:
            assert Organisation.objects.receiving(facts.recipient, province), facts.code


def test_the_demo_people_can_sign_in_and_are_listed(demo):
    for person in STAFF:
        assert authenticate(None, username=person.username, password=PASSWORD), person.username
        assert person.username in demo
    assert len(STAFF) == 16
    maryam = User.objects.get(mobile="09130000001")
    assert maryam.acting_for.national_id == "9990000018"
    assert maryam.acting_for.contracts.get().park.slug == "jey"
    kavir = User.objects.get(mobile="09130000002")
    assert kavir.acting_for.is_verified
    assert not kavir.acting_for.contracts.exists()
    assert not User.objects.filter(mobile="09130000003").exists()


def test_people_keep_a_password_that_they_have_changed(demo):
    user = User.objects.get(username="desk")
    user.set_password("another-Passw0rd!")
    user.save()
    call_command("load_demo")
    assert authenticate(None, username="desk", password="another-Passw0rd!")


def test_guides_are_published_with_their_services(demo):
    guides = GuidePage.objects.live()
    assert guides.count() == 5
    named = [
        block.value for guide in guides for block in guide.body if block.block_type == "service"
    ]
    assert named
    assert all(isinstance(service, Service) for service in named)


def test_a_load_leaves_nothing_for_the_worker(demo):
    assert queued() == []


def test_if_empty_does_nothing_where_there_are_services(service):
    call_command("load_demo", "--if-empty")
    assert Service.objects.count() == 1


def test_sign_ins_are_printed_without_a_load(capsys):
    call_command("load_demo", "--sign-ins")
    assert PASSWORD in capsys.readouterr().out
    assert not Service.objects.exists()


def test_outside_development_there_is_no_demo(settings):
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError):
        call_command("load_demo")
    with pytest.raises(CommandError):
        call_command("load_demo", "--sign-ins")
    assert not User.objects.exists()


def test_the_first_start_of_an_office_makes_the_frame_and_no_demo(settings, capsys):
    settings.SITE_URL = "https://miz.example.ir"
    settings.DEVELOPMENT = False
    call_command("init")

    site = Site.objects.get()
    assert (site.hostname, site.port, site.is_default_site) == ("miz.example.ir", 443, True)
    assert site.root_page.specific == HomePage.objects.get()
    assert site.root_page.live
    assert Page.objects.filter(depth=2).count() == 1, "Wagtail's welcome page has made way"
    assert {jalali_year(day) for day in CalendarDay.objects.values_list("date", flat=True)} == {
        jalali_year(now()), jalali_year(now()) + 1,
    }  # fmt: skip
    for row in seed.read_seed("catalog")["services"]:
        assert LetterTemplate.objects.for_service(row["letter_kind"], row["code"]), row["code"]
    assert Unit.objects.exclude(signing_post="").exists()
    assert OfficeSettings.load().name == "شرکت شهرک‌های صنعتی استان اصفهان"
    assert not any(model.objects.exists() for model in (User, Party, Contract, Desk))
    assert not Service.objects.filter(kind="request").exists()
    assert set(Service.objects.values_list("kind", flat=True)) == {
        "identity", "contract", "agency", "succession",
    }  # fmt: skip
    assert "createsuperuser" in capsys.readouterr().out

    before = everything()
    call_command("init")
    assert everything() == before

    User.objects.create_superuser("boss", password=PASSWORD)
    capsys.readouterr()
    call_command("init")
    assert "createsuperuser" not in capsys.readouterr().out


def test_a_demo_may_follow_the_first_start(capsys):
    call_command("init")
    call_command("load_demo")
    assert HomePage.objects.count() == 1
    assert GuidePage.objects.count() == 5
