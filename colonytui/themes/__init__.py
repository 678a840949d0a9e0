"""The program's own themes: dark, light and high contrast."""

from textual.theme import Theme

DARK = Theme(
    name="colony-dark",
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#d7af5f",
    warning="#e0a030",
    error="#e0605f",
    success="#6fbf73",
    foreground="#d8dde3",
    background="#11151a",
    surface="#171c23",
    panel="#202731",
    # Textual's own muted texts follow their background and therefore have no effect in a line of several colours.
    variables={"text-muted": "#8d98a5", "text-disabled": "#5d6772"},
)

LIGHT = Theme(
    name="colony-light",
    primary="#005f87",
    secondary="#4f6f6f",
    accent="#875f00",
    warning="#8a5a00",
    error="#a8201f",
    success="#1f6f2a",
    foreground="#1c2127",
    background="#f7f8fa",
    surface="#eef1f4",
    panel="#dfe5eb",
    dark=False,
    variables={"text-muted": "#5a6570", "text-disabled": "#939ca6"},
)

CONTRAST = Theme(
    name="colony-contrast",
    primary="#00ffff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff6060",
    success="#00ff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#202020",
    luminosity_spread=0.0,
    text_alpha=1.0,
    variables={
        "text-muted": "#ffffff",
        "text-disabled": "#c0c0c0",
        "text-primary": "#00ffff",
        "text-accent": "#ffff00",
        "text-success": "#00ff00",
        "text-warning": "#ffff00",
        "text-error": "#ff6060",
    },
)

THEMES = (DARK, LIGHT, CONTRAST)
THEME_NAMES = tuple(theme.name for theme in THEMES)
