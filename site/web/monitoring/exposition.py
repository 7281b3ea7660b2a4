"""``/metrics``: what the web processes have counted, and the figures of ``work.watch``."""

import logging
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from web.health import answer_check
from web.monitoring.watchers import is_watcher
from work.watch import Figure, registered_figures, registered_findings

logger = logging.getLogger(__name__)


@never_cache
def show_metrics(request: HttpRequest) -> HttpResponse:
    """All metrics in Prometheus' own words; a stranger finds nothing here."""
    if not is_watcher(request):
        raise Http404
    registry = CollectorRegistry()
    if settings.PROMETHEUS_MULTIPROC_DIR:
        MultiProcessCollector(registry, settings.PROMETHEUS_MULTIPROC_DIR)
    else:
        registry.register(REGISTRY)
    registry.register(FigureCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class FigureCollector(Collector):
    """Reads every figure at the moment of the scrape; one that cannot be read is told of."""

    def collect(self) -> Iterator[Metric]:
        """The figures, the findings as 0 or 1, and what could not be read."""
        unread = GaugeMetricFamily(
            "portal_figure_unread", "Figures that could not be read.", labels=["figure"]
        )
        for figure in registered_figures():
            metric = _empty_metric(figure)
            unread.add_metric([figure.name], 0 if _fill(metric, figure) else 1)
            yield metric
        yield unread
        yield _collect_findings()


def _empty_metric(figure: Figure) -> CounterMetricFamily | GaugeMetricFamily:
    family = CounterMetricFamily if figure.only_grows else GaugeMetricFamily
    return family(figure.name, figure.says, labels=[figure.label] if figure.label else [])


def _fill(metric: CounterMetricFamily | GaugeMetricFamily, figure: Figure) -> bool:
    try:
        found = figure.read()
    except Exception as error:
        # A database, a Redis or a disk that is away: the other figures are needed all the more.
        logger.warning("%s could not be read: %r", figure.name, error)
        return False
    for value, number in found.items():
        metric.add_metric([value] if figure.label else [], number)
    return True


def _collect_findings() -> Metric:
    family = GaugeMetricFamily(
        "portal_finding", "1 where /health/work finds something.", labels=["check"]
    )
    for name, check in registered_findings().items():
        family.add_metric([name], 1 if answer_check(name, check) else 0)
    return family
