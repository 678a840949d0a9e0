"""Function specifications as people write them: reading JSON or YAML, finding every problem, loading."""

from colonysdk.specs.checking import check_spec
from colonysdk.specs.loading import build_spec, load_spec
from colonysdk.specs.reading import read_spec

__all__ = ["build_spec", "check_spec", "load_spec", "read_spec"]
