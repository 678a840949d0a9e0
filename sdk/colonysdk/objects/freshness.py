"""Whether a colony's messages must be fresh (extension `freshness`)."""

from colonysdk.objects.wire import Int64, WireModel


class Freshness(WireModel):
    """A colony's `policy`: "off", "when-present" or "required".

    A message is fresh for `window` seconds before and after its time.
    """

    colony_name: str = ""
    policy: str = "off"
    window: Int64 = 0
