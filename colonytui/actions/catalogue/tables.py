"""Actions of every table."""

from colonytui.actions.catalogue.action import Action, Scope

TABLE: tuple[Action, ...] = (
    Action("table.down", ("j", "down"), "Down", "Move to the next row.", Scope.TABLE, "move_down"),
    Action("table.up", ("k", "up"), "Up", "Move to the row above.", Scope.TABLE, "move_up"),
    Action("table.half_down", ("ctrl+d",), "Half page down", "Move down half a page.", Scope.TABLE, "half_page_down"),
    Action("table.half_up", ("ctrl+u",), "Half page up", "Move up half a page.", Scope.TABLE, "half_page_up"),
    Action("table.page_down", ("pagedown", "ctrl+f"), "Page down", "Move down a page.", Scope.TABLE, "page_down"),
    Action("table.page_up", ("pageup", "ctrl+b"), "Page up", "Move up a page.", Scope.TABLE, "page_up"),
    Action("table.first", ("g", "home"), "First", "Move to the first row.", Scope.TABLE, "move_first"),
    Action("table.last", ("G", "end"), "Last", "Move to the last row.", Scope.TABLE, "move_last"),
    Action("table.left", ("left",), "Left", "Scroll sideways to the left.", Scope.TABLE, "sideways_left"),
    Action("table.right", ("right",), "Right", "Scroll sideways to the right.", Scope.TABLE, "sideways_right"),
    Action("table.mark", ("space",), "Mark", "Mark or unmark this row and go on to the next.", Scope.TABLE, "mark"),
    Action(
        "table.range",
        ("v", "ctrl+@"),
        "Range",
        "Mark every row from here to where you move; again to end.",
        Scope.TABLE,
        "mark_range",
    ),
    Action("table.mark_all", ("ctrl+a",), "Mark all", "Mark every row shown.", Scope.TABLE, "mark_all"),
    Action("table.unmark", ("\\",), "Clear marks", "Clear every mark.", Scope.TABLE, "clear_marks"),
    Action(
        "table.sort_left", ("<",), "Sort left", "Sort by the column left of the sorted one.", Scope.TABLE, "sort_left"
    ),
    Action(
        "table.sort_right",
        (">",),
        "Sort right",
        "Sort by the column right of the sorted one.",
        Scope.TABLE,
        "sort_right",
    ),
    Action("table.flip", ("o",), "Flip order", "Turn the order around.", Scope.TABLE, "flip_order"),
    Action(
        "table.second",
        ("O",),
        "Second key",
        "Keep this order as second key and choose another first one with < and >.",
        Scope.TABLE,
        "second_key",
    ),
    Action("table.wide", ("w",), "Wide", "Show or hide the wide columns.", Scope.TABLE, "toggle_wide"),
    Action("table.times", ("t",), "Times", "Show exact times instead of ages, and back.", Scope.TABLE, "toggle_times"),
    Action("table.save", ("ctrl+s",), "Save", "Save the rows shown as csv, json or txt.", Scope.TABLE, "save_rows"),
)
