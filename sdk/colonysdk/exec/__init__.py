"""Commands beside a running program, from anywhere: sessions over a channel of its process.

The submitter's side is `open_session`; the executor's side is built from the same frames, `Outgoing` and `Incoming`.
"""

from colonysdk.exec.client import RemoteSession, open_session
from colonysdk.exec.entries import ChannelEntries, end_of_channel
from colonysdk.exec.errors import ExecRefused, SessionLost
from colonysdk.exec.frames import CHANNEL, Command, Frame, Kind, Terminal
from colonysdk.exec.halves import SILENCE_SECONDS, Incoming, Outgoing
from colonysdk.exec.sending import FrameSender

__all__ = [
    "CHANNEL",
    "SILENCE_SECONDS",
    "ChannelEntries",
    "Command",
    "ExecRefused",
    "Frame",
    "FrameSender",
    "Incoming",
    "Kind",
    "Outgoing",
    "RemoteSession",
    "SessionLost",
    "Terminal",
    "end_of_channel",
    "open_session",
]
