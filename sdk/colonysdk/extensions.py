"""What servers can do beyond the reference's protocol: the names that ServerInfo announces, each with its version."""

EVENTS = "events/1"
EXPLAIN = "explain/1"
FRESHNESS = "freshness/1"
LEASE = "lease/1"
PROCESS_QUERY = "processquery/1"
SUBMIT_KEY = "submitkey/1"
WORKFLOW_MEMBERS = "workflowmembers/1"
