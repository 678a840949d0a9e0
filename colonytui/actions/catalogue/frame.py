"""Actions of the frame around every screen."""

from colonytui.actions.catalogue.action import Action, Scope

GLOBAL: tuple[Action, ...] = (
    Action("open.processes", ("2",), "Processes", "Show the processes.", Scope.GLOBAL, "open_processes"),
    Action("open.executors", ("4",), "Executors", "Show the executors.", Scope.GLOBAL, "open_executors"),
    Action("open.last", ("-",), "Last screen", "Go back to the screen before this one.", Scope.GLOBAL, "last_place"),
    Action(
        "command.line",
        (":",),
        "Command",
        "Type a command, such as :proc a91f, :failed train, :exec gpu-1 or :q.",
        Scope.GLOBAL,
        "command_line",
    ),
    Action(
        "palette", ("ctrl+p",), "All", "Search every action, process and executor.", Scope.GLOBAL, "palette", footer=1
    ),
    Action("help", ("?", "f1"), "Help", "Explain the keys that work here.", Scope.GLOBAL, "help", footer=19),
    Action(
        "refresh",
        ("ctrl+r",),
        "Refresh",
        "Ask the server now instead of at the next turn.",
        Scope.GLOBAL,
        "refresh_now",
    ),
    Action("pause", ("p",), "Pause", "Stop or resume the live refresh.", Scope.GLOBAL, "toggle_pause"),
    Action(
        "submit",
        ("s",),
        "Submit",
        "Open the form that submits a function specification.",
        Scope.GLOBAL,
        "submit",
        changing=True,
        footer=30,
    ),
    Action(
        "theme", ("f9",), "Theme", "Switch to the next theme: dark, light, high contrast.", Scope.GLOBAL, "next_theme"
    ),
    Action("suspend", ("ctrl+z",), "Suspend", "Go to the shell; fg comes back.", Scope.GLOBAL, "suspend_process"),
    Action("quit", ("q",), "Quit", "Leave this screen; quit when it is the first one.", Scope.GLOBAL, "leave"),
    Action("quit.now", ("ctrl+q",), "Quit now", "Quit from anywhere.", Scope.GLOBAL, "quit"),
)

VIEW: tuple[Action, ...] = (
    Action("tab.previous", ("[",), "Previous tab", "Go to the tab on the left.", Scope.VIEW, "previous_tab"),
    Action("tab.next", ("]",), "Next tab", "Go to the tab on the right.", Scope.VIEW, "next_tab"),
    Action("filter", ("/",), "Filter", "Filter the rows, or find in a text.", Scope.VIEW, "filter", footer=20),
    Action(
        "escape",
        ("escape",),
        "Back",
        "Take one step back: popup, filter, marks, screen. Never quits.",
        Scope.VIEW,
        "step_back",
    ),
    Action("zoom", ("z", "+", "_"), "Zoom", "Give the focused pane the whole screen, and back.", Scope.VIEW, "zoom"),
)

FILTER: tuple[Action, ...] = (
    Action(
        "filter.keep",
        ("enter", "down", "tab"),
        "Keep",
        "Keep the filter and go to the rows.",
        Scope.FILTER,
        "keep",
        footer=100,
    ),
    Action(
        "filter.clear", ("escape",), "Clear", "Clear the filter and go to the rows.", Scope.FILTER, "clear", footer=90
    ),
)
