"""How long requests take and how they end, by view; measured by django-prometheus."""

from typing import Any, Self

from django.conf import settings
from django.http import HttpRequest
from django_prometheus import middleware

from web.monitoring.process_values import keep_values_in

# Before the first metric is made.
keep_values_in(settings.PROMETHEUS_MULTIPROC_DIR)

# Of the seventeen that django-prometheus knows. The others cost each request more than they tell.
KEPT = {
    "django_http_requests_latency_including_middlewares_seconds",
    "django_http_requests_latency_seconds_by_view_method",
    "django_http_responses_total_by_status_view_method",
    "django_http_exceptions_total_by_type",
}


class _Unmeasured:
    """Stands for a metric that is not kept."""

    def labels(self, **labels: str) -> Self:
        return self

    def inc(self, amount: float = 1) -> None:
        """Count nothing."""

    def observe(self, amount: float) -> None:
        """Measure nothing."""


class RequestMetrics(middleware.Metrics):
    """Those of django-prometheus that are kept."""

    def register_metric(self, metric_cls: Any, name: str, *args: Any, **options: Any) -> Any:
        if name not in KEPT:
            return _Unmeasured()
        return super().register_metric(metric_cls, name, *args, **options)


# Here, as a module is read by one thread alone: django-prometheus makes them at the first use, and
# two threads that load the middleware at once would register each name twice.
RequestMetrics.get_instance()


class WholeRequestMiddleware(middleware.PrometheusBeforeMiddleware):
    """Measures requests with all that stands between the door and the view."""

    metrics_cls = RequestMetrics


class ViewMiddleware(middleware.PrometheusAfterMiddleware):
    """Measures views."""

    metrics_cls = RequestMetrics

    def label_metric(self, metric: Any, request: HttpRequest, *args: Any, **labels: str) -> Any:
        # Anybody may send any word as a method; each would be a series of its own.
        if "method" in labels:
            labels["method"] = self._method(request)
        return super().label_metric(metric, request, *args, **labels)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        # Its latency is measured with the answer; django-prometheus would measure it twice.
        self.metrics.exceptions_by_type.labels(type=type(exception).__name__).inc()
