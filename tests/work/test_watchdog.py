"""The watchdog tells a worker that stands still from one that is busy or has nothing to do."""

import pytest

from work.supervisor.watchdog import SILENT_FOR, STOPPED_FOR, Watchdog


@pytest.fixture
def dead():
    """Processes that were killed."""
    return set()


@pytest.fixture
def stopped():
    """Processes that were stopped."""
    return set()


@pytest.fixture
def watchdog(dead, stopped):
    """A watchdog that barks after ten seconds."""
    return Watchdog(
        0, patience=10, alive=lambda pid: pid not in dead, stopped=lambda pid: pid in stopped
    )


def hear(watchdog, *lines, at):
    """Several lines at the same moment."""
    for line in lines:
        watchdog.hear(line, at)


def test_a_worker_with_nothing_to_do_is_left_alone(watchdog):
    assert not watchdog.stalled(10_000)


def test_a_task_that_went_all_the_way_leaves_nothing_behind(watchdog):
    hear(watchdog, "pulled 9 1", "started 5 1", "ended 5 1", "settled 8 1", at=1)

    assert not watchdog.stalled(10_000)
    assert watchdog.held_rows() == []


def test_a_long_task_is_no_standstill_even_if_others_wait(watchdog):
    hear(watchdog, "pulled 9 1", "started 5 1", "pulled 9 2", at=1)

    assert not watchdog.stalled(10_000)
    assert not watchdog.stalled(10_001)


def test_a_task_that_was_taken_and_never_started_is_a_standstill(watchdog):
    hear(watchdog, "pulled 9 1", "pulled 9 2", at=1)

    assert not watchdog.stalled(10)
    assert watchdog.stalled(11)
    assert sorted(watchdog.held_rows()) == [1, 2]


def test_taking_more_and_more_without_starting_any_does_not_calm_it(watchdog):
    for second in range(1, 12):
        watchdog.hear(f"pulled 9 {second}", second)

    assert watchdog.stalled(11)


def test_a_task_whose_worker_was_killed_waits_for_its_own_time(watchdog, dead):
    hear(watchdog, "pulled 9 1", "started 5 1", at=1)
    dead.add(5)

    assert not watchdog.stalled(10_000)


def test_a_killed_worker_does_not_pass_for_a_busy_one(watchdog, dead):
    hear(watchdog, "pulled 9 1", "started 5 1", "pulled 9 2", at=1)
    dead.add(5)

    assert watchdog.stalled(11)
    assert sorted(watchdog.held_rows()) == [1, 2]


def test_a_result_that_nobody_records_is_a_standstill(watchdog):
    hear(watchdog, "pulled 9 1", "started 5 1", "ended 5 1", at=1)

    assert watchdog.stalled(11)


def test_a_task_thrown_away_as_unreadable_is_no_longer_waited_for(watchdog):
    hear(watchdog, "pulled 9 1", "dropped 9 1", at=1)

    assert not watchdog.stalled(10_000)


def test_tasks_from_redis_have_no_row_but_are_counted(watchdog):
    hear(watchdog, "pulled 9 -", "pulled 9 -", "started 5 -", "ended 5 -", "settled 8 -", at=1)

    assert watchdog.stalled(11)
    assert watchdog.held_rows() == []


def test_a_row_whose_process_died_is_told_once(watchdog, dead):
    hear(watchdog, "alive 5 -", "pulled 9 1", "started 5 1", at=1)
    dead.add(5)

    assert watchdog.notice_deaths() == [5]
    assert watchdog.notice_deaths() == []
    assert watchdog.lost_rows() == [1]
    assert watchdog.lost_rows() == []
    assert watchdog.held_rows() == []


def test_a_death_that_is_seen_while_looking_for_a_standstill_is_told_too(watchdog, dead):
    hear(watchdog, "alive 5 -", "pulled 9 1", "started 5 1", at=1)
    dead.add(5)

    assert not watchdog.stalled(2)
    assert watchdog.notice_deaths() == [5]
    assert watchdog.lost_rows() == [1]


def test_what_was_pulled_and_not_begun_is_in_hand(watchdog):
    hear(watchdog, "pulled 9 1", "pulled 9 2", "started 5 1", "pulled 9 3", "dropped 9 3", at=1)

    assert watchdog.unstarted() == ["2"]


def test_who_dies_idle_may_have_held_a_lock(watchdog, dead):
    hear(watchdog, "alive 5 -", "alive 6 -", at=1)
    assert not watchdog.stalled(2)

    dead.add(5)

    assert watchdog.stalled(2)


def test_then_a_task_elsewhere_is_waited_for_unless_others_do_not_start(watchdog, dead):
    hear(watchdog, "alive 5 -", "alive 6 -", "pulled 9 1", "started 6 1", at=1)
    dead.add(5)

    assert not watchdog.stalled(10_000)
    hear(watchdog, "pulled 9 2", at=10_001)
    assert not watchdog.stalled(10_010)
    assert watchdog.stalled(10_011)


def test_who_leaves_and_says_so_is_not_missed(watchdog, dead):
    hear(watchdog, "alive 5 -", "left 5 -", at=1)
    dead.add(5)

    assert watchdog.notice_deaths() == []
    assert not watchdog.stalled(2)


def test_a_stopped_process_is_frozen_soon_and_a_silent_one_late(watchdog, stopped):
    hear(watchdog, "alive 5 -", "alive 6 -", at=1)
    stopped.add(5)

    assert watchdog.frozen(1 + STOPPED_FOR - 0.1) == []
    assert watchdog.frozen(1 + STOPPED_FOR) == [5]
    assert sorted(watchdog.frozen(1 + SILENT_FOR)) == [5, 6]
    watchdog.hear("alive 6 -", 2 + STOPPED_FOR)
    assert watchdog.frozen(3 + STOPPED_FOR) == [5]
    assert watchdog.last_beat() == 1
