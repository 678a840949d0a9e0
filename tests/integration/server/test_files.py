"""Files, labels and snapshots of them on the wire of a real server."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.messages import Message
from colonysdk.objects import Colony, File, Label, Reference, S3Object, Snapshot, User
from tests.support.server import ColonyKeys, RunningServer

CHECKSUM = "ab" * 32


class Shelf:
    """The files of one colony, as its user sees them."""

    def __init__(self, server: RunningServer, colony: ColonyKeys) -> None:
        self.server = server
        self.colony = colony

    def send(self, message: Message[Any]) -> Any:
        return self.server.send(message, self.colony.user)

    def refusal(self, message: Message[Any]) -> tuple[int, str]:
        with pytest.raises(Refused) as caught:
            self.send(message)
        return caught.value.status, caught.value.message

    def describe(self, label: str, name: str, **fields: Any) -> File:
        place = S3Object(server="127.0.0.1", port=9000, object=f"{label}{name}".replace("/", "-"), bucket="b")
        described: dict[str, Any] = {
            "size": 3,
            "checksum": CHECKSUM,
            "checksum_alg": "SHA256",
            "ref": Reference(protocol="s3", s3_object=place),
        }
        return File(colony_name=self.colony.name, label=label, name=name, **(described | fields))

    def add(self, label: str, name: str, **fields: Any) -> File:
        added: File = self.send(messages.AddFile(file=self.describe(label, name, **fields)))
        return added

    def revisions(self, label: str, name: str, *, latest: bool = False) -> list[str]:
        found = self.send(messages.GetFile(colony_name=self.colony.name, label=label, name=name, latest=latest))
        return [file.file_id for file in found]

    def names(self, label: str) -> list[str]:
        return [file.name for file in self.send(messages.GetFiles(colony_name=self.colony.name, label=label))]

    def labels(self, name: str = "", *, exact: bool = False) -> list[tuple[str, int]]:
        found = self.send(messages.GetFileLabels(colony_name=self.colony.name, name=name, exact=exact))
        return [(label.name, label.files) for label in found]

    def remove(self, **fields: str) -> None:
        self.send(messages.RemoveFile(colony_name=self.colony.name, **fields))

    def snapshot(self, label: str, name: str = "before") -> Snapshot:
        made: Snapshot = self.send(messages.CreateSnapshot(colony_name=self.colony.name, label=label, name=name))
        return made


@pytest.fixture
def shelf(server: RunningServer, colony: ColonyKeys) -> Shelf:
    return Shelf(server, colony)


class TestRevisions:
    def test_what_is_added_is_what_is_found(self, shelf: Shelf) -> None:
        added = shelf.add("/a", "x", size=5)
        assert added.added is not None
        assert datetime.now(UTC) - added.added < timedelta(seconds=60)
        expected = shelf.describe("/a", "x", size=5)
        given_by_server = {"file_id": added.file_id, "sequence_nr": added.sequence_nr, "added": added.added}
        assert added == expected.model_copy(update=given_by_server)
        assert shelf.send(messages.GetFile(colony_name=shelf.colony.name, file_id=added.file_id)) == [added]
        assert len(added.file_id) == 64

    def test_what_the_client_says_about_id_number_and_time_is_ignored(self, shelf: Shelf) -> None:
        added = shelf.add("/a", "x", file_id="mine", sequence_nr=77_777_777, added=datetime(2001, 1, 1, tzinfo=UTC))
        assert added.file_id != "mine"
        assert added.sequence_nr < 77_777_777
        assert added.added != datetime(2001, 1, 1, tzinfo=UTC)

    def test_a_second_upload_is_a_new_revision(self, shelf: Shelf) -> None:
        first, second = shelf.add("/a", "x"), shelf.add("/a", "x", checksum="cd" * 32)
        assert second.sequence_nr > first.sequence_nr
        assert shelf.revisions("/a", "x") == [second.file_id, first.file_id]
        assert shelf.revisions("/a", "x", latest=True) == [second.file_id]
        (listed,) = shelf.send(messages.GetFiles(colony_name=shelf.colony.name, label="/a"))
        assert (listed.checksum, listed.s3_filename, listed.size) == ("cd" * 32, "-ax", 3)

    def test_no_two_revisions_have_the_same_number(self, shelf: Shelf, server: RunningServer) -> None:
        other = Shelf(server, server.new_colony())
        numbers = [where.add("/a", name).sequence_nr for name in ("x", "y") for where in (shelf, other)]
        shelf.remove(label="/a", name="y")
        numbers.append(shelf.add("/a", "z").sequence_nr)
        assert numbers == sorted(set(numbers))

    def test_keys_of_the_store_are_never_handed_out(self, shelf: Shelf) -> None:
        secret = S3Object(server="s3:9000", port=-1, access_key="AKIA", secret_key="hush", object="o", bucket="b")
        message = messages.AddFile(file=shelf.describe("/a", "x", ref=Reference(protocol="s3", s3_object=secret)))
        reply = shelf.server.call(message, shelf.colony.user)
        assert not reply.error
        found = messages.GetFile(colony_name=shelf.colony.name, label="/a", name="x")
        for text in (reply.payload_json, shelf.server.call(found, shelf.colony.user).payload_json):
            assert b"hush" not in text
            assert b"AKIA" not in text
            assert b'"secretkey":""' in text
        for stored in shelf.server.directory.glob("colony.db*"):
            assert b"hush" not in stored.read_bytes()

    def test_a_reference_without_a_protocol_is_s3(self, shelf: Shelf) -> None:
        assert shelf.add("/a", "x", ref=Reference()).ref.protocol == "s3"

    def test_unknown(self, shelf: Shelf) -> None:
        name = shelf.colony.name
        assert shelf.refusal(messages.GetFile(colony_name=name, file_id="x")) == (400, "Failed to get file")
        assert shelf.refusal(messages.GetFile(colony_name=name, label="/a", name="x")) == (404, "Failed to get file")
        status, words = shelf.refusal(messages.GetFile(colony_name=name))
        assert status == 500
        assert "malformatted get file msg" in words
        assert shelf.refusal(messages.RemoveFile(colony_name=name))[0] == 400

    def test_files_of_another_colony_are_unknown(self, shelf: Shelf, server: RunningServer) -> None:
        other = Shelf(server, server.new_colony())
        hidden = other.add("/a", "x")
        assert shelf.refusal(messages.GetFile(colony_name=shelf.colony.name, file_id=hidden.file_id))[0] == 400
        assert shelf.refusal(messages.GetFile(colony_name=other.colony.name, file_id=hidden.file_id))[0] == 403
        shelf.remove(file_id=hidden.file_id)
        assert other.revisions("/a", "x") == [hidden.file_id]

    def test_removal_of_a_colony_takes_them_along(self, shelf: Shelf, server: RunningServer) -> None:
        shelf.add("/a", "x")
        shelf.snapshot("/a")
        name = shelf.colony.name
        server.send(messages.RemoveColony(colony_name=name), server.server_owner)
        owner = Identity.generate()
        server.send(messages.AddColony(colony=Colony(colony_id=owner.id, name=name)), server.server_owner)
        server.send(messages.AddUser(user=User(colony_name=name, user_id=shelf.colony.user.id, name="a")), owner)
        assert shelf.labels() == []
        assert shelf.names("/a") == []
        assert shelf.send(messages.GetSnapshots(colony_name=name)) == []

    def test_many_at_once(self, shelf: Shelf) -> None:
        places = [(f"/{index % 2}", f"{index % 3}") for index in range(60)]
        with ThreadPoolExecutor(12) as pool:
            added = list(pool.map(lambda place: shelf.add(*place), places))
        assert len({file.sequence_nr for file in added}) == 60
        assert shelf.labels() == [("/0", 30), ("/1", 30)]
        for label, name in set(places):
            ids = shelf.revisions(label, name)
            newest_first = sorted(added, key=lambda file: file.sequence_nr, reverse=True)
            assert ids == [file.file_id for file in newest_first if (file.label, file.name) == (label, name)]
        assert shelf.names("/0") == shelf.names("/1") == ["0", "1", "2"]
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(lambda file: shelf.remove(file_id=file.file_id), added))
        assert shelf.labels() == []
        assert shelf.names("/0") == shelf.names("/1") == []


class TestRemoval:
    def test_one_revision(self, shelf: Shelf) -> None:
        first, second, third = (shelf.add("/a", "x") for _ in range(3))
        shelf.remove(file_id=third.file_id)
        assert shelf.revisions("/a", "x", latest=True) == [second.file_id]
        shelf.remove(file_id=first.file_id)
        assert shelf.revisions("/a", "x") == [second.file_id]
        assert shelf.names("/a") == ["x"]
        assert shelf.labels() == [("/a", 1)]
        shelf.remove(file_id=second.file_id)
        assert shelf.names("/a") == []
        assert shelf.labels() == []

    def test_all_revisions_of_a_name(self, shelf: Shelf) -> None:
        for name in ("x", "x", "y"):
            shelf.add("/a", name)
        shelf.remove(label="/a", name="x")
        assert shelf.names("/a") == ["y"]
        assert shelf.labels() == [("/a", 1)]

    def test_what_is_not_there(self, shelf: Shelf) -> None:
        shelf.remove(file_id="nothing")
        shelf.remove(label="/a", name="nothing")

    def test_what_a_snapshot_refers_to_stays(self, shelf: Shelf) -> None:
        kept, newer = shelf.add("/a", "x"), None
        shelf.snapshot("/a", "release")
        newer = shelf.add("/a", "x")
        name = shelf.colony.name
        for message in (
            messages.RemoveFile(colony_name=name, file_id=kept.file_id),
            messages.RemoveFile(colony_name=name, label="/a", name="x"),
        ):
            status, words = shelf.refusal(message)
            assert status == 400
            assert words == "File <x> is part of the snapshot <release>, remove that snapshot before the file"
        shelf.remove(file_id=newer.file_id)
        shelf.send(messages.RemoveSnapshot(colony_name=name, name="release"))
        shelf.remove(label="/a", name="x")
        assert shelf.labels() == []


class TestLabels:
    @pytest.fixture(autouse=True)
    def _files(self, shelf: Shelf) -> None:
        for label, name in (("/a", "x"), ("/a/b", "y"), ("/ab", "z")):
            shelf.add(label, name)

    def test_exact_is_a_path_and_else_a_beginning(self, shelf: Shelf) -> None:
        assert shelf.labels("/a", exact=True) == [("/a", 1), ("/a/b", 1)]
        assert shelf.labels("/a") == [("/a", 1), ("/a/b", 1), ("/ab", 1)]
        assert shelf.labels("/a/") == [("/a/b", 1)]
        assert shelf.labels() == shelf.labels("/") == shelf.labels("/", exact=True)

    def test_a_label_without_files_of_its_own(self, shelf: Shelf) -> None:
        shelf.add("/deep/er/est", "x")
        assert shelf.labels("/deep", exact=True) == [("/deep/er/est", 1)]
        assert shelf.names("/deep") == []

    def test_counts_are_of_revisions(self, shelf: Shelf) -> None:
        shelf.add("/a", "x")
        assert shelf.labels("/a", exact=True)[0] == ("/a", 2)

    @pytest.mark.parametrize("name", ["/%", "/_", "%", "/A"])
    def test_no_wildcards(self, shelf: Shelf, name: str) -> None:
        assert shelf.labels(name) == []
        assert shelf.labels(name, exact=True) == []

    def test_nothing_there(self, shelf: Shelf) -> None:
        message = messages.GetFileLabels(colony_name=shelf.colony.name, name="/nowhere")
        assert shelf.server.call(message, shelf.colony.user).payload_json == b"null"
        listing = messages.GetFiles(colony_name=shelf.colony.name, label="/nowhere")
        assert shelf.server.call(listing, shelf.colony.user).payload_json == b"[]"

    @pytest.mark.parametrize("label", ["new", "new/", "//new", "/new/"])
    def test_they_are_brought_into_one_form(self, shelf: Shelf, label: str) -> None:
        assert shelf.add(label, "x").label == "/new"
        assert shelf.names(label) == ["x"]
        assert shelf.labels(label, exact=True) == [("/new", 1)]
        assert len(shelf.revisions(label, "x")) == 1
        assert shelf.snapshot(label).label == "/new"
        shelf.send(messages.RemoveSnapshot(colony_name=shelf.colony.name, name="before"))
        shelf.remove(label=label, name="x")
        assert shelf.names("/new") == []

    def test_the_root(self, shelf: Shelf) -> None:
        shelf.add("/", "top")
        assert shelf.names("/") == ["top"]
        assert [name for name, _ in shelf.labels("/", exact=True)] == ["/", "/a", "/a/b", "/ab"]

    def test_names_of_all_languages(self, shelf: Shelf) -> None:
        for label in ("/räka", "/räka/日本", "/räkb"):
            shelf.add(label, "emoji 👩‍🔬.txt")
        assert [name for name, _ in shelf.labels("/räka", exact=True)] == ["/räka", "/räka/日本"]
        assert [name for name, _ in shelf.labels("/rä")] == ["/räka", "/räka/日本", "/räkb"]


class TestBadInput:
    @pytest.mark.parametrize("label", ["", "/a/../b", "..", "/.", "/a\nb", "/a\x00b", f"/{'x' * 256}", "/y" * 600])
    def test_labels(self, shelf: Shelf, label: str) -> None:
        assert shelf.refusal(messages.AddFile(file=shelf.describe(label, "x")))[0] == 400
        snapshot = messages.CreateSnapshot(colony_name=shelf.colony.name, label=label, name="s")
        assert shelf.refusal(snapshot)[0] == 400
        assert shelf.refusal(messages.GetFiles(colony_name=shelf.colony.name, label=label))[0] == 400

    @pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/", "a\nb", "a\x1bb", "ö" * 128])
    def test_names(self, shelf: Shelf, name: str) -> None:
        assert shelf.refusal(messages.AddFile(file=shelf.describe("/a", name)))[0] == 400

    @pytest.mark.parametrize(
        "fields",
        [
            {"size": -1},
            {"checksum": "x" * 300},
            {"checksum_alg": "\x00"},
            {"ref": Reference(s3_object=S3Object(object="x" * 2000))},
            {"ref": Reference(s3_object=S3Object(object="a\x00b"))},
            {"ref": Reference(s3_object=S3Object(server="x" * 300))},
        ],
    )
    def test_fields(self, shelf: Shelf, fields: dict[str, Any]) -> None:
        assert shelf.refusal(messages.AddFile(file=shelf.describe("/a", "x", **fields)))[0] == 400
        assert shelf.names("/a") == []

    def test_a_missing_file(self, shelf: Shelf) -> None:
        from colonysdk.envelope import decode_reply, encode_request

        body = encode_request("addfilemsg", b'{"msgtype":"addfilemsg"}', shelf.colony.user)
        reply = decode_reply(shelf.server.post(body).content)
        assert json.loads(reply.payload_json)["status"] == 400
        assert "file is nil" in json.loads(reply.payload_json)["message"]


class TestSnapshots:
    def test_they_do_not_change(self, shelf: Shelf) -> None:
        kept = shelf.add("/a", "x")
        made = shelf.snapshot("/a")
        assert (made.label, made.name, made.file_ids) == ("/a", "before", [kept.file_id])
        shelf.add("/a", "x")
        shelf.add("/a", "y")
        name = shelf.colony.name
        by_id = shelf.send(messages.GetSnapshot(colony_name=name, snapshot_id=made.snapshot_id))
        assert by_id == shelf.send(messages.GetSnapshot(colony_name=name, name="before")) == made

    def test_they_hold_the_newest_revisions_at_and_below_the_label(self, shelf: Shelf) -> None:
        shelf.add("/a", "x")
        expected = [shelf.add(label, "x").file_id for label in ("/a", "/a/b", "/a/b/c")]
        shelf.add("/ab", "x")
        assert sorted(shelf.snapshot("/a/").file_ids or []) == sorted(expected)

    def test_a_label_without_files_of_its_own(self, shelf: Shelf) -> None:
        below = shelf.add("/deep/er", "x")
        assert shelf.snapshot("/deep").file_ids == [below.file_id]

    def test_an_empty_one(self, shelf: Shelf) -> None:
        assert shelf.snapshot("/nothing").file_ids is None

    def test_many_files(self, shelf: Shelf) -> None:
        expected = {shelf.add(f"/many/{index % 3}", f"{index}").file_id for index in range(100)}
        assert set(shelf.snapshot("/many").file_ids or []) == expected

    def test_a_name_is_taken_once(self, shelf: Shelf, server: RunningServer) -> None:
        shelf.snapshot("/a", "one")
        again = messages.CreateSnapshot(colony_name=shelf.colony.name, label="/a", name="one")
        words = f"Snapshot with name <one> in Colony <{shelf.colony.name}> already exists"
        assert shelf.refusal(again) == (500, words)
        assert Shelf(server, server.new_colony()).snapshot("/a", "one").name == "one"

    @pytest.mark.parametrize("name", ["", "a:b", "a\nb", "x" * 300])
    def test_unusable_names(self, shelf: Shelf, name: str) -> None:
        message = messages.CreateSnapshot(colony_name=shelf.colony.name, label="/a", name=name)
        assert shelf.refusal(message)[0] == 400

    def test_newest_first(self, shelf: Shelf) -> None:
        message = messages.GetSnapshots(colony_name=shelf.colony.name)
        assert shelf.server.call(message, shelf.colony.user).payload_json == b"null"
        shelf.add("/a", "x")
        made = [shelf.snapshot("/a", name) for name in ("z", "a", "m")]
        assert shelf.send(message) == made[::-1]

    def test_removal(self, shelf: Shelf) -> None:
        name = shelf.colony.name
        first = shelf.snapshot("/a", "one")
        for other in ("two", "three", "four"):
            shelf.snapshot("/a", other)
        shelf.send(messages.RemoveSnapshot(colony_name=name, snapshot_id=first.snapshot_id))
        shelf.send(messages.RemoveSnapshot(colony_name=name, name="two"))
        shelf.send(messages.RemoveSnapshot(colony_name=name, name="nothing"))
        assert [snapshot.name for snapshot in shelf.send(messages.GetSnapshots(colony_name=name))] == ["four", "three"]
        shelf.send(messages.RemoveAllSnapshots(colony_name=name))
        assert shelf.send(messages.GetSnapshots(colony_name=name)) == []
        assert messages.RemoveAllSnapshots.payload_type == "removeallsnapshotmsg"

    def test_unknown(self, shelf: Shelf, server: RunningServer) -> None:
        name = shelf.colony.name
        assert shelf.refusal(messages.GetSnapshot(colony_name=name, name="x"))[0] == 500
        assert shelf.refusal(messages.GetSnapshot(colony_name=name))[0] == 500
        assert shelf.refusal(messages.RemoveSnapshot(colony_name=name))[0] == 500
        hidden = Shelf(server, server.new_colony()).snapshot("/a")
        assert shelf.refusal(messages.GetSnapshot(colony_name=name, snapshot_id=hidden.snapshot_id))[0] == 500


def test_acknowledged_files_survive_the_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    with RunningServer(tmp_path_factory.mktemp("killed")) as server:
        shelf = Shelf(server, server.new_colony())
        added = [shelf.add("/a", name).file_id for name in ("x", "x", "y")]
        server.restart()
        assert shelf.revisions("/a", "x") == [added[1], added[0]]
        assert shelf.labels() == [("/a", 3)]
        assert shelf.snapshot("/a").file_ids == sorted(added[1:])
        assert Label(name="/a", files=3) in shelf.send(messages.GetFileLabels(colony_name=shelf.colony.name))


@pytest.mark.parametrize("text", ["\x00", "'", "%", "x" * 100_000, "\U0010ffff", "/\U0010ffff"])
def test_strange_texts_are_looked_up_and_not_found(shelf: Shelf, text: str) -> None:
    name = shelf.colony.name
    lookups: list[Message[Any]] = [
        messages.GetFile(colony_name=name, file_id=text),
        messages.GetFile(colony_name=name, label="/a", name=text),
        messages.GetFileLabels(colony_name=name, name=text),
        messages.GetFileLabels(colony_name=name, name=text, exact=True),
        messages.GetFiles(colony_name=name, label=text),
        messages.RemoveFile(colony_name=name, file_id=text),
        messages.RemoveFile(colony_name=name, label="/a", name=text),
        messages.GetSnapshot(colony_name=name, snapshot_id=text),
        messages.RemoveSnapshot(colony_name=name, name=text),
        messages.GetLocation(colony_name=name, name=text),
    ]
    for message in lookups:
        reply = shelf.server.call(message, shelf.colony.user)
        assert b"its log says why" not in reply.payload_json
