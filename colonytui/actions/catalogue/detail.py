"""Actions of a process's detail and explanation."""

from colonytui.actions.catalogue.action import Action, Scope

DETAIL: tuple[Action, ...] = (
    Action("detail.executor", ("x",), "Executor", "Go to the executor that runs it.", Scope.DETAIL, "open_executor"),
    Action("detail.next", ("}",), "Next", "Go to the next process of the list behind.", Scope.DETAIL, "next_process"),
    Action(
        "detail.previous",
        ("{",),
        "Previous",
        "Go to the previous process of the list behind.",
        Scope.DETAIL,
        "previous_process",
    ),
    Action("detail.raw", ("f2",), "Raw", "Show the JSON as a tree or as text.", Scope.DETAIL, "toggle_raw"),
    Action(
        "detail.secrets",
        ("u",),
        "Secrets",
        "Show or mask values that look like secrets.",
        Scope.DETAIL,
        "toggle_secrets",
    ),
)

EXPLAIN: tuple[Action, ...] = (
    Action(
        "explain.open",
        ("enter",),
        "Open",
        "Go to the object that this line is about.",
        Scope.EXPLAIN,
        "open_object",
        footer=100,
    ),
    Action(
        "explain.remedy",
        ("a",),
        "Approve/resume",
        "Do what the line offers: approve an executor, or resume the colony.",
        Scope.EXPLAIN,
        "remedy",
        changing=True,
    ),
    Action("explain.copy", ("y",), "Copy", "Copy the explanation.", Scope.EXPLAIN, "copy_explanation"),
    Action("explain.close", ("escape", "q", "i"), "Close", "Go back.", Scope.EXPLAIN, "close"),
)

JSON: tuple[Action, ...] = (
    Action(
        "json.toggle",
        ("enter", "space"),
        "Open",
        "Open or close a branch, or read a whole value.",
        Scope.JSON,
        "toggle_branch",
        footer=100,
    ),
    Action(
        "json.close", ("left", "h"), "Close", "Close the branch, or go to the one above.", Scope.JSON, "close_branch"
    ),
    Action("json.open", ("right",), "Open", "Open the branch.", Scope.JSON, "open_branch"),
    Action("json.all", ("a",), "All", "Close every branch, or open every one.", Scope.JSON, "toggle_all"),
)
