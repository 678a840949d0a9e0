"""Actions on logs."""

from colonytui.catalogue.action import Action, Scope

LOG: tuple[Action, ...] = (
    Action(
        "log.follow", ("f",), "Follow", "Follow the end of the log, or stop.", Scope.LOG, "toggle_follow", footer=100
    ),
    Action("log.next", ("n",), "Next match", "Go to the next match.", Scope.LOG, "next_match"),
    Action("log.previous", ("N",), "Previous match", "Go to the match before.", Scope.LOG, "previous_match"),
    Action("log.wrap", ("w",), "Wrap", "Wrap long lines, or not.", Scope.LOG, "toggle_wrap"),
    Action("log.times", ("t",), "Times", "Show time stamps: off, local, UTC, age.", Scope.LOG, "next_times"),
    Action("log.numbers", ("#",), "Numbers", "Show line numbers, or not.", Scope.LOG, "toggle_numbers"),
    Action("log.since", ("T",), "Since", "Choose how far back to read.", Scope.LOG, "choose_since"),
    Action("log.mark", ("m",), "Marker", "Drop a marker line.", Scope.LOG, "add_marker"),
    Action("log.save", ("ctrl+s",), "Save", "Save the lines shown, or all.", Scope.LOG, "save_log", footer=50),
)
