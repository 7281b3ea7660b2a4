"""The one API: Wagtail's content endpoints and those of our apps, in one document."""

from __future__ import annotations

from ninja import NinjaAPI
from wagtail.api.v3.routers.pages import router as pages
from wagtail.images.api.v3.router import router as images

from guides.api import router as moderation
from home import api as home
from letters import api as letters
from letters.attachments import api as attachments
from letters.designs import api as designs
from letters.dispatch import api as dispatch
from letters.drafts import api as drafts
from letters.ece import api as network
from letters.images import api as images_of_letters
from letters.incoming import api as incoming
from letters.registers import api as registers
from letters.registers.printing import api as printing
from services_catalog import api as catalog
from services_catalog.exchange_api import exchange
from signin import api as signin
from signin.tokens import api as tokens
from submissions import api as submissions
from web.api.document import ABOUT, TITLE, amend_document
from web.api.guards import guard_endpoints
from web.api.handlers import register_handlers
from web.api.json_reading import JsonParser
from web.api.rendering import ReadableRenderer
from webhooks import api as webhooks

# Of Wagtail's endpoints only content: its snippets are our desks, seats and calendars, whose
# forms tell what a change does before it is made.
CONTENT = (("/pages/", pages), ("/images/", images))
OURS = (
    signin.router, tokens.router, moderation, home.site, home.person, submissions.tracking,
    submissions.acting, submissions.office, letters.verify, letters.papers, letters.office, dispatch.desk,
    designs.router, images_of_letters.router, drafts.router, attachments.router,
    attachments.papers, registers.office, printing.router,
    network.router, incoming.router, webhooks.router,
)  # fmt: skip


def build_api() -> NinjaAPI:
    """The API with all endpoints. Wagtail's own finds its addresses by the name that it gave them."""
    api = NinjaAPI(
        title=TITLE,
        version="3.0.0",
        description=ABOUT,
        urls_namespace="wagtailapi_v3",
        docs_url="/docs/",
        renderer=ReadableRenderer(),
        parser=JsonParser(),
    )
    register_handlers(api)
    guard_endpoints(api)
    amend_document(api)
    for prefix, router in (*CONTENT, ("/catalog/", catalog.router), ("/catalog/", exchange)):
        api.add_router(prefix, router)
    for router in OURS:
        api.add_router("", router)
    return api


# Asked for once: Ninja takes a second asking for a second API.
API_URLS = build_api().urls
