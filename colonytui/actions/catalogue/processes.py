"""Actions on processes."""

from colonytui.actions.catalogue.action import Action, Scope

PROCESSES: tuple[Action, ...] = (
    Action(
        "processes.open",
        ("enter",),
        "Open",
        "Open the process under the cursor.",
        Scope.PROCESSES,
        "open_process",
        footer=100,
    ),
    Action(
        "processes.errors", ("e",), "Errors", "Show only failed processes, and back.", Scope.PROCESSES, "errors_only"
    ),
    Action(
        "processes.history",
        ("H",),
        "History",
        "Load further back: last hour, day, 7 days, off.",
        Scope.PROCESSES,
        "history",
    ),
    Action(
        "processes.search",
        ("F",),
        "Search all",
        "Look for the filter among all processes of the server.",
        Scope.PROCESSES,
        "search",
    ),
)

PROCESS: tuple[Action, ...] = (
    Action("process.logs", ("l",), "Logs", "Read the log of this process.", Scope.PROCESS, "open_logs", footer=90),
    Action(
        "process.explain",
        ("i",),
        "Explain",
        "Say why it waits, what it is doing, or why it failed.",
        Scope.PROCESS,
        "explain",
        footer=80,
    ),
    Action(
        "process.retry",
        ("r",),
        "Retry",
        "Submit the same specification again as a new process.",
        Scope.PROCESS,
        "retry",
        changing=True,
        footer=70,
    ),
    Action(
        "process.edit",
        ("S",),
        "Edit and submit",
        "Open its specification in the submit form.",
        Scope.PROCESS,
        "edit_and_submit",
        changing=True,
    ),
    Action(
        "process.cancel",
        ("c",),
        "Cancel",
        "Cancel waiting or running processes, after asking.",
        Scope.PROCESS,
        "cancel",
        changing=True,
        footer=60,
    ),
    Action(
        "process.remove",
        ("D",),
        "Remove",
        "Remove the records of finished processes, after asking.",
        Scope.PROCESS,
        "remove",
        changing=True,
    ),
    Action(
        "process.exec",
        ("!",),
        "Shell",
        "Open a shell beside its program; exit comes back.",
        Scope.PROCESS,
        "exec",
        changing=True,
    ),
    Action("process.copy_id", ("y",), "Copy id", "Copy the id.", Scope.PROCESS, "copy_id"),
    Action(
        "process.copy_menu",
        ("Y",),
        "Copy…",
        "Choose what to copy: id, JSON, command line, output.",
        Scope.PROCESS,
        "copy_menu",
    ),
)

BULK: tuple[Action, ...] = (
    Action(
        "bulk.retry_failed",
        ("r",),
        "Try failed again",
        "Try again those that failed.",
        Scope.BULK,
        "retry_failed",
        changing=True,
        footer=100,
    ),
    Action("bulk.stop", ("s",), "Stop", "Start no more of them.", Scope.BULK, "stop", footer=90),
)
