"""Events reach those who asked for them, and nobody after that."""

from colonyserver.events import Events, MembershipChanged, PauseChanged, ProcessChanged

RUNNING = ProcessChanged("p1", "dev", 1, "cli", "")
OTHER = ProcessChanged("p2", "dev", 0, "cli", "")


def test_by_kind_and_by_topic() -> None:
    events = Events()
    all_of_them: list[ProcessChanged] = []
    only_one: list[ProcessChanged] = []
    events.subscribe(ProcessChanged, all_of_them.append)
    events.subscribe(ProcessChanged, only_one.append, topic="p1")
    for event in (RUNNING, OTHER, MembershipChanged("id", "dev"), PauseChanged("dev", True)):
        events.publish(event)
    assert all_of_them == [RUNNING, OTHER]
    assert only_one == [RUNNING]


def test_nothing_after_the_subscription_ended() -> None:
    events = Events()
    heard: list[ProcessChanged] = []
    with events.subscribe(ProcessChanged, heard.append, topic="p1") as subscription:
        events.publish(RUNNING)
    events.publish(RUNNING)
    subscription.cancel()
    assert heard == [RUNNING]


def test_a_listener_may_leave_while_it_is_told() -> None:
    events = Events()
    heard: list[str] = []

    def once(_change: ProcessChanged) -> None:
        heard.append("once")
        subscription.cancel()

    subscription = events.subscribe(ProcessChanged, once)
    events.subscribe(ProcessChanged, lambda _change: heard.append("always"))
    events.publish(RUNNING)
    events.publish(RUNNING)
    assert heard == ["once", "always", "always"]
