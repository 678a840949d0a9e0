"""Messages that start a subscription on /pubsub; each event is a Process."""

from colonysdk.messages.base import Message
from colonysdk.objects import Process
from colonysdk.objects.wire import Int64


class SubscribeProcess(Message[Process], payload="subscribeprocessmsg"):
    """Hear when one process reaches a state; at once when it is there already. `timeout` in seconds."""

    colony_name: str = ""
    process_id: str = ""
    executor_type: str = ""
    state: Int64 = 0
    timeout: Int64 = 0


class SubscribeProcesses(Message[Process], payload="subscribeprocessesmsg", reply_payload="subscribeprocessmsg"):
    """Hear of every process of an executor type that reaches a state. `timeout` in seconds."""

    colony_name: str = ""
    executor_type: str = ""
    state: Int64 = 0
    timeout: Int64 = 0
