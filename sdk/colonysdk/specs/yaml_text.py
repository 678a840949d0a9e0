"""YAML read as far as JSON can say the same."""

from collections.abc import Hashable

import yaml

from colonysdk.specs.reading import SPEC_FORM, refuse, refuse_repeated


def read_yaml(text: str) -> object:
    """Return the value of a YAML text; raises InvalidSpec as `read_spec` does."""
    try:
        value: object = yaml.load(text, Loader=_SpecLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        refuse(f"neither JSON nor YAML: {place}{error.problem or error.context}", SPEC_FORM)
    except (yaml.YAMLError, ValueError) as error:
        refuse(f"neither JSON nor YAML: {error}", SPEC_FORM)
    return value


class _SpecLoader(yaml.SafeLoader):
    """Refuses aliases, because a small text with aliases can hold a huge value, and keys given twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            refuse("YAML aliases are not accepted", "the value written out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        refuse_repeated([str(key.value) for key, _ in node.value])
        return super().construct_mapping(node, deep)
