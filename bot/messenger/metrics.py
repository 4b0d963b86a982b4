"""The figures for Prometheus, at an address of their own. Imported only where somebody asked for them."""

from collections.abc import Callable
from enum import StrEnum

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.messenger.figures import METHODS, OK, OTHER, Came, Ended, Refused, Trouble

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counts in this process. Every label there will ever be exists from the start, so that a new one is a fault."""

    def __init__(self) -> None:
        disable_created_metrics()  # a second line for each label, with a time nobody needs
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._came = self._counter("updates", "Updates taken, by kind", kind=Came)
        self._refused = self._counter("refused", "Posts to the webhook that were no update", reason=Refused)
        self._ended = self._counter("updates_ended", "What became of the updates taken", outcome=Ended)
        self._failed = self._counter("errors", "Errors, by kind", kind=Trouble)
        self._calls = Counter(
            "marigold_api_calls", "Calls to the Bot API", ("method", "outcome"), registry=self.registry
        )
        for method in (*sorted(METHODS), OTHER):
            for outcome in (OK, *Trouble):
                self._calls.labels(method, str(outcome))
        self._took = Histogram(
            "marigold_answer_seconds",
            "From an update's arrival to the end of its answer",
            buckets=SECONDS,
            registry=self.registry,
        )

    def _counter(self, name: str, told: str, **label: type[StrEnum]) -> Counter:
        ((key, values),) = label.items()
        counter = Counter(f"marigold_{name}", told, (key,), registry=self.registry)
        for value in values:
            counter.labels(str(value))
        return counter

    def watch(self, waiting: Callable[[], int], shared_is_well: Callable[[], bool] | None) -> None:
        """Ask these whenever the figures are read. `shared_is_well`: None where nothing is shared."""
        Gauge(
            "marigold_updates_waiting", "Updates that wait or are being answered", registry=self.registry
        ).set_function(waiting)
        if shared_is_well is not None:
            up = Gauge("marigold_shared_memory_up", "1 while Valkey answers, else 0", registry=self.registry)
            up.set_function(shared_is_well)

    def app(self) -> Starlette:
        """GET /metrics and nothing else."""

        async def told(request: Request) -> Response:
            return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)

        return Starlette(routes=[Route("/metrics", told, methods=["GET"])])

    # What the messenger tells. A label is a member of a closed list, or it is "other".

    def came(self, kind: Came) -> None:
        """An update was taken."""
        self._came.labels(str(kind)).inc()

    def refused(self, why: Refused) -> None:
        """Something was brought that is no update."""
        self._refused.labels(str(why)).inc()

    def ended(self, how: Ended) -> None:
        """An update has had its turn, or will never have one."""
        self._ended.labels(str(how)).inc()

    def took(self, seconds: float) -> None:
        """From an update's arrival to the end of its answer."""
        self._took.observe(seconds)

    def failed(self, trouble: Trouble) -> None:
        """An answer, an apology or a clearing failed."""
        self._failed.labels(str(trouble)).inc()

    def called(self, method: str, trouble: Trouble | None) -> None:
        """A call to the Bot API ended."""
        known = method if method in METHODS else OTHER
        self._calls.labels(known, OK if trouble is None else str(trouble)).inc()
