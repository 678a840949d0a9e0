"""What the server counts about itself."""

from collections import Counter


class Metrics:
    """Counts of replies by payload type and status, and of open subscriptions."""

    def __init__(self) -> None:
        self.replies: Counter[tuple[str, int]] = Counter()
        self.subscriptions = 0

    def count_reply(self, payload_type: str, status: int) -> None:
        """Count one reply on /api."""
        self.replies[payload_type, status] += 1

    def render(self, *, database_works: bool, parked_polls: int) -> str:
        """All of it in Prometheus' text format."""
        lines = [
            "# HELP colony_server_database_up Whether the database answers.",
            "# TYPE colony_server_database_up gauge",
            f"colony_server_database_up {int(database_works)}",
            "# HELP colony_server_parked_polls Executors that wait for a process.",
            "# TYPE colony_server_parked_polls gauge",
            f"colony_server_parked_polls {parked_polls}",
            "# HELP colony_server_subscriptions Open subscriptions on /pubsub.",
            "# TYPE colony_server_subscriptions gauge",
            f"colony_server_subscriptions {self.subscriptions}",
            "# HELP colony_server_replies_total Replies on /api by payload type and status.",
            "# TYPE colony_server_replies_total counter",
        ]
        lines += [
            f'colony_server_replies_total{{payloadtype="{payload_type}",status="{status}"}} {count}'
            for (payload_type, status), count in sorted(self.replies.items())
        ]
        return "\n".join(lines) + "\n"
