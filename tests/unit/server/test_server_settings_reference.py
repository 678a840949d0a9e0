"""The reference of settings names every variable and every default."""

from pathlib import Path

from pydantic import AliasChoices

from colonyserver.settings import ServerSettings

_REFERENCE = (Path(__file__).parents[3] / "docs" / "reference" / "server-settings.md").read_text()


def test_every_setting_is_in_the_reference() -> None:
    for field in ServerSettings.model_fields.values():
        alias = field.validation_alias
        variables = alias.choices if isinstance(alias, AliasChoices) else [alias]
        assert all(f"`{variable}`" in _REFERENCE for variable in variables)
        if field.default is None:
            continue
        default = ",".join(field.default) if isinstance(field.default, tuple) else str(field.default)
        assert f"`{default.lower() if isinstance(field.default, bool) else default}`" in _REFERENCE or not default
