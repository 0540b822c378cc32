"""Recordings come over from FreeSWITCH's host, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gevent.threadpool import ThreadPool

from ivr.errors import CommandTimeout, ConnectionLost, IvoryError, SettingsError
from ivr.files.deliveries import CHECK, PAUSES, RemoteRecordings
from ivr.files.links import Links
from ivr.files.tickets import Tickets
from tests.unit.files.switches import REFUSES, Switch

CALL, NAME = "3f1c", "messages/3f1c-4-1"
FILE = f"/var/spool/ivory/{NAME}.wav"


class Desk:
    """Recordings, a switch, a clock, and the server's part: what is delivered is redeemed."""

    def __init__(self, folder: Path) -> None:
        self.now = 1000.0
        self.switch = Switch()
        self.switch.answers |= {"http_put": self._put, "uuid_exists": "true", "file_exists": "true"}
        self.folder = folder
        self.pool = ThreadPool(1)
        self.delivered: list[str] = []
        self.begin_anew()

    def begin_anew(self) -> None:
        """Another worker in the place of the first."""
        self.tickets = Tickets(self.folder)
        self.tickets.load()
        links = Links("http://10.0.0.5:8089", "0123456789abcdef")
        self.recordings = RemoteRecordings(
            self.switch, links, self.tickets, self.folder, "/var/spool/ivory/", self.pool, lambda: self.now
        )

    def turn(self) -> None:
        self.recordings.turn()
        assert self.recordings.join(5)

    def _put(self, call: str) -> str:
        self.delivered.append(call.split()[2].strip("'"))
        self.tickets.redeem(f"{NAME}.wav")
        return "+OK 201"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.pool.kill()


def test_a_recording_that_is_over_is_delivered_and_its_copy_removed(desk: Desk) -> None:
    assert desk.recordings.begin(CALL, NAME) == FILE
    desk.turn()
    assert desk.delivered == []
    desk.recordings.ended(desk.folder / f"{NAME}.wav")
    desk.turn()
    assert desk.delivered == [FILE]
    assert [call.split()[2:4] for call in desk.switch.of("uuid_record")][-2:] == [
        ["start", f"'{FILE}'"],
        ["stop", f"'{FILE}'"],
    ]
    assert desk.recordings.totals == {"delivered": 1}
    desk.turn()
    assert desk.delivered == [FILE]


def test_it_begins_by_making_its_folder_and_seeing_that_it_can_be_written(desk: Desk) -> None:
    desk.recordings.begin(CALL, NAME)
    assert desk.switch.of("originate")[0].endswith("}null/ivory &park()")
    assert "RECORD_MIN_SEC=86400" in desk.switch.of("originate")[0]
    assert desk.switch.of("uuid_record")[0].split()[3].startswith("'/var/spool/ivory/messages/ivory-check-")
    assert len(desk.switch.of("uuid_kill")) == 1


def test_a_folder_that_cannot_be_written_fails_before_the_call_is_told_to_record(desk: Desk) -> None:
    desk.switch.answers["uuid_record"] = REFUSES
    with pytest.raises(IvoryError, match="cannot write to /var/spool/ivory/messages"):
        desk.recordings.begin(CALL, NAME)
    assert desk.tickets.all == []
    assert len(desk.switch.of("uuid_kill")) == 1


def test_folders_are_looked_at_again_from_time_to_time_and_after_a_restart(desk: Desk) -> None:
    desk.turn()
    desk.recordings.begin(CALL, NAME)
    desk.turn()
    assert len(desk.switch.of("originate")) == 2  # that of all recordings, that of this box
    desk.now += CHECK
    desk.turn()
    assert len(desk.switch.of("originate")) == 4
    desk.switch.answers["uuid_record"] = REFUSES
    desk.now += CHECK
    desk.turn()
    with pytest.raises(IvoryError, match="cannot write"):
        desk.recordings.begin(CALL, NAME)
    desk.switch.answers.pop("uuid_record")
    desk.switch.core_uuid = "core-2"
    desk.turn()
    assert desk.recordings.begin(CALL, NAME) == FILE


def test_the_recording_of_a_caller_who_hung_up_is_delivered_when_the_channel_is_gone(desk: Desk) -> None:
    desk.recordings.begin(CALL, NAME)
    desk.turn()
    assert desk.delivered == []
    desk.switch.answers["uuid_exists"] = "false"
    desk.turn()
    assert desk.delivered == [FILE]


def test_a_recording_made_while_no_worker_lived_is_delivered_to_the_next(desk: Desk) -> None:
    desk.recordings.begin(CALL, NAME)
    desk.begin_anew()
    desk.turn()
    assert desk.delivered == []
    desk.switch.answers["uuid_exists"] = "false"
    desk.turn()
    assert desk.delivered == [FILE]
    desk.begin_anew()
    assert desk.tickets.all == []


@pytest.mark.parametrize("trouble", [REFUSES, CommandTimeout("slow"), ConnectionLost("gone")])
def test_a_delivery_that_fails_is_tried_again_after_growing_pauses(desk: Desk, trouble: Exception) -> None:
    put = desk.switch.answers["http_put"]
    desk.recordings.begin(CALL, NAME)
    desk.recordings.ended(desk.folder / f"{NAME}.wav")
    desk.switch.answers["http_put"] = trouble
    desk.turn()
    desk.turn()
    assert len(desk.switch.of("http_put")) == 1
    desk.now += PAUSES[0]
    desk.turn()
    desk.now += PAUSES[0]
    desk.turn()
    assert len(desk.switch.of("http_put")) == 2
    desk.switch.answers["http_put"] = put
    desk.now += PAUSES[1]
    desk.turn()
    assert desk.delivered == [FILE]
    assert desk.recordings.totals == {"failed": 2, "delivered": 1}


def test_a_delivery_whose_answer_was_lost_is_not_repeated(desk: Desk) -> None:
    def put(call: str) -> str:
        desk._put(call)
        raise REFUSES

    desk.switch.answers["http_put"] = put
    desk.recordings.begin(CALL, NAME)
    desk.recordings.ended(desk.folder / f"{NAME}.wav")
    desk.turn()
    assert desk.recordings.totals == {"delivered": 1}


def test_a_copy_is_never_removed_when_the_recording_went_elsewhere(desk: Desk) -> None:
    desk.switch.answers["http_put"] = "+OK 200"
    desk.recordings.begin(CALL, NAME)
    desk.recordings.ended(desk.folder / f"{NAME}.wav")
    desk.turn()
    assert desk.recordings.totals == {"failed": 1}
    assert not any(FILE in call for call in desk.switch.of("uuid_record"))


def test_what_was_never_recorded_is_expected_no_longer(desk: Desk) -> None:
    desk.recordings.begin(CALL, NAME)
    desk.switch.answers |= {"uuid_exists": "false", "file_exists": "false"}
    desk.turn()
    assert desk.tickets.all == []
    assert desk.recordings.totals == {"empty": 1}


def test_a_copy_that_cannot_be_removed_is_counted_and_left(desk: Desk) -> None:
    desk.recordings.begin(CALL, NAME)
    desk.recordings.ended(desk.folder / f"{NAME}.wav")
    desk.turn()
    desk.recordings.begin(CALL, NAME)
    desk.recordings.ended(desk.folder / f"{NAME}.wav")
    desk.switch.answers["uuid_record"] = REFUSES
    desk.turn()
    assert desk.recordings.totals == {"delivered": 2, "left": 1}


def test_a_torn_ticket_does_not_keep_the_others_from_being_read(desk: Desk) -> None:
    desk.recordings.begin(CALL, NAME)
    (desk.folder / ".expected/torn.json").write_text('{"name": "x')
    desk.begin_anew()
    assert [ticket.file for ticket in desk.tickets.all] == [FILE]


@pytest.mark.parametrize("folder", ["relative", "var/spool", "/var/$x", "/var/'x"])
def test_a_remote_folder_that_means_something_to_freeswitch_is_refused(desk: Desk, folder: str) -> None:
    links = Links("http://10.0.0.5:8089", "0123456789abcdef")
    with pytest.raises(SettingsError, match=r"files\.remote_recordings"):
        RemoteRecordings(desk.switch, links, desk.tickets, desk.folder, folder, desk.pool)
