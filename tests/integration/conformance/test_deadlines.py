"""What becomes of processes whose time is over. All of them wait side by side."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from pycolonies import Process

from tests.support.pycolonies_site import FAILED, RUNNING, WAITING, Site
from tests.support.server import RunningServer

_NEVER = datetime.min.replace(tzinfo=UTC)
_EXPIRED = ["Maximum execution time limit exceeded"]


@dataclass(frozen=True)
class Overdue:
    """Processes of one colony after their deadlines."""

    expired: Process
    requeued: Process
    expired_again: Process
    never_started: Process
    unlimited: Process


@pytest.fixture(scope="module")
def overdue(server: RunningServer) -> Overdue:
    site = Site.make(server)
    never_started = site.submit("nobody", maxwaittime=1)
    unlimited = site.running(maxexectime=0)
    expired = site.running(maxexectime=1, maxretries=0)
    retried = site.running(maxexectime=1, maxretries=1)
    requeued = site.hear(retried, WAITING)
    assert site.assign().processid == retried.processid
    return Overdue(
        expired=site.hear(expired, FAILED),
        requeued=requeued,
        expired_again=site.hear(retried, FAILED),
        never_started=site.hear(never_started, FAILED),
        unlimited=site.process(unlimited),
    )


def test_without_retries_the_first_expiry_is_a_failure(overdue: Overdue) -> None:
    process = overdue.expired
    assert (process.state, process.errors, process.retries) == (FAILED, _EXPIRED, 0)
    assert process.endtime - process.starttime >= timedelta(seconds=1)


def test_with_a_retry_it_waits_again_and_fails_the_second_time(overdue: Overdue) -> None:
    waiting, failed = overdue.requeued, overdue.expired_again
    assert (waiting.state, waiting.isassigned, waiting.retries) == (WAITING, False, 1)
    assert (failed.processid, failed.state, failed.errors) == (waiting.processid, FAILED, _EXPIRED)
    assert failed.retries == 1


def test_what_nobody_takes_in_time_fails_without_having_started(overdue: Overdue) -> None:
    process = overdue.never_started
    assert (process.state, process.errors) == (FAILED, ["Maximum waiting time limit exceeded"])
    assert (process.starttime, process.isassigned) == (_NEVER, False)


def test_a_maximum_of_zero_is_no_limit(overdue: Overdue) -> None:
    process = overdue.unlimited
    assert (process.state, process.retries, process.execdeadline) == (RUNNING, 0, _NEVER)
    assert overdue.expired_again.endtime - process.starttime > timedelta(seconds=2)
