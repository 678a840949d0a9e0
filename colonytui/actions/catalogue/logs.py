"""Actions on logs, and on other long texts."""

from colonytui.actions.catalogue.action import Action, Scope

TEXT: tuple[Action, ...] = (
    Action("text.down", ("j", "down"), "Down", "Move down a line.", Scope.TEXT, "line_down"),
    Action("text.up", ("k", "up"), "Up", "Move up a line.", Scope.TEXT, "line_up"),
    Action("text.half_down", ("ctrl+d",), "Half page down", "Move down half a page.", Scope.TEXT, "half_page_down"),
    Action("text.half_up", ("ctrl+u",), "Half page up", "Move up half a page.", Scope.TEXT, "half_page_up"),
    Action("text.page_down", ("pagedown", "ctrl+f"), "Page down", "Move down a page.", Scope.TEXT, "page_down"),
    Action("text.page_up", ("pageup", "ctrl+b"), "Page up", "Move up a page.", Scope.TEXT, "page_up"),
    Action("text.first", ("g", "home"), "Start", "Go to the start.", Scope.TEXT, "go_to_start"),
    Action("text.last", ("G", "end"), "End", "Go to the end; a log follows it from there.", Scope.TEXT, "go_to_end"),
)

LOG: tuple[Action, ...] = (
    Action(
        "log.follow", ("f",), "Follow", "Follow the end of the log, or stop.", Scope.LOG, "toggle_follow", footer=100
    ),
    Action(
        "log.find", ("/",), "Find", "Find lines; tab then shows only those that match.", Scope.LOG, "find", footer=95
    ),
    Action("log.next", ("n",), "Next match", "Go to the next match.", Scope.LOG, "next_match", footer=40),
    Action("log.previous", ("N",), "Previous match", "Go to the match before.", Scope.LOG, "previous_match"),
    Action("log.forget", ("escape",), "All lines", "Forget the pattern and show every line.", Scope.LOG, "forget"),
    Action("log.load", ("enter",), "Load gap", "Load the lines of the gap on the screen.", Scope.LOG, "load_gap"),
    Action("log.wrap", ("w",), "Wrap", "Wrap long lines, or not.", Scope.LOG, "toggle_wrap", footer=30),
    Action("log.times", ("t",), "Times", "Show time stamps: off, local, UTC, age.", Scope.LOG, "next_times", footer=25),
    Action("log.numbers", ("#",), "Numbers", "Show line numbers, or not.", Scope.LOG, "toggle_numbers"),
    Action("log.left", ("h", "left"), "Left", "Scroll sideways to the left.", Scope.LOG, "sideways_left"),
    Action("log.right", ("l", "right"), "Right", "Scroll sideways to the right.", Scope.LOG, "sideways_right"),
    Action("log.line_start", ("0",), "Line start", "Scroll back to the start of the lines.", Scope.LOG, "line_start"),
    Action("log.line_end", ("$",), "Line end", "Scroll to the end of the longest line shown.", Scope.LOG, "line_end"),
    Action(
        "log.since",
        ("T",),
        "Since",
        "Choose how far back to read: then 0 start, 1 to 5 for 1, 5, 15, 30 or 60 minutes, 6 all.",
        Scope.LOG,
        "choose_since",
    ),
    Action("log.mark", ("m",), "Marker", "Drop a marker line at the end.", Scope.LOG, "add_marker"),
    Action("log.copy", ("y",), "Copy", "Copy the lines on the screen.", Scope.LOG, "copy_lines"),
    Action("log.save", ("ctrl+s",), "Save", "Save the lines shown, or all.", Scope.LOG, "save_log", footer=50),
)

FIND: tuple[Action, ...] = (
    Action(
        "find.only",
        ("tab",),
        "Only matches",
        "Show only matching lines, or all.",
        Scope.FIND,
        "toggle_only",
        footer=100,
    ),
    Action("find.keep", ("enter",), "Keep", "Go on reading with this pattern.", Scope.FIND, "keep", footer=90),
    Action("find.case", ("alt+c",), "Case", "Let case count, or not.", Scope.FIND, "toggle_case", footer=80),
    Action(
        "find.regex", ("alt+r",), "Regex", "Read it as a regular expression.", Scope.FIND, "toggle_regex", footer=70
    ),
    Action("find.close", ("escape",), "Close", "Forget the pattern.", Scope.FIND, "close", footer=60),
)

POPUP: tuple[Action, ...] = (
    Action("popup.copy", ("y",), "Copy", "Copy the whole text.", Scope.POPUP, "copy_text"),
    Action("popup.wrap", ("w",), "Wrap", "Wrap long lines, or not.", Scope.POPUP, "toggle_wrap"),
    Action("popup.close", ("escape", "q", "enter"), "Close", "Go back.", Scope.POPUP, "close"),
)
