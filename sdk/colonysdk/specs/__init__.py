"""Function and workflow specifications as people write them: reading JSON or YAML, finding every problem, loading."""

from colonysdk.specs.checking import check_spec
from colonysdk.specs.loading import build_spec, load_spec
from colonysdk.specs.reading import read_spec
from colonysdk.specs.workflow import build_workflow, check_workflow, load_workflow

__all__ = [
    "build_spec",
    "build_workflow",
    "check_spec",
    "check_workflow",
    "load_spec",
    "load_workflow",
    "read_spec",
]
