"""Actions of the submit form."""

from colonytui.actions.catalogue.action import Action, Scope

SUBMIT: tuple[Action, ...] = (
    Action(
        "submit.send",
        ("ctrl+j", "ctrl+enter"),
        "Submit",
        "Submit the specification.",
        Scope.SUBMIT,
        "send",
        changing=True,
        footer=100,
    ),
    Action(
        "submit.view",
        ("f2",),
        "Form or JSON",
        "Switch between the form and its JSON.",
        Scope.SUBMIT,
        "switch_view",
        footer=90,
    ),
    Action("submit.load", ("f3",), "Load", "Load a specification from a file.", Scope.SUBMIT, "load_file", footer=80),
    Action("submit.editor", ("f4",), "Editor", "Edit the JSON in $EDITOR.", Scope.SUBMIT, "open_editor", footer=70),
    Action(
        "submit.templates",
        ("f5",),
        "Templates",
        "Start from a template or an earlier submission.",
        Scope.SUBMIT,
        "templates",
        footer=60,
    ),
)

SUBMITTED: tuple[Action, ...] = (
    Action(
        "submitted.open",
        ("enter",),
        "Open",
        "Open the process that was submitted.",
        Scope.SUBMITTED,
        "open_submitted",
        footer=110,
    ),
)
