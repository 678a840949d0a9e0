"""Places where executors are."""

from colonysdk.objects.wire import WireModel


class Location(WireModel):
    """A named place of a colony; longitude and latitude in degrees."""

    location_id: str = ""
    name: str = ""
    colony_name: str = ""
    description: str = ""
    long: float = 0.0
    lat: float = 0.0
