"""Actions on executors."""

from colonytui.actions.catalogue.action import Action, Scope

EXECUTORS: tuple[Action, ...] = (
    Action(
        "executor.open",
        ("enter",),
        "Detail",
        "Open the executor under the cursor.",
        Scope.EXECUTORS,
        "open_executor",
        footer=100,
    ),
    Action(
        "executor.gone",
        ("e",),
        "Gone",
        "Show only executors that are silent or not approved, and back.",
        Scope.EXECUTORS,
        "errors_only",
    ),
)

EXECUTOR: tuple[Action, ...] = (
    Action(
        "executor.logs",
        ("l",),
        "Logs",
        "Read everything that the executor logged.",
        Scope.EXECUTOR,
        "open_logs",
        footer=95,
    ),
    Action(
        "executor.approve",
        ("a",),
        "Approve",
        "Let the executor take processes.",
        Scope.EXECUTOR,
        "approve",
        changing=True,
        footer=90,
    ),
    Action(
        "executor.reject",
        ("x",),
        "Reject",
        "Stop the executor from taking processes, after asking.",
        Scope.EXECUTOR,
        "reject",
        changing=True,
        footer=80,
    ),
    Action(
        "executor.unregister",
        ("D",),
        "Unregister",
        "Unregister the executor and requeue what it runs, after asking.",
        Scope.EXECUTOR,
        "unregister",
        changing=True,
    ),
    Action(
        "executor.pause_colony",
        ("P",),
        "Pause colony",
        "Pause or resume all assignments in the colony, after asking.",
        Scope.EXECUTOR,
        "pause_colony",
        changing=True,
    ),
    Action("executor.copy_id", ("y",), "Copy name", "Copy the executor's name.", Scope.EXECUTOR, "copy_id"),
    Action(
        "executor.copy_menu",
        ("Y",),
        "Copy…",
        "Choose what to copy: name, id, JSON, command line.",
        Scope.EXECUTOR,
        "copy_menu",
    ),
)
