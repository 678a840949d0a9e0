"""How much a run tries: little in every run, much in the nightly one (`NIGHTLY=1`)."""

import os

NIGHTLY = bool(os.environ.get("NIGHTLY"))

FUZZ_REQUESTS = int(os.environ.get("COLONY_FUZZ") or (200_000 if NIGHTLY else 10_000))
"""How many mutated requests are sent; `COLONY_FUZZ` sets another number."""

FUZZ_SEED = os.environ.get("COLONY_FUZZ_SEED") or "1"
"""Which requests these are."""

MODEL_EXAMPLES = 2_000 if NIGHTLY else 40
"""How many stories of a colony are compared with the model."""
