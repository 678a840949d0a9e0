"""What a user can do, family by family; `colonytui.actions` puts the registry together."""
